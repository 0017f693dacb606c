import { expect, test } from "vitest";
import { readAudit } from "../../src/desk/audit.ts";
import { hasWords } from "../../src/domain/audit/index.ts";
import { readPages } from "../support/pages.ts";
import { Story } from "../support/story.ts";
import type { UserState } from "../world/github/state.ts";

test("GitHub's own word decides who reads the audit: who may write does, who may read or is a stranger doesn't", async () => {
  const story = await Story.open();
  const { alice, carol, mallory, widget } = story.cast;
  widget.collaborators.set(carol.id, "triage");
  await story.untilRunning();
  const stage = { world: { github: story.github }, url: story.publicUrl };
  const seen = async (by: UserState): Promise<string> =>
    await readPages(stage, by, ["/audit", "/audit.csv", "/audit.ndjson"]);
  expect((await seen(alice)).match(/alice asked for the release of/g)).toHaveLength(3);
  for (const by of [carol, mallory]) {
    const pages = await seen(by);
    expect(pages).toContain("No audit for you to read");
    expect(pages).not.toMatch(/asked for the release|acme/);
  }
  await story.close();
  story.judge.assertClean();
});

test("a whole release stands in the audit in sentences that say who did what, in the order of what happened", async () => {
  const story = await Story.open();
  await story.untilRunning();
  await story.finishJob();
  await story.pass(180_000, 6);
  const { entries, next } = await readAudit(story.app.parts, {
    ...{ repositoryIds: [story.cast.widget.id], filter: {}, before: null, limit: 50 },
  });
  const sha = (await story.release()).sha.slice(0, 7);
  const run = story.run().id;
  expect(next).toBeNull();
  expect(entries.filter(({ what }) => !hasWords(what))).toEqual([]);
  expect(entries.map(({ said }) => said).toReversed()).toEqual([
    `alice asked for the release of \`@acme/widget@1.2.0\` from commit \`${sha}\` in #${story.cast.issue.number}.`,
    `Countersign started the workflow as run \`${run}\` at commit \`${sha}\`.`,
    `bob approved commit \`${sha}\` in the thread.`,
    "Countersign took the lease on the environment `npm`: from here its secret may be in place.",
    `Countersign opened the gate of the environment \`npm\` for run \`${run}\`.`,
    "Countersign removed the secret from the environment `npm`, 0 seconds after it was put there (`job-completed`).",
    "The registry shows the version: it is published, by the npm user `alice-npm`.",
    "The secret of the environment `npm` was read as absent, for the first time.",
    "The secret of the environment `npm` was read as absent for the second time: the lease is closed.",
  ]);
  await story.close();
});
