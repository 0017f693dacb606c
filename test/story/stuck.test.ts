import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createChannelDesk } from "../../src/desk/channels/index.ts";
import { askReconcile, askSweep } from "../../src/jobs/schedule.ts";
import { channelParts } from "../support/channels.ts";
import { startReceiver } from "../support/receiver.ts";
import type { Receiver } from "../support/receiver.ts";
import { Story } from "../support/story.ts";
import { readPages } from "../support/pages.ts";

let story: Story;
let slack: Receiver;

beforeEach(async () => {
  story = await Story.open();
  slack = await startReceiver();
  const { dave, widget } = story.cast;
  await story.app.parts.store.people.see({ id: dave.id, login: dave.login }, story.clock.now());
  await createChannelDesk(channelParts(story)).addChannel({
    ...{ person: { id: dave.id, login: dave.login }, place: { repositoryId: widget.id } },
    ...{ kind: "slack", name: "team", address: `${slack.url}/services/T1/team/x` },
  });
});

afterEach(async () => {
  await story.close();
  await slack.close();
  expect(story.judge.violations).toEqual([]);
});

const heard = (): string[] =>
  slack.received
    .map(({ body }) => (JSON.parse(body) as { text: string }).text)
    .filter((text) => text.startsWith("A secret"));

/** Minutes, each with its reconcile pass. */
async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await askReconcile(story.app.parts);
    await story.pass(60_000);
  }
}

const pageOf = async (path: string): Promise<string> =>
  await readPages({ world: { github: story.github }, url: story.publicUrl }, story.cast.bob, [path]);

const deletes = (): number =>
  story.github.core.log.filter(({ operationId }) => operationId === "actions/delete-environment-secret").length;

describe("a secret that GitHub doesn't let us remove", () => {
  test("is told once after five minutes, shown in red, tried for ever, and more seldom, and gone at last", async () => {
    await story.untilRunning();
    const off = story.github.core.faults.on({ operation: "actions/delete-environment-secret", status: 403 });
    await story.finishJob();
    await minutes(2);
    expect(heard()).toEqual([]);
    await minutes(10);
    expect(heard()).toEqual([
      expect.stringMatching(/^A secret can't be removed: acme\/widget\. .*alice has to revoke/),
    ]);
    const { id } = await story.release();
    for (const path of ["/", `/releases/${id}`])
      expect(await pageOf(path)).toMatch(/A secret can't be removed\..*NPM_TOKEN.*npm/s);
    const before = deletes();
    await minutes(60);
    // One a minute at first, then one every half hour.
    expect(deletes() - before).toBeGreaterThan(18);
    expect(deletes() - before).toBeLessThan(30);
    off();
    await minutes(40);
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.app.parts.store.leases.open()).toEqual([]);
    expect(heard()).toHaveLength(1);
    expect(await pageOf("/")).not.toContain("can't be removed");
  });

  test("with the app suspended while it is armed, is told too, and removed when the app is back", async () => {
    await story.untilRunning();
    const { dave } = story.cast;
    const [installation] = story.github.core.state.installations.values();
    if (installation === undefined) throw new Error("the app is installed nowhere");
    story.github.owners.suspend(installation, dave);
    await story.settle();
    await story.finishJob();
    await minutes(12);
    expect(story.github.environmentSecrets()).not.toEqual([]);
    expect(heard()).toHaveLength(1);
    story.github.owners.unsuspend(installation, dave);
    await minutes(60);
    expect(story.github.environmentSecrets()).toEqual([]);
  });
});

describe("a secret of our name that nobody leased", () => {
  /** A night's look at everything. */
  async function night(): Promise<void> {
    await askSweep(story.app.parts);
    await story.pass(120_000, 2);
  }

  test("put there by a person is told, once, and left alone", async () => {
    await story.untilRunning();
    await story.finishJob();
    await minutes(30);
    const { npm } = story.cast;
    story.github.putSecret(npm.secrets, "NPM_TOKEN", "npm_of-somebody");
    await night();
    story.clock.advance(86_400_000);
    await night();
    expect(heard()).toEqual([
      expect.stringMatching(/^A secret lies in an environment: acme\/widget\. .*Countersign didn't put there/),
    ]);
    expect(story.github.secretsOf(npm)).toEqual({ NPM_TOKEN: "npm_of-somebody" });
  });

  test("that GitHub wrote long after we gave up on it is removed", async () => {
    await story.untilRunning();
    await story.finishJob();
    await minutes(3);
    const { npm } = story.cast;
    const lease = await story.app.parts.store.leases.last(story.cast.widget.id, npm.id);
    expect(lease?.state).toBe("closed");
    story.github.putSecret(npm.secrets, "NPM_TOKEN", "npm_the-token-of-alice");
    await askSweep(story.app.parts);
    await story.settle();
    // Nobody else gets the environment until its absence has been read twice.
    const { leases } = story.app.parts.store;
    expect((await leases.locking(story.cast.widget.id, npm.id))?.id).toBe(lease?.id);
    await night();
    expect(await leases.locking(story.cast.widget.id, npm.id)).toBeNull();
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.app.parts.store.leases.open()).toEqual([]);
    expect(heard()).toEqual([]);
  });

  test("of a release that is running is nobody's business", async () => {
    await story.untilRunning();
    await night();
    expect(story.github.environmentSecrets()).not.toEqual([]);
    expect(heard()).toEqual([]);
    await story.finishJob();
  });

  test("is looked for at every start", async () => {
    story.github.putSecret(story.cast.npm.secrets, "NPM_TOKEN", "npm_of-somebody");
    await story.app.stop();
    await story.startApp();
    await story.pass(60_000, 2);
    expect(heard()).toHaveLength(1);
  });
});
