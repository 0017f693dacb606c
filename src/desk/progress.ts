import { mayMove, move } from "../domain/release.ts";
import type { Lease, Release, Repository } from "../domain/release-types.ts";
import type { Job, Run } from "../github/types.ts";
import { after, showStatus } from "./after.ts";
import { disarm, releaseLock } from "./disarm.ts";
import { endRelease, withRelease } from "./end.ts";
import { NotYet } from "./not-yet.ts";
import { packageOf, policyAt } from "./policy-at.ts";
import { repositoryOf } from "./repository-of.ts";
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
  if (job.status === "completed" && lease !== null) await disarm(parts, lease.id, "job-completed");
  const started = job.status === "in_progress" || job.status === "completed";
  if (started && lease !== null) await jobStarted(parts, release, lease);
  await withRelease(parts, release.id, async (fresh) => {
    const patch: Partial<Release> = {};
    if (started && fresh.jobStartedAt === null) patch.jobStartedAt = startOf(fresh, job.startedAt ?? parts.clock.now());
    if (job.status === "completed" && fresh.jobEndedAt === null)
      Object.assign(patch, { jobEndedAt: job.completedAt ?? parts.clock.now(), jobConclusion: job.conclusion });
    if (Object.keys(patch).length === 0) return;
    await showStatus(parts, await parts.store.releases.save(fresh, patch));
  });
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
  const policy = packageOf(await policyAt(github, release.policySha), release.package);
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
  if (lease !== null) {
    await disarm(parts, lease.id, "run-completed");
    await releaseLock(parts, lease.id);
  }
  await withRelease(parts, release.id, (fresh) => close(parts, fresh, run.conclusion));
}

async function close(parts: DeskParts, found: Release, conclusion: string | null): Promise<void> {
  const at = parts.clock.now();
  // Told twice, by an event and by a comparison with GitHub: the registry is being asked already.
  if (found.state === "verifying") return;
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

/**
 * A job that isn't the leased one starts in an environment while a secret is or may be armed there: it may have read the secret.
 * The secret goes, both runs are cancelled, and the owner is told to revoke the token.
 */
export async function foreignJobStarted(
  parts: DeskParts,
  repository: Repository,
  job: { runId: number; attempt: number; name: string; environment: string },
): Promise<void> {
  const open = await parts.store.leases.open();
  // Until the secret was removed it may be read; what was begun for such a job is finished, however often it is asked.
  const lease = open.find(
    (one) =>
      one.repositoryId === repository.id &&
      one.environmentName.toLowerCase() === job.environment.toLowerCase() &&
      (one.disarmedAt === null || one.disarmWhy === "foreign-job"),
  );
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
