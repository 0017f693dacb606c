import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askReconcile } from "../../src/jobs/schedule.ts";
import { last } from "../world/github/index.ts";
import { Story } from "../support/story.ts";

describe("a run that is started again before anybody heard how it ended", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
    await story.untilRunning();
    // From here on nothing is told: only the reconciler sees it.
    story.github.core.faults.deliveries(() => "lose");
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  async function again(): Promise<void> {
    const { widget, dave } = story.cast;
    story.github.rerun(widget, story.run(), dave);
    await askReconcile(story.app.parts);
    await story.pass(120_000, 6);
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(story.runner.jobs).toHaveLength(1);
  }

  test("is published where its first attempt published", async () => {
    await story.finishJob();
    await again();
    expect((await story.release()).state).toBe("published");
  });

  test("is stopped, and said to be on the registry where its first attempt published and then failed", async () => {
    story.registry.write("@acme/widget", "1.2.0");
    await story.finishJob("failure");
    await again();
    const { state, endText, verifiedAt } = await story.release();
    expect([state, verifiedAt === null]).toEqual(["failed", false]);
    expect(endText).toMatch(
      /is on the registry all the same, published by alice-npm: see whether that was this run\.$/,
    );
  });

  test("is stopped, and no release any more, where its first attempt didn't succeed", async () => {
    await story.finishJob("failure");
    await again();
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "rerun" });
    expect(last(story.run()).status).toBe("completed");
  });
});

describe("a version that was asked for again while an earlier release's job may still have published it", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
    await story.untilRunning();
    await story.say(story.cast.alice, "/cancel");
    await story.pass(60_000, 4);
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, `/approve ${(await story.release()).sha.slice(0, 7)}`);
    expect(story.runner.jobs).toHaveLength(2);
    // What the first job published is shown only now.
    story.registry.write("@acme/widget", "1.2.0");
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  test("isn't said to be the second one's work where its run failed without a word of publishing", async () => {
    await story.finishJob("failure");
    await story.pass(60_000, 4);
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["failed", "another-run"]);
    expect(endText).toMatch(/see which of them published it/);
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("is the second one's where its run succeeded", async () => {
    await story.finishJob("success");
    expect((await story.release()).state).toBe("published");
  });
});
