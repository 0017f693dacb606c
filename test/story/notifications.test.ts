import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { statusPauseMs } from "../../src/desk/after.ts";
import { createChannelDesk } from "../../src/desk/channels/index.ts";
import type { DeskForChannels, Place } from "../../src/desk/channels/index.ts";
import { openChallenge } from "../../src/desk/relay/open-challenge.ts";
import type { Channel, RunnerSession } from "../../src/domain/release-types.ts";
import { channelParts } from "../support/channels.ts";
import { Story } from "../support/story.ts";
import { says, startReceiver } from "../support/receiver.ts";
import type { Receiver } from "../support/receiver.ts";
import type { UserState } from "../world/github/state.ts";

interface SlackMessage {
  text: string;
  blocks: unknown[];
}

describe("notifications", () => {
  let story: Story;
  let slack: Receiver;
  let desk: DeskForChannels;
  beforeEach(async () => {
    story = await Story.open();
    slack = await startReceiver();
    desk = createChannelDesk(channelParts(story));
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  });
  afterEach(async () => {
    await story.close();
    await slack.close();
    story.judge.assertClean();
  });

  async function add(by: UserState, place: Place, path: string, kind: Channel["kind"] = "slack"): Promise<string> {
    const name = path.replaceAll("/", "-");
    await story.app.parts.store.people.see({ id: by.id, login: by.login }, story.clock.now());
    const input = {
      person: { id: by.id, login: by.login },
      place,
      kind,
      name,
      address: `${slack.url}/services/${path}`,
    };
    return (await desk.addChannel(input)).channel.id;
  }

  /** The team's channel, added by dave, who administers the organisation. */
  const addTeams = async (): Promise<string> =>
    await add(story.cast.dave, { repositoryId: story.cast.widget.id }, "T1/team/x");

  const heard = (path: string): string[] =>
    slack.received
      .filter((one) => one.path === `/services/${path}`)
      .map(({ body }) => (JSON.parse(body) as SlackMessage).text);

  async function ask(): Promise<void> {
    const { id } = await story.release();
    await openChallenge(story.app.parts, {
      session: { id: "s1", releaseId: id, step: "otp" } as RunnerSession,
      kind: "code",
      authUrl: null,
      subject: { name: "@acme/widget", version: "1.2.0" },
    });
    await story.settle();
  }

  test("an approval, a challenge and the end reach whom they concern exactly once, with each webhook delivered twice", async () => {
    await addTeams();
    await add(story.cast.alice, "own", "T1/alice/x");
    await add(story.cast.bob, "own", "T1/bob/x");
    await add(story.cast.carol, "own", "T1/carol/x");
    story.github.core.faults.deliveries(() => "double");
    await story.untilRunning();
    await ask();
    await story.finishJob();
    await story.pass(120_000, 4);
    expect((await story.release()).state).toBe("published");
    expect(heard("T1/team/x").map((text) => text.split(":")[0])).toEqual([
      "Approval wanted",
      "npm asks alice for the second factor",
      "Published",
    ]);
    expect(heard("T1/bob/x").map((text) => text.split(":")[0])).toEqual(["Approval wanted"]);
    expect(heard("T1/alice/x").map((text) => text.split(":")[0])).toEqual(["npm asks alice for the second factor"]);
    expect(heard("T1/carol/x")).toEqual([]);
  });

  test("the approval names package, version, commit and who waits, and links to a page that asks to sign in", async () => {
    await addTeams();
    await story.say(story.cast.alice, "/release 1.2.0");
    const { id, sha } = await story.release();
    const [message] = slack.received.map(({ body }) => body);
    for (const part of ["@acme/widget", "1.2.0 (latest)", sha.slice(0, 7), "alice", "bob, dave, @acme/maintainers"])
      expect(message).toContain(part);
    expect(message).toContain(`<${story.publicUrl}/releases/${id}|Look and decide>`);
    const page = await fetch(`${story.publicUrl}/releases/${id}`, { redirect: "manual" });
    expect([page.status, page.headers.get("location")]).toEqual([303, expect.stringMatching(/^\/sign-in\?/)]);
    expect(message).not.toMatch(/npm_|npm_the-token/);
  });

  test("with Slack down the release goes on, and the messages arrive later", async () => {
    const channel = await addTeams();
    slack.answer = says(503);
    await story.untilRunning();
    await story.finishJob();
    expect((await story.release()).state).toBe("published");
    const [down] = await story.app.parts.store.channels.ofRepository(story.cast.widget.id);
    expect(down).toMatchObject({ id: channel, lastSentAt: null });
    expect(down?.lastError).toMatch(/answers 503: something is wrong there\. It is tried again\.$/);
    slack.received.length = 0;
    slack.answer = says(200, "ok");
    await story.pass(20_000, 4);
    expect(heard("T1/team/x").map((text) => text.split(":")[0])).toEqual(
      expect.arrayContaining(["Approval wanted", "Published"]),
    );
    expect(slack.received).toHaveLength(2);
    expect(await story.app.parts.store.channels.get(channel)).toMatchObject({ lastError: null, lastFailedAt: null });
  });

  test("a Slack that hangs holds up nothing of a release, however many messages wait for it", async () => {
    for (let index = 0; index < 8; index += 1)
      await add(story.cast.dave, { repositoryId: story.cast.widget.id }, `T1/team${index}/x`);
    slack.answer = () => undefined;
    story.github.comment(story.cast.widget, story.cast.issue, story.cast.alice, "/release 1.2.0");
    // Nothing may wait for all work to be done: the messages hang.
    await until(async () => (await story.release().catch(() => null))?.state === "waiting");
    story.clock.advance(statusPauseMs);
    await until(() => Promise.resolve(story.lastWords().includes("Waiting")));
    story.clock.advance(1000);
    story.github.comment(story.cast.widget, story.cast.issue, story.cast.bob, "/approve");
    await until(async () => (await story.release()).state === "running");
    expect(slack.received).toHaveLength(2);
    slack.answer = says(200, "ok");
    slack.hangUp();
    await story.settle();
    await story.pass(4_000);
    expect(slack.received.length).toBeGreaterThanOrEqual(8);
  });

  test("a dead address is said once, and not tried again", async () => {
    const channel = await addTeams();
    slack.answer = says(404, "no_service");
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.pass(3_600_000, 6);
    expect(slack.received).toHaveLength(1);
    const { lastError } = (await story.app.parts.store.channels.get(channel)) ?? {};
    expect(lastError).toMatch(/^Slack says that this address is dead \(`no_service`\).+add the new address\.$/);
    expect(await story.app.parts.store.tasks.counts()).toMatchObject({ dead: 0 });
  });

  test("whoever asks for patience is asked again when they said", async () => {
    await addTeams();
    slack.answer = says(429, "", { "retry-after": "120" });
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.pass(100_000, 5);
    expect(slack.received).toHaveLength(1);
    slack.answer = says(200, "ok");
    await story.pass(30_000);
    expect(slack.received).toHaveLength(2);
    await story.pass(600_000, 2);
    expect(slack.received).toHaveLength(2);
  });

  test("a challenge that ran out of time calls nobody any more", async () => {
    await add(story.cast.alice, "own", "T1/alice/x");
    slack.answer = says(500);
    await story.untilRunning();
    await ask();
    const tried = slack.received.length;
    expect(tried).toBe(1);
    slack.answer = says(200, "ok");
    story.clock.advance(20 * 60_000);
    await story.settle();
    expect(heard("T1/alice/x")).toHaveLength(1);
  });

  test("a person whom GitHub doesn't show the repository any more hears nothing of it", async () => {
    await add(story.cast.bob, "own", "T1/bob/x");
    story.cast.widget.private = true;
    story.cast.widget.collaborators.delete(story.cast.bob.id);
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(heard("T1/bob/x")).toEqual([]);
  });

  test("only who maintains or administers the repository adds, tries or removes its channels", async () => {
    const place = { repositoryId: story.cast.widget.id };
    const channelId = await addTeams();
    const bob = { id: story.cast.bob.id, login: "bob" };
    const refused = /^Only people who administer or maintain/;
    await expect(add(story.cast.bob, place, "T1/bob/x")).rejects.toThrow(refused);
    await expect(desk.testChannel({ person: bob, place, channelId })).rejects.toThrow(refused);
    await expect(desk.removeChannel({ person: bob, place, channelId })).rejects.toThrow(refused);
    await expect(desk.removeChannel({ person: bob, place: "own", channelId })).rejects.toThrow(/no such channel/);
    expect(slack.received).toEqual([]);
    expect(await desk.channels(bob, place)).toHaveLength(1);
  });

  test("no address is in the database, the log or the audit as it is", async () => {
    await addTeams();
    slack.answer = says(500);
    await story.say(story.cast.alice, "/release 1.2.0");
    const [channel] = await story.app.parts.store.channels.ofRepository(story.cast.widget.id);
    expect(JSON.stringify(channel)).not.toContain("T1/team");
    expect(story.logLines.join("")).not.toContain("T1/team");
    expect(channel?.shownAddress).toBe(new URL(slack.url).host);
  });
});

/** Waits for what happens by itself, while the app works on. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error("it didn't happen");
    await new Promise((turn) => setTimeout(turn, 20));
  }
}
