import { afterEach, beforeEach, expect, test } from "vitest";
import { Story } from "../support/story.ts";
import { createMemoryDatabase, type MemoryDatabase } from "./store/index.ts";

let memory: MemoryDatabase;
let story: Story;
beforeEach(async () => {
  memory = createMemoryDatabase();
  story = await Story.open({ memory });
});
afterEach(async () => {
  await story.close();
  story.judge.assertClean();
});

test("the main job goes through on rows in memory, and leaves no secret, no work and no lock behind", async () => {
  await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  await story.say(story.cast.alice, "/release 1.2.0");
  expect(await story.status()).toContain("Waiting");

  await story.say(story.cast.bob, "/approve");
  expect(story.runner.jobs[0]?.order.secrets["NPM_TOKEN"]).toBe("npm_the-token-of-alice");
  expect(memory.rows("Lease")).toMatchObject([{ state: "armed" }]);

  await story.finishJob();
  await story.pass(22_000, 11);
  expect(story.github.environmentSecrets()).toEqual([]);
  expect(memory.rows("Release")).toMatchObject([{ state: "published", holds: null }]);
  expect(memory.rows("Lease")).toMatchObject([{ state: "closed", locks: null }]);
  expect(memory.rows("Delivery").filter(({ state }) => state !== "done")).toEqual([]);
  expect(memory.waits()).toEqual([]);
});
