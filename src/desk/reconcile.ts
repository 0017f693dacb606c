import { isTokenMode } from "../domain/mode.ts";
import { move, shortSha } from "../domain/release.ts";
import type { Lease, Release } from "../domain/release-types.ts";
import type { GitHubRepository, Job, Run } from "../github/types.ts";
import { after, showStatus } from "./after.ts";
import { begin, findRun } from "./begin.ts";
import { confirmAbsent, disarm, releaseLock } from "./disarm.ts";
import { cleanUp } from "./clean-up.ts";
import { endRelease, withRelease } from "./end.ts";
import { carryOut } from "./panic/carry-out.ts";
import { expireLease, jobMoved, runEnded } from "./progress.ts";
import { repositoryOf } from "./repository-of.ts";
import { someAtOnce } from "./some-at-once.ts";
import type { DeskParts } from "./types.ts";
import { verify } from "./verify.ts";

/** What a pass found to do and could not do yet. */
export interface Pass {
  leases: number;
  releases: number;
  failed: number;
}

/**
 * Compares every open lease and every unfinished release with GitHub and does what events missed: leases first. One that can't
 * be settled now (GitHub is down) doesn't keep the others waiting; the next pass tries it again.
 */
export async function reconcile(parts: DeskParts): Promise<Pass> {
  const leases = await parts.store.leases.open();
  const releases = await parts.store.releases.active();
  let failed = 0;
  const attempt = async (what: string, id: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      failed += 1;
      parts.log.warn(
        { what, id, error: error instanceof Error ? error.message : "unknown" },
        "could not reconcile yet",
      );
      return false;
    }
  };
  // A release whose secret is or may be armed is compared with its lease, once.
  const compared = new Set<string>();
  await someAtOnce(leases, async (lease) => {
    const done = await attempt("lease", lease.id, () => settleLease(parts, lease));
    if (done && mayBeArmed(lease)) compared.add(lease.releaseId);
  });
  const others = releases.filter(({ id }) => !compared.has(id));
  for (const stop of await parts.store.stops.open()) await attempt("stop", stop.id, () => carryOut(parts, stop.id));
  await someAtOnce(others, async ({ id }) => void (await attempt("release", id, () => syncRelease(parts, id))));
  return { leases: leases.length, releases: releases.length, failed };
}

/** Brings one lease as far as it can go now. */
async function settleLease(parts: DeskParts, lease: Lease): Promise<void> {
  if (mayBeArmed(lease)) {
    // Its time is up whether or not GitHub can be read.
    await expireLease(parts, lease.id);
    await syncRelease(parts, lease.releaseId);
    const release = await parts.store.releases.get(lease.releaseId);
    if (release !== null && release.holds === null) await disarm(parts, lease.id, `release-${release.state}`);
    return;
  }
  if (lease.state === "disarming") await disarm(parts, lease.id, lease.disarmWhy ?? "reconciled");
  if (lease.state === "disarming" || lease.state === "absent") await confirmAbsent(parts, lease.id);
  if (lease.releasedAt === null) await settleLock(parts, lease);
}

function mayBeArmed({ state }: Lease): boolean {
  return state === "arming" || state === "armed";
}

/** The environment of a removed secret is freed once its run is over or its job has started. */
async function settleLock(parts: DeskParts, lease: Lease): Promise<void> {
  await cleanUp(parts, lease.releaseId);
  const [github, release] = await Promise.all([
    repositoryOf(parts, lease.repositoryId),
    parts.store.releases.get(lease.releaseId),
  ]);
  const runId = lease.runId ?? release?.runId ?? null;
  if (github === null) return;
  if (runId === null) {
    // A dispatch whose answer was lost may still become a run: it must not meet the next release's secret.
    const asked = release?.dispatchedAt ?? null;
    if (asked !== null && parts.clock.now().getTime() - asked.getTime() < unclearRunMs) return;
    return await releaseLock(parts, lease.id);
  }
  const run = await github.run(runId);
  // A run that isn't shown is over only where its repository is shown.
  const over = run === null ? (await github.read())?.id === lease.repositoryId : run.status === "completed";
  if (over) await releaseLock(parts, lease.id);
}

/** How long an environment stays locked for a run that may still turn up, in milliseconds. */
const unclearRunMs = 10 * 60_000;

/** Compares one release with its run, and treats what it finds as if the event had come. */
export async function syncRelease(parts: DeskParts, releaseId: string): Promise<void> {
  const release = await parts.store.releases.get(releaseId);
  if (release === null) return;
  if (release.state === "requested") return await begin(parts, release.id);
  if (release.state === "dispatching") {
    await withRelease(parts, release.id, (fresh) =>
      fresh.state === "dispatching" ? findRun(parts, fresh) : Promise.resolve(),
    );
    return;
  }
  if (release.state === "verifying") return await verify(parts, release.id);
  if (release.state === "staged") return await rememberStage(parts, release);
  if (release.holds === null) return;
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) return;
  await withRelease(parts, release.id, (fresh) => recoverArming(parts, github, fresh));
  if (release.runId === null && release.state === "waiting")
    return await after(parts, "evaluate", release.id, `sync-${parts.clock.now().getTime()}`);
  await compare(parts, github, release.id);
}

/** It is looked at by its own task; should that be lost, within the hour by this one. */
async function rememberStage(parts: DeskParts, release: Release): Promise<void> {
  const hour = Math.floor(parts.clock.now().getTime() / 3_600_000);
  await after(parts, "verify", release.id, `staged-hour-${hour}`);
}

async function compare(parts: DeskParts, github: GitHubRepository, releaseId: string): Promise<void> {
  const release = await parts.store.releases.get(releaseId);
  if (release === null || release.holds === null || release.runId === null) return;
  const [run, jobs] = await Promise.all([github.run(release.runId), github.jobs(release.runId, 1)]);
  if (run !== null && run.attempt > 1) {
    // A first attempt that succeeded went through the gate: the registry knows what it did, and a re-run changes nothing of it. After
    // any other end the gate may have been opened for the re-run, which has to be stopped.
    const done = jobs.find((job) => job.name === release.jobName && job.conclusion === "success");
    if (release.state === "running" && done !== undefined)
      return await runEnded(parts, release.runId, { conclusion: done.conclusion, attempt: 1 });
    return await rerun(parts, release, run);
  }
  if (run !== null && run.headSha !== release.sha) return await otherCommit(parts, release, run);
  // A removal that fails here is the lease's to try again, and no reason not to go on.
  for (const job of jobs) await jobMoved(parts, release.runId, job).catch(unlessStuck(parts, release.id));
  if (run === null || run.status === "completed")
    return await runEnded(parts, release.runId, { conclusion: run?.conclusion ?? null, attempt: 1 });
  if (release.state === "waiting") await missedGate(parts, release, jobs);
}

function unlessStuck(parts: DeskParts, releaseId: string): (error: unknown) => Promise<void> {
  return async (error) => {
    const lease = await parts.store.leases.ofRelease(releaseId);
    if (lease?.state !== "disarming" || lease.disarmedAt !== null) throw error;
  };
}

/** A run that was started again isn't the release any more. */
async function rerun(parts: DeskParts, release: Release, run: Run): Promise<void> {
  await withRelease(parts, release.id, (fresh) =>
    endRelease(parts, fresh, {
      to: "failed",
      code: "rerun",
      text: `The run was started again (attempt ${run.attempt}); a re-run is not the release. Ask again with /release.`,
    }),
  );
  const lease = await parts.store.leases.ofRelease(release.id);
  if (lease !== null) await disarm(parts, lease.id, "rerun");
}

/** The run turned out to be of another commit than the release. */
async function otherCommit(parts: DeskParts, release: Release, run: Run): Promise<void> {
  await withRelease(parts, release.id, (fresh) =>
    endRelease(parts, fresh, {
      to: "failed",
      code: "other-commit",
      text: `The run is of ${shortSha(run.headSha)}, the release of ${shortSha(fresh.sha)}: it was stopped. Ask again with /release.`,
    }),
  );
}

/** The job waits, and nobody told us that our gate was asked. */
async function missedGate(parts: DeskParts, release: Release, jobs: Job[]): Promise<void> {
  const waits = jobs.some((job) => job.name === release.jobName && job.status === "waiting");
  if (!waits) return;
  if (release.gateAskedAt === null)
    await withRelease(parts, release.id, async (fresh) => {
      if (fresh.gateAskedAt === null) await parts.store.releases.save(fresh, { gateAskedAt: parts.clock.now() });
    });
  await after(parts, "evaluate", release.id, `sync-${parts.clock.now().getTime()}`);
}

/**
 * Under the lock nobody is arming, so a release in `arming` was left there by a process that died. If its job has started, the
 * gate was open and the secret was read: it goes on. Otherwise it ends, plainly, and its secret goes.
 */
async function recoverArming(parts: DeskParts, github: GitHubRepository, release: Release): Promise<void> {
  if (release.state !== "arming") return;
  const jobs = release.runId === null ? [] : await github.jobs(release.runId, 1);
  const started = jobs.find((job) => job.name === release.jobName && ["in_progress", "completed"].includes(job.status));
  if (started !== undefined && started.conclusion !== "cancelled" && started.conclusion !== "skipped") {
    const patch = move(release, "running", parts.clock.now(), {
      gateApprovedAt: started.startedAt ?? parts.clock.now(),
    });
    if (patch !== null) await showStatus(parts, await parts.store.releases.save(release, patch));
    return;
  }
  await endRelease(parts, release, {
    to: "failed",
    code: "restarted",
    text: isTokenMode(release.mode)
      ? "Countersign was restarted while it was arming this release. Nothing was published; the secret is being removed. Ask again with /release."
      : "Countersign was restarted while it was opening the gate of this release. Nothing was published; ask again with /release.",
  });
}
