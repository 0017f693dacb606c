import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Story } from "../support/story.ts";

describe("the main job", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  test("a release asked for in chat, approved by a second person, published, leaves no secret behind", async () => {
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(await story.status()).toContain("Waiting");
    expect(story.github.environmentSecrets()).toEqual([]);

    await story.say(story.cast.bob, "/approve");
    expect(story.runner.jobs).toHaveLength(1);
    expect(story.runner.jobs[0]?.order.secrets["NPM_TOKEN"]).toBe("npm_the-token-of-alice");
    expect((await story.release()).state).toBe("running");

    await story.finishJob();
    expect(story.github.environmentSecrets()).toEqual([]);
    expect((await story.release()).state).toBe("published");
    expect(await story.status()).toContain("Published");
  });

  test("the lease closes on two readings of the secret's absence, and frees the environment", async () => {
    await story.untilRunning();
    await story.finishJob();
    const { id } = await story.release();
    const lease = async () => await story.app.parts.store.leases.ofRelease(id);
    expect((await lease())?.state).toBe("disarming");
    await story.pass(16_000);
    expect((await lease())?.state).toBe("absent");
    await story.pass(6_000);
    expect(await lease()).toMatchObject({ state: "closed", locks: null });
    expect(await story.status()).toContain("absence read twice");
  });
});
