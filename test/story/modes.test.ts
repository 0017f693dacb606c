import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { createRelay } from "../../src/desk/relay/index.ts";
import { generateKeyPair } from "../../src/domain/sealed-box.ts";
import type { RunnerReport } from "../../src/domain/release-types.ts";
import { Story } from "../support/story.ts";

const name = "@acme/widget";
const stageId = "0b6a1b1e-6f0e-4b53-9a53-3f1c2c9f7a10";
const shasum = createHash("sha1").update(`${name}@1.2.0`).digest("hex");

describe("modes without a second factor while the job runs", () => {
  let story: Story;

  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  async function open(mode: string): Promise<void> {
    story = await Story.open({ policyLines: `    mode: ${mode}\n` });
  }

  /** What the step in the running job would say, OIDC-proven. */
  async function jobReports(report: RunnerReport): Promise<void> {
    const relay = createRelay(story.app.parts);
    const { publicKey } = await generateKeyPair();
    const run = story.run();
    const { session } = await relay.openSession({
      step: "publish",
      publicKey,
      bearerHash: createHash("sha256").update(publicKey).digest("hex"),
      claims: claimsOf(run.id, publicKey),
    });
    await relay.report(session, report);
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
    const relay = createRelay(story.app.parts);
    return (await relay.liveWord(claimsOf(story.run().id, `live-${Math.random()}`, { environment: "", ...more })))
      .state;
  };

  async function endJob(): Promise<void> {
    story.runner.jobs.at(-1)?.finish("success");
    await story.github.until(() => story.github.engine.idle(), "the job to end");
    await story.settle();
  }

  async function askAndApprove(): Promise<void> {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/approve");
  }

  test("with trusted publishing nobody needs a token, nothing is put anywhere, and the gate opens once it is approved", async () => {
    await open("trusted");
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
    story.registry.write(name, "1.2.0", "latest", { trusted: true, approver: "mallory-npm" });
    await story.pass(60_000, 4);
    const { endCode, endText } = await story.release();
    expect(endCode).toBe("other-publisher");
    expect(endText).toContain("approved at npm by mallory-npm");
  });

  test("bytes that were exchanged between stage and approval fail the release", async () => {
    await open("trusted-stage");
    await askAndApprove();
    await jobReports({ outcome: "staged", stageId, shasum });
    await endJob();
    story.registry.write(name, "1.2.0", "latest", { trusted: true, bytes: "something else" });
    await story.pass(60_000, 4);
    expect((await story.release()).endCode).toBe("other-bytes");
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
