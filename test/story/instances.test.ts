import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runEnded } from "../../src/desk/progress.ts";
import { Story } from "../support/story.ts";

let story: Story;

beforeEach(async () => {
  story = await Story.open();
});

afterEach(async () => {
  await story.close();
  story.judge.assertClean();
});

/** The row as an instance leaves it that is killed after GitHub opened the gate, and before it could write that down. */
async function diedAfterOpening(): Promise<void> {
  await story.untilRunning();
  const release = await story.release();
  await story.app.parts.store.releases.save(release, { state: "arming", gateApprovedAt: null });
}

describe("an instance was killed between opening the gate and writing it down, and another goes on", () => {
  test("the job's success is looked up on the registry, not called nothing", async () => {
    await diedAfterOpening();
    await story.finishJob("success");
    await story.pass(30_000, 10);
    expect(await story.release()).toMatchObject({ state: "published", endCode: null });
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("a job that failed is a run that failed", async () => {
    await diedAfterOpening();
    await story.finishJob("failure");
    await story.pass(30_000, 10);
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "run-failed" });
    expect(story.github.environmentSecrets()).toEqual([]);
  });
});

test("a run's end that is told twice, by its event and by a comparison with GitHub, doesn't end what is being looked up", async () => {
  await story.untilRunning();
  const { runId } = await story.release();
  story.registry.fail.status = 503;
  await story.finishJob("success");
  expect((await story.release()).state).toBe("verifying");

  await runEnded(story.app.parts, runId ?? 0, { conclusion: "success", attempt: 1 });
  expect((await story.release()).state).toBe("verifying");
  story.registry.fail.status = null;
  await story.pass(60_000, 6);
  expect(await story.release()).toMatchObject({ state: "published", endCode: null });
});
