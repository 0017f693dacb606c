import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CommandLine, npmToken } from "../support/command-line.ts";
import { Story } from "../support/story.ts";
import { workflow } from "../world/scene.ts";

const hour = 3_600_000;
const dayMs = 86_400_000;

interface TokenJson {
  id: string;
  state: string;
  packages: string[];
  repository: string;
  environment: string;
  npmUser: string;
  label: string;
  npmKey: string | null;
  expiresAt: string;
}
interface Listed {
  tokens: TokenJson[];
  missing: Array<{ package: string; command: string }>;
  todos: Array<{ why: string; label: string; npmUser: string }>;
}

describe("the command line on a releaser's machine", () => {
  let story: Story;
  let cli: CommandLine;
  beforeEach(async () => {
    story = await Story.open();
    story.github.core.deviceInterval = 0;
    cli = new CommandLine(story.github, story.publicUrl);
  });
  afterEach(async () => {
    cli.close();
    await story.close();
    story.judge.assertClean();
  });

  const inDays = (days: number): string =>
    new Date(story.clock.now().getTime() + days * dayMs).toISOString().slice(0, 10);
  const signIn = async (): Promise<void> => void (await cli.json(["sign-in"], { as: story.cast.alice }));

  /** Another repository of the organisation, with a package and an environment, that the app is shown. */
  function addRepository(name: string) {
    const { acme, alice, bob, app, dave } = story.cast;
    const policy = `version: 1\npackages:\n  - name: "@acme/${name}"\n    environment: npm\n    releasers: [alice]\n    approvals: { count: 1, from: [bob] }\n`;
    const repository = story.github.createRepository(acme, name, {
      collaborators: [
        [alice, "write"],
        [bob, "write"],
      ],
      files: {
        ".github/countersign.yml": policy,
        ".github/workflows/publish.yml": workflow("publish-quick.yml", story.publicUrl),
        "package.json": `${JSON.stringify({ name: `@acme/${name}`, version: "1.0.0" })}\n`,
      },
    });
    story.github.createEnvironment(repository, "npm", { rules: [app], branches: ["main"] });
    for (const one of story.github.core.state.installations.values())
      story.github.owners.setRepositories(one, "added", [repository], dave);
    story.registry.write(`@acme/${name}`, "1.0.0");
    return repository;
  }

  test("signs in with a code that is entered at GitHub, and keeps it where nobody else reads it", async () => {
    const { status, stdout, stderr } = await cli.run(["sign-in"], { as: story.cast.alice });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toContain(`open ${story.github.url}/login/device and enter `);
    expect(stderr).toContain("Signed in as alice, until ");
    expect(cli.folderMode()).toBe("700");
    expect(cli.files()).toMatchObject([{ name: "accounts.json", mode: "600" }]);
    const file = cli.files()[0]?.text ?? "";
    const rows = JSON.stringify(story.logLines);
    for (const secret of file.match(/(?:ghu_\w+|[\w-]{43})/g) ?? []) expect(rows).not.toContain(secret);
  });

  test("seals one token for three environments in one go; each release gets it", async () => {
    const repositories = [story.cast.widget, addRepository("gadget"), addRepository("gizmo")];
    await story.settle();
    await signIn();
    const token = npmToken("a");
    const { status, stdout, stderr } = await cli.run(
      ["token", "add", "--all", "--npm-user", "alice-npm", "--name", "laptop", "--expires", inDays(30)],
      { input: `${token}\n` },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Sealed for 3 environments. Only GitHub can open it.");
    for (const name of ["widget", "gadget", "gizmo"])
      expect(stdout).toContain(`@acme/${name} in acme/${name}, npm, until ${inDays(30)}`);
    for (const [index, repository] of repositories.entries()) {
      story.cast.widget = repository;
      story.cast.issue = story.github.openIssue(repository, story.cast.alice, "Release it");
      await story.say(story.cast.alice, "/release 1.2.0");
      await story.say(story.cast.bob, "/approve");
      expect(story.runner.jobs[index]?.order.secrets["NPM_TOKEN"], repository.name).toBe(token);
    }
    for (const trace of [...cli.traces, cli.files()[0]?.text, ...story.logLines]) expect(trace).not.toContain(token);
  });

  test("lists tokens, what is missing and what is to be done, for people and for programs", async () => {
    addRepository("gadget");
    await story.settle();
    await signIn();
    const add = ["token", "add", "--package", "@acme/widget", "--npm-user", "alice-npm", "--expires", inDays(30)];
    await cli.json(add, { input: npmToken("a") });
    await cli.json([...add, "--name", "second"], { input: npmToken("b") });
    const listed = await cli.json<Listed>(["token", "list"]);
    expect(listed.tokens).toMatchObject([
      { state: "alive", packages: ["@acme/widget"], repository: "acme/widget", npmUser: "alice-npm", label: "second" },
    ]);
    expect(JSON.stringify(listed)).not.toMatch(/ciphertext|slot/);
    expect(listed.missing).toMatchObject([
      { package: "@acme/gadget", command: expect.stringContaining("npm token create") as string },
    ]);
    expect(listed.todos).toMatchObject([{ why: "replaced", npmUser: "alice-npm" }]);
    const { stdout } = await cli.run(["token", "list"]);
    expect(stdout).toMatch(/^ID +PACKAGES +REPOSITORY +ENVIRONMENT +NPM USER +EXPIRES +STATE\n/);
    expect(stdout).toContain("Missing: @acme/gadget in acme/gadget, npm");
    expect(stdout).toContain("To do: revoke the token of the npm user alice-npm");
    expect(stdout).not.toContain("\u001b");
  });

  test("reads name, id and expiry from what npm says in JSON", async () => {
    await signIn();
    const made = { token: npmToken("a"), key: "b4a1c9d2-1111-4222-8333-123456789abc", name: "from-npm" };
    const expiry = `${inDays(20)}T10:00:00.000Z`;
    const input = JSON.stringify({ ...made, expiry, bypass_2fa: false });
    const { tokens } = await cli.json<Listed>(["token", "add", "--npm-user", "alice-npm"], { input });
    expect(tokens).toMatchObject([{ label: "from-npm", npmKey: made.key, expiresAt: expiry }]);
  });

  test("rotates a token in all its places, and says which is to be revoked", async () => {
    addRepository("gadget");
    await story.settle();
    await signIn();
    const key = "b4a1c9d2-1111-4222-8333-123456789abc";
    const first = JSON.stringify({ token: npmToken("a"), key, name: "old", expiry: `${inDays(20)}T10:00:00Z` });
    await cli.json(["token", "add", "--all", "--npm-user", "alice-npm"], { input: first });
    const [one] = (await cli.json<Listed>(["token", "list"])).tokens;
    const { status, stdout, stderr } = await cli.run(
      ["token", "rotate", one?.id.slice(0, 20) ?? "", "--expires", inDays(60), "--name", "new"],
      { input: npmToken("b") },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Sealed for 2 environments.");
    expect(stdout).toContain(
      `To do: revoke the token “old” of the npm user alice-npm, with \`npm token revoke ${key}\`.`,
    );
    const { tokens } = await cli.json<Listed>(["token", "list"]);
    expect(tokens.map(({ label, npmUser }) => ({ label, npmUser }))).toEqual(
      Array.from({ length: 2 }, () => ({ label: "new", npmUser: "alice-npm" })),
    );
    const again = await cli.json<Listed>(["token", "rotate", "@acme/gadget", "--expires", inDays(61)], {
      input: npmToken("c"),
    });
    expect(again.tokens).toHaveLength(2);
  });

  test("removes a token, and says that npm still knows it", async () => {
    await signIn();
    const add = ["token", "add", "--npm-user", "alice-npm", "--expires", inDays(30), "--name", "laptop"];
    await cli.json(add, { input: npmToken("a") });
    const removed = await cli.run(["token", "remove", "@acme/widget"]);
    expect(removed).toMatchObject({ status: 0, stderr: "" });
    expect(removed.stdout).toContain("To do: revoke the token “laptop” of the npm user alice-npm");
    expect((await cli.json<Listed>(["token", "list"])).tokens).toEqual([]);
    const twice = await cli.run(["token", "remove", "@acme/widget", "--json"]);
    expect(twice).toMatchObject({ status: 1, stdout: "" });
    expect(JSON.parse(twice.stderr)).toEqual({ code: "not-found", message: expect.any(String) as string });
  });

  test("a session ends after eight hours: a program is told, a person signs in again", async () => {
    await signIn();
    story.clock.advance(8 * hour);
    const told = await cli.run(["token", "list", "--json"]);
    expect(told).toMatchObject({ status: 1, stdout: "" });
    expect(JSON.parse(told.stderr)).toMatchObject({ code: "signed-out" });
    const again = await cli.run(["token", "list"], { as: story.cast.alice });
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining("You have no token on file.") as string });
    expect(again.stderr).toContain("Signed in as alice");
  });

  test("signing out ends the session here, at the server and at GitHub", async () => {
    await signIn();
    const before = JSON.stringify(cli.files());
    expect(before).toContain("ghu_");
    expect(story.github.core.state.userTokens.size).toBe(1);
    expect(await cli.run(["sign-out"])).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.stringify(cli.files())).not.toContain("ghu_");
    expect(story.github.core.state.userTokens.size).toBe(0);
    expect((await cli.run(["token", "list", "--json"])).status).toBe(1);
  });

  test("the server that was used last is remembered", async () => {
    await signIn();
    const here = { env: { COUNTERSIGN_URL: "" } };
    expect(await cli.run(["token", "list"], here)).toMatchObject({ status: 0 });
    const elsewhere = await cli.run(["token", "list", "--url", "https://127.0.0.1:9"], here);
    expect(elsewhere.status).toBe(1);
    expect(elsewhere.stderr).toContain("Countersign can't be reached at https://127.0.0.1:9");
  });

  test("a GitHub that isn't the one of before is not believed", async () => {
    await signIn();
    const [file] = cli.files();
    const { writeFileSync } = await import("node:fs");
    const { join } = await import("node:path");
    const before = "https://github.example.com";
    const text = (file?.text ?? "").replaceAll(`"githubUrl": "${story.github.url}"`, `"githubUrl": "${before}"`);
    writeFileSync(join(cli.home, "countersign", "accounts.json"), text);
    const changed = await cli.run(["sign-in", "--json"], { as: story.cast.alice });
    expect(JSON.parse(changed.stderr)).toMatchObject({ code: "github-changed" });
    const moved = await cli.run(["sign-in", "--github", story.github.url], { as: story.cast.alice });
    expect(moved.status).toBe(0);
  });

  test("a token is sealed to the key that GitHub names, whatever the server names", async () => {
    await signIn();
    story.github.core.faults.on({
      operation: "actions/get-environment-public-key",
      nth: 2,
      before: () => story.github.rotateKey(story.cast.npm),
    });
    const { status, stderr } = await cli.run(["token", "add", "--npm-user", "alice-npm", "--expires", inDays(30)], {
      input: npmToken("a"),
    });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: "Warning: The server names another key for npm in acme/widget than GitHub does: sealed to GitHub's.\n",
    });
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/approve");
    expect(story.runner.jobs[0]?.order.secrets["NPM_TOKEN"]).toBe(npmToken("a"));
  });
});
