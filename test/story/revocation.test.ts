import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SealedToken } from "../../src/domain/release-types.ts";
import { Story } from "../support/story.ts";

describe("where a token is to be revoked after the run", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open({ policyLines: "    revoke: true\n" });
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  const token = async (): Promise<SealedToken | undefined> =>
    (await story.app.parts.store.tokens.ofPerson(story.cast.alice.id))[0];
  const todos = async (): Promise<string[]> =>
    (await story.app.parts.store.todos.openOf(story.cast.alice.id)).map(({ why }) => why);
  /** Both readings of the secret's absence, and the time in which a post step may still report. */
  const settleAll = async (): Promise<void> => {
    await story.pass(16_000);
    await story.pass(6_000);
    await story.pass(130_000);
  };

  test("and no post step ever reported, it isn't used again and its owner is asked, until it is done", async () => {
    await story.untilRunning();
    await story.finishJob();
    await story.pass(16_000);
    await story.pass(6_000);
    expect((await token())?.removedAt).toBeNull();
    await story.pass(130_000);
    expect(await token()).toMatchObject({ removedWhy: "left-behind", ciphertext: "" });
    expect(await todos()).toEqual(["revoke-failed"]);
    expect(await story.status()).toContain("| npm token | revocation not confirmed |");
    expect(await story.status()).toContain("| Token as the runner saw it | not reported |");
    await story.say(story.cast.alice, "/release 1.3.0");
    expect(story.lastWords()).toContain("alice has no npm token on file for this environment.");
  });

  test("and its job went on for longer than the secret was there, the run's end is waited for", async () => {
    await story.untilRunning();
    await story.pass(21 * 60_000, 21);
    expect(story.github.environmentSecrets()).toEqual([]);
    await settleAll();
    expect(await todos()).toEqual([]);
    await story.finishJob();
    await settleAll();
    expect(await todos()).toEqual(["revoke-failed"]);
  });

  test("and the release was stopped before it was armed, it stays: nobody had it", async () => {
    const { alice } = story.cast;
    await story.sealToken(alice, "npm_the-token-of-alice");
    await story.say(alice, "/release 1.2.0");
    await story.say(alice, "/cancel");
    await settleAll();
    expect((await token())?.removedAt).toBeNull();
    expect(await todos()).toEqual([]);
  });
});
