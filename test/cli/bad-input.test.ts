import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandLine, npmToken } from "../support/command-line.ts";
import { Story } from "../support/story.ts";

const day = 86_400_000;
const good = npmToken("a");

describe("what the command line refuses", () => {
  let story: Story;
  let cli: CommandLine;
  beforeAll(async () => {
    story = await Story.open();
    story.github.core.deviceInterval = 0;
    cli = new CommandLine(story.github, story.publicUrl);
    await cli.json(["sign-in"], { as: story.cast.alice });
  });
  afterAll(async () => {
    cli.close();
    await story.close();
    story.judge.assertClean();
  });

  const inDays = (days: number): string =>
    new Date(story.clock.now().getTime() + days * day).toISOString().slice(0, 10);
  const add = (...more: string[]): string[] => ["token", "add", "--npm-user", "alice-npm", ...more];

  async function refusal(
    args: string[],
    input = "",
  ): Promise<{ status: number | null; code: string; message: string }> {
    const { status, stdout, stderr } = await cli.run([...args, "--json"], { input });
    expect(stdout).toBe("");
    expect(await story.app.parts.store.tokens.ofPerson(story.cast.alice.id)).toEqual([]);
    return { status, ...(JSON.parse(stderr) as { code: string; message: string }) };
  }

  test.each([
    ["nothing", "", "Paste the npm token: it starts with npm_."],
    ["a GitHub token", `ghp_${"a".repeat(36)}`, "That is a GitHub token."],
    ["the seed of an authenticator", "JBSW Y3DP EHPK 3PXP", "the seed of an authenticator app"],
    ["a one-time code", "123456", "That is a one-time code."],
    ["a variable's name", "//npm.example/:_authToken=${NPM_TOKEN}", "the name of a variable"],
    ["a wrong checksum", `${good.slice(0, -1)}x`, "add --sure"],
    ["JSON without a token", '{"name":"x"}', "That is not the JSON of `npm token create --json`"],
    ["JSON with stars", '{"token":"npm_***","id":"***"}', "npm has put stars in place of the token"],
    ["far too much", "x".repeat(30_000), "That is too much for a token"],
  ])("%s on standard input", async (_what, input, sentence) => {
    const { status, code, message } = await refusal(add("--expires", inDays(30)), input);
    expect({ status, code }).toEqual({ status: 1, code: "bad-input" });
    expect(message).toContain(sentence);
    if (input !== "") expect(message).not.toContain(input.slice(0, 16));
  });

  test.each([
    ["in the past", -2, "That day is over"],
    ["later than npm allows", 120, "npm lets no publishing token live longer than 90 days"],
  ])("an expiry %s", async (_what, days, sentence) => {
    const { status, code, message } = await refusal(add("--expires", inDays(days)), good);
    expect({ status, code }).toEqual({ status: 1, code: "bad-input" });
    expect(message).toContain(sentence);
  });

  test("a token that bypasses 2FA, unless the policy allows it", async () => {
    const made = { token: good, expiry: `${inDays(20)}T00:00:00Z`, bypass_2fa: true };
    const { message } = await refusal(add(), JSON.stringify(made));
    expect(message).toContain("A token that bypasses 2FA isn't allowed");
  });

  test.each([
    ["as an argument", [good]],
    ["as an option's value", ["--name", good]],
    ["behind an option that isn't there", [`--token=${good}`]],
    ["that is GitHub's", [`--url=https://ghp_${"a".repeat(36)}@x.example`]],
  ])("a token %s: it is in the shell's history now", async (_what, more) => {
    const { status, code, message } = await refusal(add(...more), good);
    expect({ status, code }).toEqual({ status: 2, code: "usage" });
    expect(message).toContain("It is in your shell's history now");
    expect(message).not.toContain(good);
  });

  test.each([
    ["no expiry", [], "--expires YYYY-MM-DD"],
    ["an expiry that is no day", ["--expires", "in 30 days"], "a day, written like 2026-12-23"],
    ["an option of another command", ["--yes"], "`countersign token add` has no option --yes."],
    ["an option that nobody has", ["--frobnicate"], "Unknown option '--frobnicate'"],
    ["--all beside a package", ["--all", "--package", "@acme/widget"], "--all is every environment"],
    ["--token", ["--token", "x"], "There is no option for the token itself"],
    ["an address that is none", ["--url", "countersign"], "is written like `https://countersign.example.com`"],
    ["an address without TLS", ["--url", "http://countersign.example.com"], "begins with https://"],
  ])("%s", async (_what, more, sentence) => {
    const { status, code, message } = await refusal(add(...more), good);
    expect({ status, code }).toEqual({ status: 2, code: "usage" });
    expect(message).toContain(sentence);
  });

  test("an expiry that npm contradicts", async () => {
    const input = JSON.stringify({ token: good, expiry: `${inDays(20)}T00:00:00Z` });
    const { status, message } = await refusal(add("--expires", inDays(30)), input);
    expect(status).toBe(2);
    expect(message).toContain(`npm says that the token expires on ${inDays(20)}`);
  });

  test("a package or repository that isn't the person's to release", async () => {
    expect(await refusal(add("--package", "left-pad", "--expires", inDays(30)), good)).toMatchObject({
      status: 1,
      code: "not-found",
    });
    expect(await refusal(add("--repository", "acme/none", "--expires", inDays(30)), good)).toMatchObject({
      status: 1,
      code: "not-found",
    });
    const bobs = new CommandLine(story.github, story.publicUrl);
    const { status, stderr } = await bobs.run(["token", "add"], { as: story.cast.bob, input: good });
    expect(status).toBe(1);
    expect(stderr).toContain("There is no package that you may release with a token");
    bobs.close();
  });

  test("a whole .npmrc line is taken for its token, and what npm prints in words, too", async () => {
    const line = `//npm.example/:_authToken=${good}\n`;
    await cli.json(add("--expires", inDays(30)), { input: line });
    await cli.json(add("--expires", inDays(30)), { input: `npm password: \nCreated token ${npmToken("b")}\n` });
    const [, removed] = await story.app.parts.store.tokens.ofPerson(story.cast.alice.id);
    expect(removed).toMatchObject({ removedWhy: "replaced" });
    for (const trace of cli.traces.filter((one) => !one.startsWith("["))) expect(trace).not.toContain(good);
    await cli.run(["token", "remove", "@acme/widget"]);
  });
});

describe("what can go wrong with a sign-in", () => {
  let story: Story;
  let cli: CommandLine;
  beforeAll(async () => {
    story = await Story.open();
    story.github.core.deviceInterval = 0;
    cli = new CommandLine(story.github, story.publicUrl);
  });
  afterAll(async () => {
    cli.close();
    await story.close();
    story.judge.assertClean();
  });

  test("the device flow is switched off: the operator has to tick it", async () => {
    story.cast.app.deviceFlow = false;
    const { status, stderr } = await cli.run(["sign-in"]);
    story.cast.app.deviceFlow = true;
    expect(status).toBe(1);
    expect(stderr).toContain("has to tick “Enable Device Flow” in the app's settings at GitHub");
  });

  test("the person takes a while: GitHub is asked again and again", async () => {
    let asked = 0;
    const off = story.github.core.faults.on({
      route: "/login/oauth/access_token",
      before: () => {
        asked += 1;
        const [device] = [...story.github.core.state.devices.values()].slice(-1);
        if (asked === 3) story.github.approveDevice(device?.userCode ?? "", story.cast.alice);
      },
    });
    const { status, stderr } = await cli.run(["sign-in"]);
    off();
    expect({ status, asked }).toEqual({ status: 0, asked: 3 });
    expect(stderr).toContain("Signed in as alice");
  });

  test("the person says no", async () => {
    const { status, stderr } = await cli.run(["sign-in"], { as: story.cast.alice, says: "no" });
    expect(status).toBe(1);
    expect(stderr).toContain("You said no at GitHub");
  });

  test("the server is another program", async () => {
    const { status, stderr } = await cli.run(["sign-in", "--url", new URL(story.registry.url).origin]);
    expect(status).toBe(1);
    expect(stderr).toContain("something that is not Countersign's");
  });

  test("what is kept was changed by somebody else", async () => {
    const { mkdirSync, writeFileSync } = await import("node:fs");
    mkdirSync(`${cli.home}/countersign`, { recursive: true });
    writeFileSync(`${cli.home}/countersign/accounts.json`, "{");
    const { status, stderr } = await cli.run(["token", "list"]);
    expect(status).toBe(1);
    expect(stderr).toContain("is not as this program wrote it: delete it and sign in again");
  });
});
