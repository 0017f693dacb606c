import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createChannelDesk } from "../../src/desk/channels/index.ts";
import { createDesk } from "../../src/desk/index.ts";
import { cancel } from "../../src/desk/cancel.ts";
import { createRelay } from "../../src/desk/relay/index.ts";
import { generateKeyPair } from "../../src/domain/sealed-box.ts";
import type { Release, RunnerReport, RunnerSession } from "../../src/domain/release-types.ts";
import { nodeHands } from "../world/demo/hands.ts";
import type { UserState } from "../world/github/state.ts";
import { channelParts } from "../support/channels.ts";
import { startReceiver } from "../support/receiver.ts";
import type { Receiver } from "../support/receiver.ts";
import { Story } from "../support/story.ts";

const name = "@acme/widget";
const stageId = "0b6a1b1e-6f0e-4b53-9a53-3f1c2c9f7a10";
const shasumOf = (version: string): string => createHash("sha1").update(`${name}@${version}`).digest("hex");

/** One app for all of these; each test has a thread and a version of its own. */
describe("what is staged is approved or rejected from here, by a second job in a second environment", () => {
  let story: Story;
  let slack: Receiver;
  let minor = 1;
  let version = "";

  beforeAll(async () => {
    const policyLines = "    mode: trusted-stage\n    stageApproval: { approvers: [carol, alice] }\n";
    story = await Story.open({ policyLines, approvesStages: true });
    const { alice, carol, approveStage } = story.cast;
    if (approveStage === null) throw new Error("the cast has no second environment");
    await story.sealToken(carol, "npm_the-token-of-carol", approveStage);
    await story.sealToken(alice, "npm_the-token-of-alice", approveStage);
    slack = await startReceiver();
    const channels = createChannelDesk(channelParts(story));
    const { dave, widget } = story.cast;
    for (const [by, place] of [
      [alice, "own"],
      [carol, "own"],
      [dave, { repositoryId: widget.id }],
    ] as const) {
      await story.app.parts.store.people.see({ id: by.id, login: by.login }, story.clock.now());
      const person = { id: by.id, login: by.login };
      const address = `${slack.url}/services/T1/${by.login}/x`;
      await channels.addChannel({ person, place, kind: "slack", name: by.login, address });
    }
  });

  afterAll(async () => {
    await story.close();
    await slack.close();
    story.judge.assertClean();
  });

  const relay = () => createRelay(story.app.parts);
  const store = () => story.app.parts.store;
  const fresh = async ({ id }: Release): Promise<Release> => (await store().releases.get(id)) as Release;

  /** What a step in the job of the last run would prove. */
  async function session(step: RunnerSession["step"], file: string, environment: string) {
    const { publicKey } = await generateKeyPair();
    const { widget, acme } = story.cast;
    const run = story.run();
    return await relay().openSession({
      ...{ step, publicKey, bearerHash: createHash("sha256").update(publicKey).digest("hex") },
      claims: {
        ...{ jti: publicKey, run_id: String(run.id), run_attempt: "1", repository: "acme/widget", environment },
        ...{ repository_id: String(widget.id), repository_owner_id: String(acme.user.id), sha: run.headSha },
        ...{ event_name: "workflow_dispatch", workflow_ref: `acme/widget/.github/workflows/${file}@refs/heads/main` },
      },
    });
  }

  const deciding = async () => await session("stage", "approve-stage.yml", "approve-stage");

  async function report(opened: Awaited<ReturnType<typeof session>>, told: RunnerReport): Promise<void> {
    await relay().report(opened.session, told);
  }

  async function endJob(conclusion: "success" | "failure" = "success"): Promise<void> {
    story.runner.jobs.at(-1)?.finish(conclusion);
    await story.github.until(() => story.github.engine.idle(), "the job to end");
    await story.settle();
  }

  /** A release of alice's that waits at npm, in a thread of its own. */
  async function staged(): Promise<Release> {
    minor += 1;
    version = `1.${minor}.0`;
    story.cast.issue = story.github.openIssue(story.cast.widget, story.cast.alice, `Release ${version}`);
    await story.say(story.cast.alice, `/release ${version}`);
    await story.say(story.cast.bob, "/approve");
    await report(await session("publish", "publish.yml", "npm"), {
      ...{ outcome: "staged", stageId, shasum: shasumOf(version) },
    });
    await endJob();
    const release = await story.release();
    expect([release.state, release.version]).toEqual(["staged", version]);
    return release;
  }

  async function asks(person: UserState, words = "/approve-stage"): Promise<Release> {
    await story.say(person, words);
    return await story.release();
  }

  /** The registry has it, as npm would after an approval. */
  const live = (): void => story.registry.write(name, version, "latest", { trusted: true, approver: "carol-npm" });

  /** Titles of what a channel was told of this version, in order. */
  const heard = (of: UserState): string[] =>
    slack.received
      .filter(({ path, body }) => path === `/services/T1/${of.login}/x` && body.includes(version))
      .map(({ body }) => (JSON.parse(body) as { text: string }).text.split(":")[0] ?? "");

  /** What the queue wants of somebody for a release. */
  async function wantedOf(by: UserState, { id }: Release) {
    const person = { id: by.id, login: by.login };
    const ask = { person, repositoryIds: [story.cast.widget.id], filter: {}, page: 1 };
    const { items } = await createDesk(story.app.parts).queue(ask);
    return items.find(({ view }) => view.release.id === id)?.kind;
  }

  /** Nothing of a decision lies anywhere any more, and its lease is closed. */
  async function nothingLeft(): Promise<void> {
    await story.pass(120_000, 6);
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await store().leases.open()).toEqual([]);
  }

  test("whoever may approve it from here is called once, with the link, and has it in their queue until they have it in hand", async () => {
    const { alice, carol, dave } = story.cast;
    const release = await staged();
    expect([await wantedOf(carol, release), await wantedOf(alice, release)]).toEqual(["stage", null]);
    expect(heard(carol)).toEqual(["Staged at npm, to be approved"]);
    expect(heard(alice)).toEqual([]);
    expect(heard(dave)).toEqual(["Approval wanted", "Staged at npm, to be approved"]);
    expect(slack.received.at(-1)?.body).toContain(`/releases/${release.id}#stage|Compare, then approve>`);
    expect(await story.status()).toContain("Waits for carol to compare it, then approve it from here.");
    const approval = await asks(carol);
    expect(await wantedOf(carol, release)).toBeNull();
    await story.say(carol, "/cancel");
    await nothingLeft();
    // It waits for her again, and she is not called again.
    expect((await fresh(approval)).state).toBe("cancelled");
    expect(await wantedOf(carol, release)).toBe("stage");
    expect(heard(carol)).toEqual(["Staged at npm, to be approved"]);
    await story.say(alice, "/cancel");
    expect((await fresh(release)).state).toBe("cancelled");
  });

  test("one word arms the approver's token there, npm asks that approver, and both end when npm shows the very bytes", async () => {
    const release = await staged();
    const approval = await asks(story.cast.carol);
    expect(approval).toMatchObject({
      ...{ purpose: "approve-stage", stageOf: release.id, stageId, shasum: shasumOf(version), state: "running" },
      ...{ environmentName: "approve-stage", releaserLogin: "carol", version, mode: "otp" },
    });
    expect(story.github.environmentSecrets()).toEqual(["widget/approve-stage/NPM_TOKEN"]);
    const opened = await deciding();
    await relay().tokenSeen(opened.session, {
      ...{ npmUser: "carol-npm", mayWrite: true, expiresAt: null, bypass2fa: null, dead: false },
    });
    const subject = { name, version, shasum: shasumOf(version) };
    const challenge = await relay().openChallenge({ session: opened.session, kind: "code", authUrl: null, subject });
    await story.settle();
    expect(story.lastWords()).toContain("@carol: npm asks for your second factor to approve");
    await expect(relay().challengeFor(story.cast.alice, challenge.id)).rejects.toThrow("nobody else can answer");
    await relay().result(opened.session, challenge.id, "ended");
    await report(opened, { outcome: "approved", shasum: shasumOf(version), stageId });
    await endJob();
    // npm looks it over before it shows it.
    expect((await fresh(approval)).state).toBe("verifying");
    expect((await fresh(release)).state).toBe("staged");
    live();
    await story.pass(30_000, 6);
    expect((await fresh(approval)).state).toBe("done");
    expect(await fresh(release)).toMatchObject({ state: "published", runnerReport: { stageApprover: "carol-npm" } });
    const status = story.cast.widget.comments.get((await fresh(approval)).statusCommentId ?? 0)?.body ?? "";
    expect(status).toContain(`### ✅ Done: approval of \`${name}\` ${version}`);
    await nothingLeft();
    // It published nothing of its own: lists of what was released don't know it.
    expect((await store().releases.ofVersion(release.repositoryId, name, version)).map(({ id }) => id)).toEqual([
      release.id,
    ]);
    expect((await store().releases.publishedBefore(release.repositoryId, name, 1_000_000))?.id).toBe(release.id);
    await asks(story.cast.carol);
    expect(story.lastWords()).toContain("No release of this thread is staged at npm");
  });

  test("nobody else may: not whoever the policy doesn't name, nor whoever asked for the release; and nothing is started", async () => {
    const release = await staged();
    const before = story.github.runs(story.cast.widget).length;
    await asks(story.cast.bob);
    expect(story.lastWords()).toContain("bob is not among `stageApproval.approvers`");
    await asks(story.cast.alice);
    expect(story.lastWords()).toContain("Whoever asked for the release can't approve its stage too");
    await asks(story.cast.mallory);
    await asks(story.cast.carol, "/approve-stage 9.9.9");
    expect(story.lastWords()).toContain(`Say which of the staged versions of this thread you mean: \`${version}\``);
    expect(story.github.runs(story.cast.widget)).toHaveLength(before);
    expect(await store().releases.ofStage(release.id)).toEqual([]);
    // Whoever asked may take it back, by the same way.
    const rejection = await asks(story.cast.alice, "/reject-stage");
    expect(rejection).toMatchObject({ purpose: "reject-stage", state: "running", releaserLogin: "alice" });
    await report(await deciding(), { outcome: "rejected", shasum: shasumOf(version), stageId });
    await endJob();
    await story.pass(30_000, 6);
    expect((await fresh(rejection)).state).toBe("done");
    const { state, endText } = await fresh(release);
    expect([state, endText]).toEqual(["rejected", expect.stringContaining(`alice rejected ${name}@${version} at npm`)]);
    await nothingLeft();
  });

  test("other bytes than those that were countersigned: nobody is asked, nothing is approved, and it can be asked for again", async () => {
    const release = await staged();
    const first = await asks(story.cast.carol);
    const opened = await deciding();
    await relay().tokenSeen(opened.session, {
      ...{ npmUser: "carol-npm", mayWrite: true, expiresAt: null, bypass2fa: null, dead: false },
    });
    const subject = { name, version, shasum: "e".repeat(40) };
    const asked = relay().openChallenge({ session: opened.session, kind: "code", authUrl: null, subject });
    await expect(asked).rejects.toThrow("npm holds something else than what was countersigned");
    await report(opened, { outcome: "failed", message: "npm holds something else than what was countersigned." });
    await endJob("failure");
    await story.pass(10_000, 3);
    expect(await fresh(first)).toMatchObject({ state: "failed", endCode: "run-failed" });
    expect((await fresh(first)).endText).toContain("ask again with /approve-stage");
    expect((await fresh(release)).state).toBe("staged");
    await nothingLeft();
    const second = await asks(story.cast.carol);
    expect(second.id).not.toBe(first.id);
    await report(await deciding(), { outcome: "approved" });
    live();
    await endJob();
    await story.pass(30_000, 6);
    expect([(await fresh(second)).state, (await fresh(release)).state]).toEqual(["done", "published"]);
    await nothingLeft();
  });

  test("each step keeps to its own workflow, and a decision ends with the release that it is about", async () => {
    const release = await staged();
    const approval = await asks(story.cast.carol);
    await expect(session("publish", "approve-stage.yml", "approve-stage")).rejects.toThrow("use the `stage` step");
    await expect(session("otp", "approve-stage.yml", "approve-stage")).rejects.toThrow("use the `stage` step");
    // In the thread the decision is stopped first, then the release.
    await story.say(story.cast.carol, "/cancel");
    expect([(await fresh(approval)).state, (await fresh(release)).state]).toEqual(["cancelled", "staged"]);
    await nothingLeft();
    const again = await asks(story.cast.carol);
    expect(again.state).toBe("running");
    // While the app is away its job goes on, and what was armed is removed all the same.
    await story.app.stop();
    await story.startApp();
    await story.pass(1000);
    await relay().report((await deciding()).session, { outcome: "failed", message: "Nobody answered." });
    await cancel(story.app.parts, { releaseId: release.id, person: story.cast.alice, why: null });
    await story.pass(10_000, 3);
    expect((await fresh(release)).state).toBe("cancelled");
    expect(await fresh(again)).toMatchObject({ state: "cancelled", endCode: "stage-over" });
    await nothingLeft();
  });

  test("a run of that workflow that nobody asked us for is refused at its gate, and never adopted", async () => {
    const run = story.github.runWorkflow(story.cast.widget, story.cast.carol, "approve-stage.yml", {
      ...{ version: "1.0.0", tag: "latest" },
    });
    await story.settle();
    await story.pass(5000);
    expect(story.github.statusOf(run)).toBe("completed/failure");
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("the release page offers it to those who may, with the bytes that were shown, and leads to what was asked for", async () => {
    const release = await staged();
    const hands = nodeHands({ countersign: story.publicUrl, github: story.github.url, login: "carol" });
    await hands.signIn();
    await hands.decideStage(release.id, "approve");
    await story.settle();
    const [approval] = await store().releases.ofStage(release.id);
    expect(approval).toMatchObject({ purpose: "approve-stage", releaserLogin: "carol", shasum: shasumOf(version) });
    await report(await deciding(), { outcome: "approved" });
    live();
    await endJob();
    await story.pass(30_000, 6);
    expect((await fresh(release)).state).toBe("published");
    await nothingLeft();
  });
});
