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
