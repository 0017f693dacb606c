import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CommandLine, npmToken } from "../support/command-line.ts";
import { Story } from "../support/story.ts";
import { Terminal } from "../support/terminal.ts";

const packages = `version: 1
packages:
  - { name: "@acme/widget", environment: npm, releasers: [alice], approvals: { count: 1, from: [bob] } }
  - { name: "@acme/gadget", environment: npm, releasers: [alice], approvals: { count: 1, from: [bob] } }
  - { name: "@acme/gizmo", environment: beta, releasers: [alice], approvals: { count: 1, from: [bob] }, token: { maxDays: 10 } }
`;

describe("at a terminal", () => {
  let story: Story;
  let cli: CommandLine;
  let env: Record<string, string>;
  beforeEach(async () => {
    story = await Story.open({ policy: packages });
    story.github.createEnvironment(story.cast.widget, "beta", { rules: [story.cast.app], branches: ["main"] });
    story.github.core.deviceInterval = 0;
    cli = new CommandLine(story.github, story.publicUrl);
    env = { XDG_CONFIG_HOME: cli.home, COUNTERSIGN_URL: story.publicUrl, NO_COLOR: "1" };
    await cli.json(["sign-in"], { as: story.cast.alice });
  });
  afterEach(async () => {
    cli.close();
    await story.close();
    story.judge.assertClean();
  });

  const now = (): Date => story.clock.now();
  const inDays = (days: number): string => new Date(now().getTime() + days * 86_400_000).toISOString().slice(0, 10);

  test("environments are chosen, npm's command is shown, the token isn't", async () => {
    const terminal = new Terminal();
    const ended = terminal.run(["token", "add"], env, now);
    await terminal.answer("For which? Numbers, or `all`", "all");
    const asked = await terminal.until("Your npm user name");
    expect(asked).toContain(
      "npm token create --name countersign-acme-gadget-and-2-more --packages @acme/gadget --packages @acme/gizmo --packages @acme/widget --packages-and-scopes-permission read-write --expires 10",
    );
    terminal.stdin.write("alice-npm\r");
    await terminal.answer("Paste the token (it isn't shown)", npmToken("a"));
    await terminal.answer(`The day on which it expires [${inDays(10)}]`, "");
    expect(await ended).toBe(0);
    expect(terminal.shown).toContain("1  @acme/gadget, @acme/widget  in acme/widget, npm  (no token yet)");
    expect(terminal.shown).toContain("Sealed for 2 environments.");
    expect(terminal.shown).not.toContain(npmToken("a").slice(4, 12));
    const tokens = await story.app.parts.store.tokens.ofPerson(story.cast.alice.id);
    expect(tokens).toMatchObject([{ label: "countersign-acme-gadget-and-2-more" }, { npmUser: "alice-npm" }]);
  });

  test("a wrong checksum is asked about, and no is no", async () => {
    const terminal = new Terminal();
    const ended = terminal.run(["token", "add", "--package", "@acme/widget", "--npm-user", "a"], env, now);
    await terminal.answer("Paste the token", `${npmToken("a").slice(0, -1)}x`);
    await terminal.answer("Seal it as it is? (y/N)", "");
    expect(await ended).toBe(1);
    expect(terminal.shown).toContain("Nothing was sealed.");
  });

  test("Ctrl-C at a question stops, and changes nothing", async () => {
    const terminal = new Terminal();
    const ended = terminal.run(["token", "add", "--package", "@acme/widget", "--npm-user", "a"], env, now);
    await terminal.until("Paste the token");
    await new Promise((turn) => setImmediate(turn));
    terminal.stdin.write("\u0003");
    expect(await ended).toBe(130);
    expect(await story.app.parts.store.tokens.ofPerson(story.cast.alice.id)).toEqual([]);
  });

  test("the list fits: side by side where there is room, else one under the other; coloured unless NO_COLOR", async () => {
    const add = ["token", "add", "--package", "@acme/widget", "--npm-user", "alice-npm", "--expires", inDays(30)];
    await cli.json(add, { input: npmToken("a") });
    const wide = new Terminal(160);
    expect(await wide.run(["token", "list"], { ...env, NO_COLOR: "" }, now)).toBe(0);
    expect(wide.shown).toMatch(/^ID +PACKAGES/);
    expect(wide.shown).toContain("\u001b[32malive\u001b[0m");
    const narrow = new Terminal(40);
    await narrow.run(["token", "list"], env, now);
    expect(narrow.shown).toMatch(/^ID +\w+\nPACKAGES +@acme\/widget\nREPOSITORY +acme\/widget\n/);
    expect(narrow.shown).not.toContain("\u001b");
  });

  test("removing asks first", async () => {
    const add = ["token", "add", "--package", "@acme/widget", "--npm-user", "alice-npm", "--expires", inDays(30)];
    await cli.json(add, { input: npmToken("a") });
    const terminal = new Terminal();
    const ended = terminal.run(["token", "remove", "@acme/widget"], env, now);
    await terminal.answer("Forget your token for @acme/widget (npm)? (y/N)", "y");
    expect(await ended).toBe(0);
    expect(terminal.shown).toContain("Forgotten: @acme/widget (npm).");
  });
});
