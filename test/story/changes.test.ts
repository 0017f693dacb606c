import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDesk } from "../../src/desk/index.ts";
import type { ReleaseChanges } from "../../src/desk/changes.ts";
import type { RepositoryWithPolicy } from "../../src/desk/repository-views.ts";
import { readPages } from "../support/pages.ts";
import { Story } from "../support/story.ts";

const workflow = ".github/workflows/publish.yml";
const evil = `<img src=x onerror=alert(1)>`;

describe("what changed, in the world", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  function commit(title: string, files: Record<string, string> = { "index.js": title }): void {
    story.github.commit(story.cast.widget, story.cast.dave.id, files, title);
  }
  async function publish(version: string): Promise<void> {
    await story.untilRunning(version);
    await story.finishJob("success", version);
    await story.pass(60_000, 4);
  }
  async function changes(): Promise<ReleaseChanges> {
    const desk = createDesk(story.app.parts);
    const view = await desk.view((await story.release()).id);
    if (view === null) throw new Error("there is no release");
    return await desk.changes(view);
  }

  test("a first release has none before it, and runs the workflow of the default branch", async () => {
    await story.untilRunning();
    expect(await changes()).toMatchObject({ last: null, commits: null, workflow: { state: "same", branch: "main" } });
  });

  test("the next one has the commits since, in their order, and no more than fifty of them", async () => {
    await publish("1.2.0");
    for (let index = 1; index <= 55; index += 1) commit(`Change ${index}\n\nAt length.`);
    await story.untilRunning("1.3.0");
    const { last, commits } = await changes();
    expect(last).toMatchObject({ version: "1.2.0", state: "published" });
    expect(commits).toMatchObject({ total: 55, behind: 0 });
    expect(commits?.commits).toHaveLength(50);
    expect(commits?.commits[0]).toMatchObject({ title: "Change 1", author: "dave" });
    expect(commits?.url).toContain("/compare/");
  }, 30_000);

  test("a workflow that was changed since is shown line by line, as what the release runs otherwise", async () => {
    await story.untilRunning();
    const { widget } = story.cast;
    const text = widget.commits.get(widget.branches.get("main") ?? "")?.files.get(workflow) ?? "";
    commit("Log more", { [workflow]: `${text}      - run: env\n` });
    const { workflow: change } = await changes();
    expect(change.state).toBe("changed");
    expect(change.parts.flat().filter(({ kind }) => kind !== "same")).toMatchObject([
      { kind: "removed", text: "      - run: env", after: null },
    ]);
  });

  test("a commit that GitHub doesn't know any more is said to be gone", async () => {
    await publish("1.2.0");
    await story.untilRunning("1.3.0");
    story.github.core.faults.on({ operation: "repos/compare-commits-with-basehead", status: 404, times: 1 });
    expect(await changes()).toMatchObject({ last: { version: "1.2.0" }, commits: null });
  });

  test("pages show a commit's message as text, to those whom GitHub shows the repository", async () => {
    const { widget, bob, mallory, dave } = story.cast;
    story.github.owners.setPrivate(widget, true, dave);
    commit(evil);
    await publish("1.2.0");
    commit(`${evil} again`);
    await story.untilRunning("1.3.0");
    const { id } = await story.release();
    const paths = ["/", `/releases/${id}`, `/releases/${id}/changes`, "/repositories", `/repositories/${widget.id}`];
    const stage = { world: { github: story.github }, url: story.publicUrl };
    const seen = await readPages(stage, bob, paths);
    expect(seen).toContain("&lt;img src=x onerror=alert(1)&gt; again");
    expect(seen).not.toContain(evil);
    const hidden = await readPages(stage, mallory, paths);
    expect(hidden).toContain("Nothing waits for you");
    expect(hidden).not.toMatch(/acme\/widget|@acme|onerror/);
  });
});

describe("a repository, in the world", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  const read = async (): Promise<RepositoryWithPolicy | null> =>
    await createDesk(story.app.parts).repository(story.cast.widget.id);
  const set = (text: string | null): void => {
    story.github.commit(story.cast.widget, story.cast.dave.id, { ".github/countersign.yml": text }, "Policy");
  };

  test("has its policy as it is now, with lines, problems, or none", async () => {
    expect(await read()).toMatchObject({
      policy: { state: "fine", policy: { packages: [{ name: "@acme/widget" }] }, lines: [{ line: 3 }] },
    });
    set("version: 1\npackages: []\n");
    expect(await read()).toMatchObject({ policy: { state: "broken", problems: [{ line: 2 }] } });
    set("x".repeat(1024 * 1024 + 1));
    expect(await read()).toMatchObject({ policy: { state: "broken", problems: [{ line: 1 }] } });
    set(null);
    expect(await read()).toMatchObject({ policy: { state: "missing" } });
    // Whoever else reads the policy after a push has read it.
    await story.settle();
    story.github.core.faults.on({ operation: "repos/get-branch", status: 403, times: 1 });
    expect(await read()).toMatchObject({ policy: { state: "unread" } });
  });

  test("is listed without a question to GitHub, with what tokens and releases tell", async () => {
    const desk = createDesk(story.app.parts);
    const asked = story.github.core.log.length;
    const ids = [story.cast.widget.id, 999];
    expect(await desk.repositories(ids)).toMatchObject([{ active: 0, packages: [], last: null }]);
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    expect(await desk.repositories(ids)).toMatchObject([{ packages: [{ name: "@acme/widget", newest: null }] }]);
    expect(story.github.core.log.length).toBe(asked);
    await story.untilRunning();
    expect(await desk.repositories(ids)).toMatchObject([
      { active: 1, packages: [{ name: "@acme/widget", newest: { version: "1.2.0" } }], last: { state: "running" } },
    ]);
  });
});
