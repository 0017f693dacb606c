import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { createRelay } from "../../src/desk/relay/index.ts";
import { setUpOf } from "../../src/desk/set-up/index.ts";
import type { DeskForRelay } from "../../src/desk/types.ts";
import type { Build } from "../../src/domain/inside/build.ts";
import { generateKeyPair } from "../../src/domain/sealed-box.ts";
import type { RunnerReport, RunnerSession } from "../../src/domain/release-types.ts";
import { Story } from "../support/story.ts";
import { contentsOf } from "../support/surveys.ts";

const name = "@acme/widget";
const stageId = "0b6a1b1e-6f0e-4b53-9a53-3f1c2c9f7a10";
const shasum = createHash("sha1").update(`${name}@1.2.0`).digest("hex");

describe("modes without a second factor while the job runs", () => {
  let story: Story;

  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  async function open(mode: string, more = ""): Promise<void> {
    const options = { policyLines: `    mode: ${mode}\n${more}` };
    story = await Story.open(more === "" ? options : { ...options, workflow: "publish-twice.yml" });
  }

  const relay = (): DeskForRelay => createRelay(story.app.parts);

  /** A step in the running job that has introduced itself, OIDC-proven. */
  async function inJob(): Promise<RunnerSession> {
    const { publicKey } = await generateKeyPair();
    const bearerHash = createHash("sha256").update(publicKey).digest("hex");
    const claims = claimsOf(story.run().id, publicKey);
    return (await relay().openSession({ step: "publish", publicKey, bearerHash, claims })).session;
  }

  async function jobReports(report: RunnerReport): Promise<void> {
    await relay().report(await inJob(), report);
  }

  const described = { ...contentsOf({ "index.js": "1" }, null), shasum };
  const build = (files: Build["files"], of = shasum): Build => ({ shasum: of, files, leftOut: 0 });
  const otherShasum = "f".repeat(40);

  /** What the run's other job tells of its build. */
  async function otherJobTells(told: Build, more: Record<string, string> = {}): Promise<void> {
    await relay().tellBuild(claimsOf(story.run().id, `build-${Math.random()}`, { environment: "", ...more }), told);
  }

  function claimsOf(runId: number, jti: string, more: Record<string, string> = {}): Record<string, unknown> {
    const { widget, acme } = story.cast;
    return {
      ...{ jti, run_id: String(runId), run_attempt: "1", repository: "acme/widget", environment: "npm" },
      ...{
        repository_id: String(widget.id),
        repository_owner_id: String(acme.user.id),
        event_name: "workflow_dispatch",
      },
      ...{ workflow_ref: "acme/widget/.github/workflows/publish.yml@refs/heads/main", sha: story.run().headSha },
      ...more,
    };
  }

  const word = async (more: Record<string, string> = {}): Promise<string> => {
    return (await relay().liveWord(claimsOf(story.run().id, `live-${Math.random()}`, { environment: "", ...more })))
      .state;
  };

  /** What the set-up says of tokens and of npm's trusted publisher. */
  async function ofSetUp(): Promise<Array<[string, string]>> {
    const { steps } = await setUpOf(story.app.parts, story.cast.alice, story.cast.widget.id, null);
    return steps.filter(({ id }) => ["trusted-publisher", "tokens"].includes(id)).map(({ id, state }) => [id, state]);
  }

  async function endJob(): Promise<void> {
    for (const job of story.runner.jobs) job.finish("success");
    await story.github.until(() => story.github.engine.idle(), "the job to end");
    await story.settle();
  }

  async function askAndApprove(): Promise<void> {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/approve");
  }

  test("with trusted publishing nobody needs a token, nothing is put anywhere, and the gate opens once it is approved", async () => {
    await open("trusted");
    expect(await ofSetUp()).toEqual([["trusted-publisher", "unseen"]]);
    await story.say(story.cast.alice, "/setup");
    expect(story.lastWords()).toContain(
      "`npm trust github @acme/widget --repo acme/widget --file publish.yml --env npm --allow-publish",
    );
    await story.say(story.cast.alice, "/release 1.2.0");
    expect((await story.release()).state).toBe("waiting");
    expect(story.runner.jobs).toEqual([]);
    await story.say(story.cast.bob, "/approve");
    expect((await story.release()).state).toBe("running");
    expect(await story.status()).toContain("without any token");
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.app.parts.store.leases.open()).toEqual([]);
    await jobReports({ outcome: "published", shasum });
    story.registry.write(name, "1.2.0", "latest", { trusted: true });
    await endJob();
    expect((await story.release()).state).toBe("published");
    expect(await story.status()).toContain("none: this mode has no token");
    expect(await ofSetUp()).toEqual([["trusted-publisher", "done"]]);
  });

  test("a version that came with somebody's token isn't what trusted publishing was to do: the release fails and says so", async () => {
    await open("trusted");
    await askAndApprove();
    await jobReports({ outcome: "published", shasum });
    story.registry.write(name, "1.2.0", "latest", { publisher: "mallory-npm" });
    await endJob();
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["failed", "other-publisher"]);
    expect(endText).toContain("with a credential of mallory-npm");
  });

  test.each(["stage", "trusted-stage"])(
    "mode %s: the release waits at npm, names what to compare, and is published once npm shows it",
    async (mode) => {
      await open(mode);
      if (mode === "stage") await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
      await askAndApprove();
      await jobReports({ outcome: "staged", stageId, shasum });
      await endJob();
      const staged = await story.release();
      expect([staged.state, staged.holds, staged.shasum]).toEqual(["staged", null, shasum]);
      expect(story.github.environmentSecrets()).toEqual([]);
      const status = await story.status();
      expect(status).toContain(`npm stage approve ${stageId}`);
      expect(status).toContain(shasum);
      // Somebody approves it at npm an hour later.
      await story.pass(3_600_000, 20);
      expect((await story.release()).state).toBe("staged");
      story.registry.write(name, "1.2.0", "latest", { trusted: mode === "trusted-stage" });
      await story.pass(120_000, 8);
      expect((await story.release()).state).toBe("published");
    },
  );

  test("the environment is free while a version waits at npm: the next release goes its way", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    await story.say(story.cast.alice, "/release 1.2.1");
    expect((await story.release()).version).toBe("1.2.1");
    expect((await story.release()).state).toBe("waiting");
  });

  test.each([
    ["deleted", "rejected", "was rejected at npm"],
    ["blocked", "failed", "npm blocks"],
  ])("a stage that npm calls %s ends the release as %s", async (status, state, words) => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    story.registry.statuses.set(`${name}@1.2.0`, status);
    await story.pass(60_000, 4);
    const release = await story.release();
    expect(release.state).toBe(state);
    expect(release.endText).toContain(words);
  });

  test("a stage that npm told of and doesn't tell of any more was rejected; one that npm never told of goes on waiting", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    await story.pass(120_000, 8);
    expect((await story.release()).state).toBe("staged");
    story.registry.statuses.set(`${name}@1.2.0`, "staged");
    await story.pass(30_000, 2);
    story.registry.statuses.clear();
    await story.pass(5_000, 1);
    expect((await story.release()).state).toBe("staged");
    await story.pass(60_000, 4);
    expect((await story.release()).state).toBe("rejected");
  });

  test("a stranger who approves the stage at npm is named, and the release fails, where the policy says who may", async () => {
    story = await Story.open({ policyLines: "    mode: trusted-stage\n    stageApprovers: [bob-npm]\n" });
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    expect(await story.status()).toContain("Waits at npm for the second factor of bob-npm.");
    story.registry.write(name, "1.2.0", "latest", { trusted: true, approver: "mallory-npm" });
    await story.pass(60_000, 4);
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["failed", "other-publisher"]);
    expect(endText).toContain("approved at npm by mallory-npm");
  });

  test("bytes that were exchanged between stage and approval fail the release", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    story.registry.write(name, "1.2.0", "latest", { trusted: true, bytes: "something else" });
    await story.pass(60_000, 4);
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["failed", "other-bytes"]);
    expect(endText).toContain("is on the registry, but not the bytes that were countersigned");
    expect(endText).toContain("Don't install it, and look into it now.");
  });

  test.each<[string, RunnerReport]>([
    ["npm holds", { outcome: "failed", stageId, shasum, heldShasum: otherShasum }],
    ["the step packed", { outcome: "staged", stageId, shasum: otherShasum }],
  ])(
    "where %s other bytes than were described, the release fails at once and nobody is to approve it",
    async (who, told) => {
      await open("trusted-stage");
      await askAndApprove();
      const session = await inJob();
      await relay().tellContents(session, described);
      await relay().report(session, told);
      await endJob();
      const { state, endCode, endText } = await story.release();
      expect([state, endCode]).toEqual(["failed", "bytes-differ"]);
      expect(endText).toContain(`Don't approve ${name}@1.2.0: `);
      expect(endText).toContain(otherShasum);
      expect(endText).toContain(`npm stage reject ${stageId}`);
      const status = await story.status();
      expect(status).toContain("❌ Failed");
      expect(status).toContain("| ⛔ Bytes | **not those that were countersigned: don't approve them** |");
      expect(who).not.toBe("");
      // Somebody approves it all the same: its end stands, and says what is on the registry.
      story.registry.write(name, "1.2.0", "latest", { trusted: true });
      expect(await word()).toBe("never");
    },
  );

  test("what the registry has isn't what was described, though the step reported nothing: the release fails", async () => {
    await open("trusted");
    await askAndApprove();
    await relay().tellContents(await inJob(), described);
    story.registry.write(name, "1.2.0", "latest", { trusted: true, bytes: "something else" });
    await endJob();
    const { endCode, endText } = await story.release();
    expect(endCode).toBe("other-bytes");
    expect(endText).toContain("isn't the bytes that the step described");
  });

  describe("with a second build of the commit", () => {
    const twice = "    secondBuild: true\n";

    test("the step goes on once both are the same, and the receipt says so", async () => {
      await open("trusted", twice);
      await askAndApprove();
      const session = await inJob();
      expect(await relay().askBuild(session, build([["index.js", "x"]]))).toEqual({ state: "not-yet" });
      await otherJobTells(build([["index.js", "x"]]));
      // The answer got lost, and another word for it.
      await otherJobTells(build([["index.js", "x"]]));
      await expect(otherJobTells(build([], otherShasum))).rejects.toThrow("the first stands");
      expect(await relay().askBuild(session, build([["index.js", "x"]]))).toEqual({ state: "same" });
      await relay().report(session, { outcome: "published", shasum });
      story.registry.write(name, "1.2.0", "latest", { trusted: true });
      await endJob();
      expect((await story.release()).state).toBe("published");
      expect(await story.status()).toContain("| Second build | the same bytes |");
    });

    test("another one ends the release before anything is published, and names the files that differ", async () => {
      await open("trusted", twice);
      await askAndApprove();
      await otherJobTells(
        build(
          [
            ["index.js", "y"],
            ["new.js", "z"],
          ],
          otherShasum,
        ),
      );
      const asked = relay().askBuild(await inJob(), build([["index.js", "x"]]));
      await expect(asked).rejects.toThrow("They differ in: `index.js`. Only the second has: `new.js`.");
      await story.settle();
      const { state, endCode, runnerReport } = await story.release();
      expect([state, endCode]).toEqual(["failed", "build-differs"]);
      expect(runnerReport?.second).toMatchObject({ state: "differs", difference: { changed: ["index.js"] } });
      expect(await story.status()).toContain("a second build of the commit made others: don't approve them");
    });

    test("one that doesn't come in time ends the release, and says where to look", async () => {
      await open("trusted", twice);
      await askAndApprove();
      const session = await inJob();
      story.clock.advance(10 * 60_000);
      const first = build([["index.js", "x"]]);
      await expect(relay().askBuild(session, first)).rejects.toThrow("none was told within ten minutes");
      // The answer got lost, and the step asks again.
      await expect(relay().askBuild(session, first)).rejects.toThrow("none was told within ten minutes");
      expect((await story.release()).endCode).toBe("no-second-build");
    });

    test("a step that publishes without asking for it is found out", async () => {
      await open("trusted", twice);
      await askAndApprove();
      await jobReports({ outcome: "published", shasum });
      story.registry.write(name, "1.2.0", "latest", { trusted: true });
      await endJob();
      expect((await story.release()).endCode).toBe("no-second-build");
    });

    test("is told by a job of this run, at its first attempt, and not by one on the environment", async () => {
      await open("trusted", twice);
      await askAndApprove();
      const told = build([["index.js", "x"]]);
      await expect(otherJobTells(told, { environment: "npm" })).rejects.toThrow("without an environment");
      await expect(otherJobTells(told, { run_attempt: "2" })).rejects.toThrow("re-run");
      await expect(otherJobTells(told, { sha: "0".repeat(40) })).rejects.toThrow("another commit");
      await expect(otherJobTells(told, { repository_id: "1" })).rejects.toThrow("another repository");
      expect(await relay().askBuild(await inJob(), told)).toEqual({ state: "not-yet" });
    });

    test("is asked for in vain where no job of the workflow builds one: the release isn't begun", async () => {
      story = await Story.open({ policyLines: `    mode: trusted\n${twice}` });
      await story.say(story.cast.alice, "/release 1.2.0");
      expect(story.lastWords()).toContain("no job tells of one");
    });
  });

  test("a run that ended well without a word of staging isn't taken for staged", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await endJob();
    await story.pass(11 * 60_000, 11);
    const { state, endText } = await story.release();
    expect(state).toBe("failed");
    expect(endText).toContain("stages it with Countersign's `publish` step");
  });

  test("nobody approves at npm for 30 days: the release expires and says that npm may still have it", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    await story.pass(30 * 86_400_000 + 3_600_000, 40);
    const { state, endText } = await story.release();
    expect(state).toBe("expired");
    expect(endText).toContain("reject it");
  });

  test("/cancel of a staged release says that npm still has it, and how to take it away", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    await story.say(story.cast.alice, "/cancel");
    const { state, endText } = await story.release();
    expect(state).toBe("cancelled");
    expect(endText).toContain(`npm stage reject ${stageId}`);
  });

  test("a registry that doesn't answer keeps a staged release waiting, and it goes on when it does", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    story.registry.fail.status = 503;
    await story.pass(10 * 60_000, 20);
    expect((await story.release()).state).toBe("staged");
    story.registry.fail.status = null;
    story.registry.write(name, "1.2.0", "latest", { trusted: true });
    await story.pass(5 * 60_000, 5);
    expect((await story.release()).state).toBe("published");
  });

  test("a registry that never answers: the release ends after the 30 days that it may wait, and says what nobody could see", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    story.registry.fail.status = 503;
    await story.pass(30 * 86_400_000 + 3_600_000, 40);
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["expired", "stage-expired"]);
    expect(endText).toMatch(/couldn't be seen: The registry .*if it is still staged, reject it/s);
  });

  test("what another run has staged isn't taken for this one's work, whoever approves it", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    await story.say(story.cast.alice, "/cancel");
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, `/approve ${(await story.release()).sha.slice(0, 7)}`);
    // npm takes no second stage of a version; meanwhile somebody approves the first there.
    await jobReports({ outcome: "failed", message: `npm has ${name}@1.2.0 in this version already.` });
    story.registry.write(name, "1.2.0", "latest", { trusted: true });
    story.runner.jobs.at(-1)?.finish("failure");
    await story.github.until(() => story.github.engine.idle(), "the job to end");
    await story.settle();
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["failed", "another-run"]);
    expect(endText).toContain("see which of them published it");
  });

  test("a version that came by trusted publishing isn't what a token was to stage: the release fails and says so", async () => {
    await open("stage");
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    story.registry.write(name, "1.2.0", "latest", { trusted: true });
    await story.pass(60_000, 4);
    const { state, endCode, endText } = await story.release();
    expect([state, endCode]).toEqual(["failed", "other-publisher"]);
    expect(endText).toContain(
      "it came by trusted publishing, and the mode `stage` publishes with the releaser's token",
    );
  });

  test.each([
    ["stage", "unconfirmed"],
    ["trusted", null],
  ])(
    "a run that alice started on GitHub's page: in mode %s it is %s (null: refused, since no sealed token vouches for her)",
    async (mode, state) => {
      await open(mode);
      await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
      const inputs = { version: "1.2.0", tag: "latest" };
      story.github.runWorkflow(story.cast.widget, story.cast.alice, "publish.yml", inputs);
      await story.settle();
      const [found] = await story.app.parts.store.releases.recent([story.cast.widget.id], 1);
      expect(found?.state ?? null).toBe(state);
      const status = story.github.statusOf(story.run());
      expect(status).toBe(state === null ? "completed/failure" : "waiting");
    },
  );

  test("a later job of the run hears that it is live only once it is, also in a second attempt, and never another run's job", async () => {
    await open("trusted-stage");
    await askAndApprove();
    expect(await word()).toBe("not-yet");
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    expect(await word()).toBe("not-yet");
    story.registry.write(name, "1.2.0", "latest", { trusted: true });
    expect(await word({ run_attempt: "2" })).toBe("live");
    await expect(word({ sha: "0".repeat(40) })).rejects.toThrow("another commit");
    await expect(word({ repository_id: "1" })).rejects.toThrow("another repository");
  });
});
