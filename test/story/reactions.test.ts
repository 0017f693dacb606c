import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { giveReaction } from "../../src/chat/reaction.ts";
import { Story } from "../support/story.ts";

describe("the reaction to a command", () => {
  let story: Story;
  beforeAll(async () => {
    story = await Story.open();
  });
  afterAll(async () => {
    await story.close();
    story.judge.assertClean();
  });
  beforeEach(() => story.github.core.faults.clear());

  const operation = "reactions/create-for-issue-comment";
  const owed = (): number => story.github.core.log.filter((line) => line.operationId === operation).length;

  test.each([
    ["whose connection is dropped", { dropRequest: true }],
    ["that GitHub fails", { status: 502 }],
    ["that GitHub's limit stops", { status: 429, headers: { "retry-after": "1" } }],
  ])("%s is given later, and the command is carried out once", async (_, fault) => {
    story.github.core.faults.on({ operation, ...fault, times: 4 });
    const said = story.github.comments(story.cast.widget, story.cast.issue).length;
    const word = await story.say(story.cast.alice, "/help");
    expect([...word.reactions.keys()]).toEqual([]);
    await story.pass(60_000, 12);
    expect([...word.reactions.keys()]).toEqual(["+1"]);
    expect(story.github.comments(story.cast.widget, story.cast.issue)).toHaveLength(said + 2);
  });

  test("of a refused one is owed as well", async () => {
    story.github.core.faults.on({ operation, dropRequest: true, times: 1 });
    const word = await story.say(story.cast.mallory, "/approve");
    await story.pass(10_000, 5);
    expect([...word.reactions.keys()]).toEqual(["-1"]);
  });

  test("that GitHub refuses is given up, and the log tells", async () => {
    story.github.core.faults.on({ operation, status: 403, times: 1 });
    const word = await story.say(story.cast.alice, "/help");
    const asked = owed();
    await story.pass(120_000, 12);
    expect(owed()).toBe(asked);
    expect(word.reactions.size).toBe(0);
    expect(story.logLines.filter((line) => line.includes("no reaction")).at(-1)).toContain(String(word.id));
  });

  test("in a repository that is gone is owed to nobody; a task that isn't one of ours fails", async () => {
    const asked = owed();
    await giveReaction(story.app.parts, "4711/1/+1");
    expect(owed()).toBe(asked);
    await expect(giveReaction(story.app.parts, "1/2/heart")).rejects.toThrow("there is no reaction called 1/2/heart");
  });
});
