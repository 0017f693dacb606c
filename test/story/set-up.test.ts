import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setUpOf } from "../../src/desk/set-up/index.ts";
import { aDraft } from "../web/bench.ts";
import { Story } from "../support/story.ts";

let story: Story;
beforeEach(async () => {
  story = await Story.open();
});
afterEach(async () => {
  await story.close();
  story.judge.assertClean();
});

const answer = (): string => story.github.comments(story.cast.widget, story.cast.issue).at(-1)?.body ?? "";
const commit = (files: Record<string, string | null>): void =>
  void story.github.commit(story.cast.widget, story.cast.alice.id, files, "Change it");

describe("/countersign setup", () => {
  test("tells people with write access step by step what is there, and leads to the page", async () => {
    await story.say(story.cast.alice, "/countersign setup");
    expect(answer()).toContain("One step is left before the first release.");
    expect(answer()).toContain(`${story.publicUrl}/repositories/${story.cast.widget.id}/set-up`);
    expect(answer()).toContain("- ✅ The environment exists (`npm`)");
    expect(answer()).toContain("- 💡 GitHub requires reviewers as well, none for themselves (`npm`): They hold");
    expect(answer()).toContain("- ❌ A releaser's npm token is on file (`@acme/widget`): Nobody could release it now.");
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    await story.say(story.cast.alice, "/setup");
    expect(answer()).toContain("Everything is there: `/release 1.0.0` asks for a release.");
  });

  test("tells others nothing", async () => {
    await story.say(story.cast.mallory, "/countersign setup");
    expect(answer()).toBe("Only people with write access to the repository see how it is set up.");
  });

  test("names what is missing where nothing is there yet", async () => {
    commit({ ".github/countersign.yml": null, ".github/workflows/publish.yml": null });
    story.github.deleteEnvironment(story.cast.widget, story.cast.npm);
    await story.say(story.cast.alice, "/countersign setup");
    expect(answer()).toContain(
      "- ❌ The policy file is on the default branch: `main` has no `.github/countersign.yml`.",
    );
    expect(answer()).toContain("(`.github/workflows/publish.yml`): `main` has no such file.");
    expect(answer()).toContain("- ❌ The environment exists (`publish`)");
  });

  test("is one of the commands that may be written with our name before them", async () => {
    await story.say(story.cast.alice, "/countersign help");
    expect(answer()).toContain("| command | who | what it does |");
    await story.say(story.cast.alice, "/countersign dance");
    expect(answer()).toContain("There is no command `/dance`.");
  });
});

describe("what the set-up's form begins with", () => {
  const suggestion = async (): Promise<ReturnType<typeof aDraft>> =>
    (await setUpOf(story.app.parts, story.cast.alice, story.cast.widget.id, null)).suggestion;
  const without = { ".github/countersign.yml": null };
  const json = (value: unknown): string => JSON.stringify(value);

  test("are the packages of an npm workspace with their folders, and how it installs and what it runs", async () => {
    commit({
      ...without,
      "package.json": json({
        ...{ name: "root", private: true, workspaces: ["packages/*", "tools/cli", "packages/**/deep"] },
        scripts: { build: "tsc", test: 'echo "Error: no test specified" && exit 1' },
      }),
      "package-lock.json": "{}",
      "packages/a/package.json": json({ name: "@acme/a" }),
      "packages/b/package.json": json({ name: "@acme/b", private: true }),
      "packages/c/package.json": "{",
      "packages/readme.md": "",
      "tools/cli/package.json": json({ name: "acme-cli" }),
    });
    expect(await suggestion()).toEqual({
      ...aDraft({ packages: "@acme/a packages/a\nacme-cli tools/cli", environment: "publish", build: "on", test: "" }),
    });
  });

  test.each([
    [
      "pnpm",
      {
        "pnpm-lock.yaml": "",
        "pnpm-workspace.yaml": "packages: ['packages/*']",
        "packages/a/package.json": '{"name":"a"}',
      },
      "@acme/widget\na packages/a",
    ],
    ["yarn", { "yarn.lock": "__metadata:\n  version: 8\n" }, "@acme/widget"],
    ["yarn-1", { "yarn.lock": "# yarn lockfile v1\n" }, "@acme/widget"],
    ["none", {}, "@acme/widget"],
  ])("know %s by its lockfile", async (manager, files, packages) => {
    commit({ ...without, ...files });
    expect(await suggestion()).toMatchObject({ manager, packages });
  });

  test("are the policy's own words where there is one", async () => {
    expect(await suggestion()).toMatchObject({
      ...{ packages: "@acme/widget", environment: "npm", releasers: "alice, carol", approvals: "1" },
      approvers: "bob, dave, @acme/maintainers",
    });
  });

  test("are left empty where there is no package.json, and nothing is guessed", async () => {
    commit({ ...without, "package.json": null });
    expect(await suggestion()).toMatchObject({ packages: "", releasers: "alice" });
  });

  test("an environment that GitHub doesn't show is not known, and called neither there nor missing", async () => {
    story.github.core.faults.on({ operation: "repos/get-environment", status: 502, times: 10 });
    const { steps } = await setUpOf(story.app.parts, story.cast.alice, story.cast.widget.id, null);
    expect(steps.filter(({ about }) => about === "npm").map(({ state }) => state)).toEqual(
      steps.filter(({ about }) => about === "npm").map(() => "unknown"),
    );
  });
});
