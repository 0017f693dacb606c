import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDesk } from "../../src/desk/index.ts";
import { policy } from "../world/cast.ts";
import { Story } from "../support/story.ts";

describe("the gate", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open();
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  const notArmed = (): void => {
    expect(story.runner.jobs).toHaveLength(0);
    expect(story.github.environmentSecrets()).toEqual([]);
  };

  test("the person who asked can't approve", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.alice, "/approve");
    expect(story.lastWords()).toMatch(/somebody else has to countersign/);
    notArmed();
  });

  test("a person whom the policy doesn't name can't approve", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.mallory, "/approve");
    expect(story.lastWords()).toMatch(/mallory is not among those who approve/);
    notArmed();
  });

  test("an approval of another commit doesn't count", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/approve 0123456");
    expect(story.lastWords()).toMatch(/is a release of/);
    notArmed();
  });

  test("an approval written before the release was announced doesn't count for it", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    // In the moment between the release and its announcement.
    story.github.comment(story.cast.widget, story.cast.issue, story.cast.bob, "/approve");
    await story.settle();
    expect(story.lastWords()).toMatch(/written before/);
    notArmed();
  });

  test("in a thread with an earlier release, an approval has to name the commit", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/reject not today");
    await story.say(story.cast.alice, "/release 1.3.0");
    await story.say(story.cast.bob, "/approve");
    expect(story.lastWords()).toMatch(/say which commit you mean/);
    notArmed();
    await story.say(story.cast.bob, `/approve ${(await story.release()).sha.slice(0, 7)}`);
    expect(story.runner.jobs).toHaveLength(1);
  });

  test("a rejection ends the release, its run and its gate", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/reject the changelog is missing");
    expect(await story.release()).toMatchObject({ state: "rejected", holds: null });
    expect(await story.status()).toContain("the changelog is missing");
    expect(story.github.statusOf(story.run())).toBe("completed/failure");
    notArmed();
  });

  test.each(["/reject", "/cancel"])(
    "a reason of %s as long as a comment may be still leaves a status comment",
    async (command) => {
      await story.say(story.cast.alice, "/release 1.2.0");
      await story.say(command === "/reject" ? story.cast.bob : story.cast.alice, `${command} ${"[&]".repeat(20_000)}`);
      const { state, endText } = await story.release();
      expect(["rejected", "cancelled"]).toContain(state);
      expect(endText?.length).toBeLessThan(1_200);
      expect(await story.status()).toMatch(/Rejected|Cancelled/);
    },
  );

  test("a release is cancelled by its releaser, also while its job runs, and its secret goes at once", async () => {
    await story.untilRunning();
    await story.say(story.cast.alice, "/cancel");
    expect((await story.release()).state).toBe("cancelled");
    expect(story.github.environmentSecrets()).toEqual([]);
    await story.github.until(() => story.github.engine.idle());
    await story.settle();
    expect(story.github.statusOf(story.run())).toBe("completed/cancelled");
  });

  test("a deleted request doesn't undo the release, and the audit knows of it", async () => {
    const comment = await story.say(story.cast.alice, "/release 1.2.0");
    story.github.deleteComment(story.cast.widget, comment, story.cast.alice);
    await story.settle();
    const release = await story.release();
    expect(release.state).toBe("waiting");
    expect((await story.app.parts.store.audit.ofRelease(release.id)).map((one) => one.what)).toContain(
      "comment.deleted",
    );
  });

  test("a policy that asks for more since the request has to be satisfied too", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.commit(
      story.cast.widget,
      story.cast.dave.id,
      { ".github/countersign.yml": policy.replace("count: 1", "count: 2") },
      "Ask for two",
    );
    await story.say(story.cast.bob, "/approve");
    notArmed();
    expect(await story.status()).toContain("1 of 2 approvals");
    await story.say(story.cast.dave, "/approve");
    expect(story.runner.jobs).toHaveLength(1);
  });

  test("a releaser who lost write access since the request isn't released for", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.cast.widget.collaborators.set(story.cast.alice.id, "read");
    await story.say(story.cast.bob, "/approve");
    expect((await story.release()).state).toBe("refused");
    notArmed();
  });

  test("an approver who left the team since doesn't count any more", async () => {
    story.github.commit(
      story.cast.widget,
      story.cast.dave.id,
      { ".github/countersign.yml": policy.replace("count: 1", "count: 2") },
      "Ask for two",
    );
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/approve");
    story.cast.widget.collaborators.delete(story.cast.bob.id);
    story.cast.widget.private = true;
    await story.say(story.cast.dave, "/approve");
    notArmed();
    expect(await story.status()).toContain("1 of 2 approvals");
  });

  test("admin bypass that was switched on since refuses the release", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.cast.npm.canAdminsBypass = true;
    await story.say(story.cast.bob, "/approve");
    expect((await story.release()).state).toBe("refused");
    notArmed();
  });

  test("a secret that appeared since refuses the release and is left alone", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.putSecret(story.cast.npm.secrets, "NPM_TOKEN", "theirs");
    await story.say(story.cast.bob, "/approve");
    expect((await story.release()).state).toBe("refused");
    expect(story.cast.npm.secrets.get("NPM_TOKEN")?.value).toBe("theirs");
    expect(story.runner.jobs).toHaveLength(0);
  });

  test("a secret that appears between the reading and the PUT opens no gate, and ours doesn't stay", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.core.faults.on({
      operation: "actions/create-or-update-environment-secret",
      before: () => story.github.putSecret(story.cast.npm.secrets, "NPM_TOKEN", "theirs"),
    });
    await story.say(story.cast.bob, "/approve");
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "secret-exists" });
    notArmed();
  });

  test("a re-run of a released run is refused", async () => {
    await story.untilRunning();
    await story.finishJob();
    await story.pass(30_000, 3);
    story.github.engine.rerun(story.cast.widget, story.run(), story.cast.alice.id);
    await story.settle();
    expect(story.runner.jobs).toHaveLength(1);
    expect(story.github.statusOf(story.run())).toBe("completed/failure");
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("a run that a push started is refused with a reason", async () => {
    story.github.engine.start(story.cast.widget, ".github/workflows/publish.yml", "main", "push", story.cast.alice.id);
    await story.settle();
    expect(story.github.statusOf(story.run())).toBe("completed/failure");
    notArmed();
  });

  test("a run of a fork is refused", async () => {
    const fork = story.github.createRepository(story.cast.mallory, "widget", { files: {} });
    const path = ".github/workflows/publish.yml";
    story.github.engine.start(story.cast.widget, path, "main", "workflow_dispatch", story.cast.alice.id, fork.id);
    await story.settle();
    expect(story.github.statusOf(story.run())).toBe("completed/failure");
    notArmed();
  });

  test("a run from GitHub's Actions page is adopted once its owner confirms the version", async () => {
    story.github.runWorkflow(story.cast.widget, story.cast.alice, "publish.yml", { version: "1.2.0", tag: "latest" });
    await story.settle();
    const release = await story.release();
    expect(release).toMatchObject({ state: "unconfirmed", origin: "adopted", releaserLogin: "alice" });
    notArmed();
    const { confirmRun } = await import("../../src/desk/adopt.ts");
    await confirmRun(story.app.parts, { releaseId: release.id, person: story.cast.alice, version: "1.2.0" });
    await story.settle();
    expect((await story.release()).state).toBe("waiting");
    notArmed();
  });

  test("a run from the Actions page by somebody without a token is refused", async () => {
    story.github.runWorkflow(story.cast.widget, story.cast.carol, "publish.yml", { version: "1.2.0", tag: "latest" });
    await story.settle();
    expect(story.github.statusOf(story.run())).toBe("completed/failure");
    notArmed();
  });

  test("nothing is armed while GitHub's required reviewers are still asked; their review counts by the policy too", async () => {
    story.cast.npm.reviewers = [{ type: "User", id: story.cast.dave.id }];
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/approve");
    notArmed();
    expect(await story.status()).toContain("required reviewers have to approve");
    story.github.reviewDeployment(story.cast.widget, story.run(), story.cast.dave, story.cast.npm, "approved", "fine");
    await story.settle();
    expect(story.runner.jobs).toHaveLength(1);
    const { id } = await story.release();
    expect((await story.app.parts.store.approvals.of(id)).map((word) => word.personLogin).toSorted()).toEqual([
      "bob",
      "dave",
    ]);
  });

  test("a review of another environment of the run says nothing of ours", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    const { reviewedOnGitHub } = await import("../../src/desk/review.ts");
    const review = { runId: story.run().id, reviewer: story.cast.bob, comment: null, environments: ["staging"] };
    await reviewedOnGitHub(story.app.parts, { ...review, verdict: "approved" });
    await reviewedOnGitHub(story.app.parts, { ...review, verdict: "rejected" });
    await story.settle();
    expect((await story.release()).state).toBe("waiting");
    notArmed();
  });

  test("a rejection after an approval by the same person on the same page counts", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    const { id, sha } = await story.release();
    const { giveWord } = await import("../../src/desk/word.ts");
    const word = {
      releaseId: id,
      person: story.cast.bob,
      sha,
      source: "dashboard" as const,
      comment: "malware",
      evidence: "session-1",
    };
    story.cast.npm.waitTimer = 10;
    await giveWord(story.app.parts, { ...word, verdict: "approved" });
    await giveWord(story.app.parts, { ...word, verdict: "rejected" });
    await story.settle();
    expect((await story.release()).state).toBe("rejected");
    notArmed();
  });

  test("a policy that asks for another mode, secret or environment since then refuses the release", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.commit(
      story.cast.widget,
      story.cast.dave.id,
      { ".github/countersign.yml": policy.replace("environment: npm", "environment: npm\n    mode: trusted") },
      "Another mode",
    );
    await story.say(story.cast.bob, "/approve");
    expect(await story.release()).toMatchObject({ state: "refused", endCode: "policy" });
    notArmed();
  });

  test("a policy that was broken since then ends the release with its sentence", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.commit(
      story.cast.widget,
      story.cast.dave.id,
      { ".github/countersign.yml": "version: 2\n" },
      "Break it",
    );
    await story.say(story.cast.bob, "/approve");
    expect(await story.release()).toMatchObject({ state: "refused", endCode: "policy-invalid", holds: null });
    notArmed();
  });

  test("an environment that was made anew since then is another one", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.cast.npm.id += 1_000_000;
    await story.say(story.cast.bob, "/approve");
    expect((await story.release()).state).toBe("refused");
    notArmed();
  });

  test("a secret of ours that GitHub doesn't let us remove yet is waited for, and its run is stopped all the same", async () => {
    await story.untilRunning();
    const off = story.github.core.faults.on({ operation: "actions/delete-environment-secret", status: 502 });
    await story.say(story.cast.alice, "/cancel");
    await story.github.until(() => story.github.engine.idle());
    await story.settle();
    expect(story.github.statusOf(story.run())).toBe("completed/cancelled");
    await story.say(story.cast.alice, "/release 1.3.0");
    await story.say(story.cast.bob, `/approve ${(await story.release()).sha.slice(0, 7)}`);
    expect((await story.release()).state).toBe("waiting");
    off();
    await story.pass(20 * 60_000, 20);
    expect(story.runner.jobs).toHaveLength(2);
  });

  test("a registry that can't be asked ends the release as not verified, and frees the environment", async () => {
    await story.untilRunning();
    story.registry.fail.status = 503;
    await story.finishJob();
    expect((await story.release()).state).toBe("verifying");
    await story.pass(12 * 60_000, 30);
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "not-verified", holds: null });
  });

  test("a required reviewer's rejection on GitHub ends the release", async () => {
    story.cast.npm.reviewers = [{ type: "User", id: story.cast.dave.id }];
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.reviewDeployment(story.cast.widget, story.run(), story.cast.dave, story.cast.npm, "rejected", "no");
    await story.settle();
    expect((await story.release()).state).toBe("rejected");
    notArmed();
  });

  test("a wait timer is waited for before anything is armed", async () => {
    story.cast.npm.waitTimer = 10;
    await story.say(story.cast.alice, "/release 1.2.0");
    await story.say(story.cast.bob, "/approve");
    notArmed();
    expect(await story.status()).toContain("wait timer");
    await story.pass(10 * 60_000 + 2000, 3);
    expect(story.runner.jobs).toHaveLength(1);
  });

  test("a job that doesn't start within its time with the secret is cancelled, and the secret goes", async () => {
    story.github.core.queueHeld = true;
    await story.untilRunning();
    expect(story.github.environmentSecrets()).toHaveLength(1);
    await story.pass(20 * 60_000 + 1000);
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "expired" });
    expect(story.github.statusOf(story.run())).toBe("completed/cancelled");
  });

  test("the environment stays locked after the disarm until the lease is closed", async () => {
    await story.untilRunning();
    await story.finishJob();
    await story.say(story.cast.alice, "/release 1.3.0");
    await story.say(story.cast.bob, `/approve ${(await story.release()).sha.slice(0, 7)}`);
    expect(story.runner.jobs).toHaveLength(1);
    expect(await story.status()).toContain("still being confirmed as removed");
    await story.pass(30_000, 6);
    expect(story.runner.jobs).toHaveLength(2);
    await story.finishJob("success", "1.3.0");
    expect((await story.release()).state).toBe("published");
  });

  test("another job that starts in the environment meanwhile ends both, and the owner is told to revoke", async () => {
    await story.untilRunning();
    // As after an administrator's bypass: our rule is gone for a moment, and another run passes.
    story.cast.npm.customRules = [];
    story.github.core.faults.deliveries(() => "hold");
    const other = story.github.runWorkflow(story.cast.widget, story.cast.bob, "publish.yml", {
      version: "9.9.9",
      tag: "latest",
    });
    await story.github.until(() => story.runner.jobs.length === 2);
    story.github.core.faults.clear();
    const held = story.github.hooks.held.find((one) => one.event === "workflow_job" && one.action === "in_progress");
    if (held === undefined) throw new Error("no such event");
    // GitHub may leave the deployment out of this event; here it is told.
    const payload = { ...(JSON.parse(held.payload) as object), deployment: { environment: "npm" } };
    held.payload = JSON.stringify(payload);
    story.github.hooks.release();
    await story.settle();
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "foreign-job" });
    expect(await story.status()).toContain("revoke this token");
    expect(story.github.environmentSecrets()).toEqual([]);
    await story.github.until(() => story.github.engine.idle());
    expect(story.github.statusOf(other)).toBe("completed/cancelled");
  });

  test("a failed run says so, leaves nothing, and frees the environment", async () => {
    await story.untilRunning();
    await story.finishJob("failure");
    expect(await story.release()).toMatchObject({ state: "failed", endCode: "run-failed", holds: null });
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("a run that failed after the version went live is called published, with a note", async () => {
    await story.untilRunning();
    story.registry.write("@acme/widget", "1.2.0");
    await story.finishJob("failure");
    expect(await story.release()).toMatchObject({ state: "published", endCode: "run-failed-after" });
  });
});

describe("a repository without a gate, whose policy says `gate: before-dispatch`", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open({ policyLines: "    gate: before-dispatch\n" });
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    story.cast.npm.customRules = [];
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  test("starts no run and arms nothing before everybody has approved; then lease, PUT, dispatch", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.status()).toContain("has no gate");
    await story.say(story.cast.bob, "/approve");
    const order = story.github.core.log.map((line) => line.operationId);
    const put = order.indexOf("actions/create-or-update-environment-secret");
    expect(put).toBeGreaterThan(0);
    expect(order.indexOf("actions/create-workflow-dispatch")).toBeGreaterThan(put);
    expect(story.runner.jobs[0]?.order.secrets["NPM_TOKEN"]).toBe("npm_the-token-of-alice");
    expect((await story.release()).state).toBe("running");
    await story.finishJob();
    expect((await story.release()).state).toBe("published");
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(await story.status()).toContain("protected by the branch policy only");
  });

  test("is refused where the environment holds jobs back by itself: nothing is armed while it waits for people", async () => {
    story.cast.npm.waitTimer = 5;
    await story.say(story.cast.alice, "/release 1.2.0");
    expect(story.lastWords()).toMatch(/set `gate: rule`/);
  });

  test("ends without a run when the branch moved while people were asked", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.commit(story.cast.widget, story.cast.bob.id, { "index.js": "changed" }, "Sneak in");
    await story.say(story.cast.bob, "/approve");
    expect(await story.release()).toMatchObject({ state: "refused", endCode: "run" });
    expect(story.github.runs(story.cast.widget)).toHaveLength(0);
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("removes the secret where GitHub doesn't start the run", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.core.faults.on({ operation: "actions/create-workflow-dispatch", status: 422, message: "No" });
    await story.say(story.cast.bob, "/approve");
    expect((await story.release()).state).toBe("failed");
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("cancels a run of another commit that the dispatch started, and removes the secret", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.core.queueHeld = true;
    story.github.core.faults.on({
      operation: "actions/create-workflow-dispatch",
      before: () =>
        void story.github.commit(story.cast.widget, story.cast.bob.id, { "index.js": "changed" }, "Sneak in"),
    });
    await story.say(story.cast.bob, "/approve");
    expect(await story.release()).toMatchObject({ state: "refused", endCode: "branch-moved" });
    expect(story.github.environmentSecrets()).toEqual([]);
    expect(story.github.statusOf(story.run())).toBe("completed/cancelled");
    expect(story.runner.jobs).toHaveLength(0);
  });
});

describe("an environment that GitHub's required reviewers guard, without our rule", () => {
  let story: Story;
  beforeEach(async () => {
    story = await Story.open({ policyLines: "    reviewers: allow\n" });
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    story.cast.npm.customRules = [];
    story.cast.npm.reviewers = [{ type: "User", id: story.cast.bob.id }];
  });
  afterEach(async () => {
    await story.close();
    story.judge.assertClean();
  });

  test("is armed first, and then approved on GitHub as the person who approves on our page", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    const release = await story.release();
    expect(release.state).toBe("waiting");
    const desk = createDesk(story.app.parts);
    const accessToken = story.github.signIn(story.cast.app, story.cast.bob);
    await desk.decide({
      releaseId: release.id,
      person: story.cast.bob,
      verdict: "approved",
      seenSha: release.sha,
      comment: null,
      evidence: "session-1",
      accessToken,
    });
    await story.settle();
    expect(story.runner.jobs[0]?.order.secrets["NPM_TOKEN"]).toBe("npm_the-token-of-alice");
    const order = story.github.core.log.map((line) => line.operationId);
    expect(order.indexOf("actions/review-pending-deployments-for-run")).toBeGreaterThan(
      order.indexOf("actions/create-or-update-environment-secret"),
    );
    expect(story.run().approvals.map((one) => one.userId)).toEqual([story.cast.bob.id]);
    await story.finishJob();
    expect((await story.release()).state).toBe("published");
    expect(story.github.environmentSecrets()).toEqual([]);
  });

  test("gives a job that was approved directly on GitHub no secret: its step fails closed", async () => {
    await story.say(story.cast.alice, "/release 1.2.0");
    story.github.reviewDeployment(story.cast.widget, story.run(), story.cast.bob, story.cast.npm, "approved", "");
    await story.settle();
    expect(story.runner.jobs[0]?.order.secrets["NPM_TOKEN"]).toBeUndefined();
    expect(await story.release()).toMatchObject({ state: "refused", endCode: "github-reviewers" });
    expect(await story.status()).toContain("approved directly on GitHub");
    expect(story.github.environmentSecrets()).toEqual([]);
  });
});
