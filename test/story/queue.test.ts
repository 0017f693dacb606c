import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDesk } from "../../src/desk/index.ts";
import type { QueuePart } from "../../src/desk/queue.ts";
import { policy } from "../world/cast.ts";
import type { UserState } from "../world/github/state.ts";
import { Story } from "../support/story.ts";

/** Approvers are named by their team here. */
const byTeam = policy.replace('[bob, dave, "@acme/maintainers"]', '["@acme/maintainers"]');

describe("the queue, in the world", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open({ policy: byTeam });
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  async function queueOf(by: UserState, desk = createDesk(story.app.parts)): Promise<QueuePart> {
    const person = { id: by.id, login: by.login };
    return await desk.queue({ person, repositoryIds: [story.cast.widget.id], filter: {}, page: 1 });
  }
  const kinds = ({ items, mine }: QueuePart) => [items.map(({ kind }) => kind), mine];

  test("a release tells the commit's title and author as GitHub has them, without a call of its own", async () => {
    const { widget, dave, alice } = story.cast;
    story.github.commit(widget, dave.id, { "index.js": "1" }, "Count widgets\n\nAt length.");
    await story.say(alice, "/release 1.2.0");
    expect(await story.release()).toMatchObject({ commitTitle: "Count widgets", commitAuthor: "dave" });
    expect(story.judge.log.map(({ operationId }) => operationId)).not.toContain("repos/get-commit");
  });

  test("an adopted run tells what GitHub tells of its commit", async () => {
    const { widget, dave, alice } = story.cast;
    story.github.commit(widget, dave.id, { "index.js": "1" }, "Count widgets");
    story.github.runWorkflow(widget, alice, "publish.yml", { version: "1.2.0", tag: "latest" });
    await story.settle();
    const release = await story.release();
    expect(release).toMatchObject({ state: "unconfirmed", commitTitle: "Count widgets" });
    expect(release.commitAuthor).toMatch(/dave/i);
    expect(kinds(await queueOf(alice))).toEqual([["confirm"], 1]);
  });

  test("what waits for a team waits for its members, who are asked of GitHub once a minute", async () => {
    const { alice, bob, carol } = story.cast;
    await story.say(alice, "/release 1.2.0");
    const desk = createDesk(story.app.parts);
    const asked = (): number =>
      story.github.core.log.filter(({ operationId }) => operationId === "teams/get-membership-for-user-in-org").length;
    const before = asked();
    expect(kinds(await queueOf(bob, desk))).toEqual([["approve"], 1]);
    expect(kinds(await queueOf(bob, desk))).toEqual([["approve"], 1]);
    expect(asked() - before).toBe(1);
    expect(kinds(await queueOf(carol, desk))).toEqual([[null], 0]);
    expect(kinds(await queueOf(alice, desk))).toEqual([[null], 0]);
    story.clock.advance(60_000);
    await queueOf(bob, desk);
    expect(asked() - before).toBe(4);
  });

  test("where GitHub doesn't say who is in a team, the release is listed all the same", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.core.faults.on({ operation: "teams/get-membership-for-user-in-org", status: 403, times: 1 });
    const desk = createDesk(story.app.parts);
    expect(kinds(await queueOf(story.cast.bob, desk))).toEqual([[null], 0]);
    expect(kinds(await queueOf(story.cast.bob, desk))).toEqual([["approve"], 1]);
  });
});
