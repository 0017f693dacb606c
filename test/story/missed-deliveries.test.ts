import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { statusPauseMs } from "../../src/desk/after.ts";
import { askDeliveries } from "../../src/jobs/schedule.ts";
import { Story } from "../support/story.ts";

let story: Story;

beforeEach(async () => {
  story = await Story.open();
  await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
});

afterEach(async () => {
  await story.close();
  expect(story.judge.violations).toEqual([]);
});

/** Five minutes, with the look at GitHub's log that comes with them. */
async function fiveMinutes(): Promise<void> {
  await story.pass(5 * 60_000, 5);
  await askDeliveries(story.app.parts);
  await story.settle();
}

/** Comments that GitHub was asked for again; what failed before the app was there is another matter. */
const redelivered = (): number =>
  story.github.core.state.deliveries.filter(({ event, redelivery }) => event === "issue_comment" && redelivery).length;

const comments = { lost: 0 };
function lose(times: number): void {
  comments.lost = 0;
  story.github.core.faults.deliveries((event) => {
    if (event !== "issue_comment" || comments.lost >= times) return "send";
    comments.lost += 1;
    return "lose";
  });
}

describe("what GitHub couldn't deliver", () => {
  test("a comment that got lost is fetched within minutes, once, and acted on", async () => {
    await story.say(story.cast.bob, "/help");
    lose(1);
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(await story.app.parts.store.releases.active()).toEqual([]);
    await fiveMinutes();
    expect((await story.release()).state).toBe("waiting");
    await fiveMinutes();
    await fiveMinutes();
    expect(redelivered()).toBe(1);
    expect(await story.app.parts.store.releases.active()).toHaveLength(1);
  });

  test("an approval that was given while Countersign was away counts when it is back", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.pass(statusPauseMs);
    await story.app.stop();
    story.clock.advance(1000);
    story.github.comment(story.cast.widget, story.cast.issue, story.cast.bob, "/approve");
    await story.github.until(() => story.github.hooks.idle(), "deliveries to fail");
    story.clock.advance(2 * 3_600_000);
    await story.startApp();
    expect((await story.release()).state).toBe("running");
  });

  test("a release that was asked for while Countersign was away is not begun hours later", async () => {
    await story.say(story.cast.bob, "/help");
    await story.app.stop();
    story.github.comment(story.cast.widget, story.cast.issue, story.cast.alice, "/release 1.2.0");
    await story.github.until(() => story.github.hooks.idle(), "deliveries to fail");
    story.clock.advance(2 * 3_600_000);
    await story.startApp();
    expect(story.lastWords()).toContain("This was written 120 minutes before it reached Countersign");
    expect(await story.app.parts.store.releases.active()).toEqual([]);
  });

  test("what GitHub's log calls delivered, and we don't have, is fetched too", async () => {
    await story.say(story.cast.bob, "/help");
    lose(1);
    await story.say(story.cast.alice, "/release 1.2.0");
    for (const one of story.github.core.state.deliveries) Object.assign(one, { status: "OK", statusCode: 200 });
    await fiveMinutes();
    expect((await story.release()).state).toBe("waiting");
  });

  test("what GitHub doesn't deliver again keeps nothing else back", async () => {
    await story.say(story.cast.bob, "/help");
    lose(2);
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.alice, "/status");
    story.github.core.faults.on({ operation: "apps/redeliver-webhook-delivery", status: 422, times: 1 });
    await fiveMinutes();
    expect((await story.release()).state).toBe("waiting");
  });
});
