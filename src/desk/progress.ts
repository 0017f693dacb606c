import { mayMove, move } from "../domain/release.ts";
import type { Lease, Release, Repository } from "../domain/release-types.ts";
import type { Job, Run } from "../github/types.ts";
import { after, showStatus } from "./after.ts";
import { disarm, releaseLock } from "./disarm.ts";
import { endRelease, withRelease } from "./end.ts";
import { NotYet } from "./not-yet.ts";
import { policyAt, policyOf } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
import { becomeStaged, hasStaged } from "./staged.ts";
import type { DeskParts } from "./types.ts";

/** What is to be known of a job, from a webhook or from GitHub's list of jobs. */
export type SeenJob = Pick<Job, "id" | "name" | "attempt" | "status" | "conclusion" | "startedAt" | "completedAt">;

/**
 * A job of a run moved. The leased job's end removes the secret at once (its start, where the policy says so); both are known
 * by the job's id or, before it was read, by its name in attempt 1.
 */
export async function jobMoved(parts: DeskParts, runId: number, job: SeenJob): Promise<void> {
  const release = await parts.store.releases.byRun(runId);
  if (release === null || !isLeasedJob(release, job)) return;
  if (job.attempt !== 1) return;
  const lease = await parts.store.leases.ofRelease(release.id);
  // A secret that can't be removed doesn't keep the release from being followed to its end.
  const owed = job.status === "completed" && lease !== null ? await tryDisarm(parts, lease, "job-completed") : null;
  const started = job.status === "in_progress" || job.status === "completed";
  if (started && lease !== null) await jobStarted(parts, release, lease);
  await withRelease(parts, release.id, async (fresh) => {
    if (wasBypassed(fresh, job) && (await bypassed(parts, fresh))) return;
    const patch: Partial<Release> = {};
    if (started && fresh.jobStartedAt === null) patch.jobStartedAt = startOf(fresh, job.startedAt ?? parts.clock.now());
    if (job.status === "completed" && fresh.jobEndedAt === null)
      Object.assign(patch, { jobEndedAt: job.completedAt ?? parts.clock.now(), jobConclusion: job.conclusion });
    if (Object.keys(patch).length === 0) return;
    const saved = await parts.store.releases.save(fresh, patch);
    await showStatus(parts, saved);
    if (hasStaged(saved)) await becomeStaged(parts, saved);
  });
  if (owed !== null) throw owed.error;
}

/** What is still owed where it fails, to be thrown once the rest is done. */
async function tryDisarm(parts: DeskParts, lease: Lease, why: string): Promise<{ error: unknown } | null> {
  return await disarm(parts, lease.id, why).then(
    () => null,
    (error: unknown) => ({ error }),
  );
}

/** Its job runs, or ran, though nobody has opened the gate here; a job that never ran ends in another way. */
function wasBypassed(release: Release, job: SeenJob): boolean {
  const ran = job.status === "in_progress" || (job.status === "completed" && job.conclusion === "success");
  return ran && (release.state === "waiting" || release.state === "unconfirmed") && release.runId !== null;
}

/** An administrator's bypass, or an environment that holds nothing back (any more). What we never armed the job can't have. */
async function bypassed(parts: DeskParts, release: Release): Promise<boolean> {
  if (release.gateAskedAt === null && (await wasReviewed(parts, release))) {
    // GitHub's own rule is the only one there, and a person's word on it is weighed like any other.
    await after(parts, "evaluate", release.id, "started");
    return false;
  }
  await endRelease(parts, release, {
    to: "failed",
    code: "bypassed",
    text: `The job got into \`${release.environmentName}\` without Countersign: an administrator let it pass, somebody approved it on GitHub, or the environment has lost its protection rule. No npm token was there, so the job can't have published with one; its run is being cancelled. See who did it in the run, and ask again with /release.`,
  });
  return true;
}

async function wasReviewed(parts: DeskParts, release: Release): Promise<boolean> {
  const github = await repositoryOf(parts, release.repositoryId);
  const words = (await github?.runApprovals(release.runId ?? 0)) ?? [];
  return words.some(
    ({ state, user, environmentIds }) =>
      state === "approved" && user.type === "User" && environmentIds.includes(release.environmentId),
  );
}

/** GitHub's times have whole seconds: a job doesn't start before its gate was opened. */
function startOf(release: Release, startedAt: Date): Date {
  const { gateApprovedAt } = release;
  return gateApprovedAt !== null && startedAt < gateApprovedAt ? gateApprovedAt : startedAt;
}

function isLeasedJob(release: Release, job: SeenJob): boolean {
  return release.jobId === null ? job.name === release.jobName : job.id === release.jobId;
}

async function jobStarted(parts: DeskParts, release: Release, lease: Lease): Promise<void> {
  await releaseLock(parts, lease.id);
  if (lease.state !== "armed") return;
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) return;
  const policy = policyOf(await policyAt(github, release.policySha), release);
  if (policy.remove === "job-started") await disarm(parts, lease.id, "job-started");
}

/** A run ended: the secret goes (if the job's end was missed), the environment is free, and the registry is asked. */
export async function runEnded(
  parts: DeskParts,
  runId: number,
  run: Pick<Run, "conclusion" | "attempt">,
): Promise<void> {
  const release = await parts.store.releases.byRun(runId);
  if (release === null) return;
  const lease = await parts.store.leases.ofRelease(release.id);
  const owed = lease === null ? null : await tryDisarm(parts, lease, "run-completed");
  if (lease !== null) await releaseLock(parts, lease.id);
  await withRelease(parts, release.id, (fresh) => close(parts, fresh, run.conclusion));
  if (owed !== null) throw owed.error;
}

async function close(parts: DeskParts, found: Release, conclusion: string | null): Promise<void> {
  const at = parts.clock.now();
  // Told twice, by an event and by a comparison with GitHub: the registry is being asked already.
  if (found.state === "verifying") return;
  if (found.state === "staged") return await noteEnd(parts, found, conclusion);
  const release = mayHaveRun(found, conclusion) ? await asRunning(parts, found, at) : found;
  const seen: Partial<Release> = release.runEndedAt === null ? { runEndedAt: at, runConclusion: conclusion } : {};
  if (mayMove(release.state, "verifying")) {
    const patch = move(release, "verifying", at, seen) ?? seen;
    await parts.store.transaction(async (store) => {
      const saved = await store.releases.save(release, patch);
      await after({ ...parts, store }, "verify", release.id, "run-ended");
      await showStatus({ ...parts, store }, saved);
    });
    return;
  }
  const noted = Object.keys(seen).length > 0 ? await parts.store.releases.save(release, seen) : release;
  await endRelease(parts, noted, {
    to: conclusion === "cancelled" ? "cancelled" : "failed",
    code: "run-ended",
    text: `The run ended (${conclusion ?? "without a conclusion"}) before its gate was opened; nothing was published.`,
  });
}

/** What was staged is npm's now; the run, with a job that waits for it to be live, may end before or after. */
async function noteEnd(parts: DeskParts, release: Release, conclusion: string | null): Promise<void> {
  if (release.runEndedAt !== null) return;
  await parts.store.releases.save(release, { runEndedAt: parts.clock.now(), runConclusion: conclusion });
}

/**
 * Under the lock nobody is arming, so a release in `arming` was left there by an instance that died. Its run is over and wasn't just
 * cancelled, so the gate had been opened: what the job did is the registry's to say.
 */
function mayHaveRun(release: Release, conclusion: string | null): boolean {
  return release.state === "arming" && (release.jobStartedAt !== null || conclusion !== "cancelled");
}

async function asRunning(parts: DeskParts, release: Release, at: Date): Promise<Release> {
  const patch = move(release, "running", at, { gateApprovedAt: release.jobStartedAt ?? at });
  return patch === null ? release : await parts.store.releases.save(release, patch);
}

/** A lease's time is up: its run is cancelled first where its job hasn't started, then the secret is removed. */
export async function expireLease(parts: DeskParts, leaseId: string): Promise<void> {
  const lease = await parts.store.leases.get(leaseId);
  if (lease === null || !["arming", "armed"].includes(lease.state) || parts.clock.now() < lease.expiresAt) return;
  const release = await parts.store.releases.get(lease.releaseId);
  const github = await repositoryOf(parts, lease.repositoryId);
  if (release !== null && release.jobStartedAt === null) {
    // Not our only try: the clean-up cancels again after the secret is gone.
    if (release.runId !== null) await github?.cancelRun(release.runId).catch(() => undefined);
    await withRelease(parts, release.id, (fresh) =>
      endRelease(parts, fresh, {
        to: "failed",
        code: "expired",
        text: "The job had not started when its time with the secret was up; the run was cancelled and the secret removed.",
      }),
    );
  }
  await disarm(parts, lease.id, "expired");
}

/** A job that a runner has taken; `environment` null: GitHub didn't say in which. */
interface StartedJob {
  runId: number;
  attempt: number;
  name: string;
  environment: string | null;
}

/**
 * A job that isn't the leased one starts in an environment while a secret is or may be armed there: it may have read the secret.
 * The secret goes, both runs are cancelled, and the owner is told to revoke the token.
 */
export async function foreignJobStarted(parts: DeskParts, repository: Repository, job: StartedJob): Promise<void> {
  const open = await parts.store.leases.open();
  // Until the secret was removed it may be read; what was begun for such a job is finished, however often it is asked.
  const readable = open.filter(
    (one) => one.repositoryId === repository.id && (one.disarmedAt === null || one.disarmWhy === "foreign-job"),
  );
  const lease =
    job.environment === null
      ? await leaseByWorkflow(parts, repository, readable, job)
      : readable.find((one) => one.environmentName.toLowerCase() === job.environment?.toLowerCase());
  if (lease === undefined) return;
  const release = await parts.store.releases.get(lease.releaseId);
  if (release?.state === "dispatching") throw new NotYet(`whose run ${job.runId} is`);
  const leased = release?.runId ?? lease.runId;
  if (release !== null && leased === job.runId && release.jobName === job.name && job.attempt === 1) return;
  if (release !== null)
    await withRelease(parts, release.id, (fresh) =>
      endRelease(parts, fresh, {
        to: "failed",
        code: "foreign-job",
        text: `Another job (run ${job.runId}) started in \`${lease.environmentName}\` while the secret was there. Both runs are cancelled and the secret is removed: ${fresh.releaserLogin}, revoke this token at npm now.`,
      }),
    );
  await disarm(parts, lease.id, "foreign-job");
  await parts.github.repository(repository).cancelRun(job.runId);
}

/**
 * GitHub often leaves out which environment a job that starts is in. A job of the same name in the same workflow file as the leased
 * one is in the same one.
 */
async function leaseByWorkflow(
  parts: DeskParts,
  repository: Repository,
  leases: Lease[],
  job: StartedJob,
): Promise<Lease | undefined> {
  for (const lease of leases) {
    const release = await parts.store.releases.get(lease.releaseId);
    if (release === null || release.jobName !== job.name || (release.runId ?? lease.runId) === job.runId) continue;
    const run = await parts.github.repository(repository).run(job.runId);
    if (run?.path === release.workflowPath) return lease;
  }
  return undefined;
}
