import { isActive, isGood } from "../domain/release.ts";
import type { Release } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { after, later } from "./after.ts";
import { disarm } from "./disarm.ts";
import { repositoryOf } from "./repository-of.ts";
import { endDecisions } from "./stage/end-with.ts";
import { forgetUnused } from "./tokens/after-release.ts";
import { gateWords } from "./refuse-gate.ts";
import type { DeskParts } from "./types.ts";

/**
 * What an ended release owes: its secret removed, its gate answered and its run cancelled, so that no job of it starts or goes on. Called again until it has all been done.
 */
export async function cleanUp(parts: DeskParts, releaseId: string): Promise<void> {
  const release = await parts.store.releases.get(releaseId);
  if (release === null || isActive(release.state)) return;
  const now = parts.clock.now();
  // Each is tried whatever became of the other: a secret that can't be removed is one more reason to stop the run.
  const outcomes = await Promise.allSettled([
    removeSecret(parts, release),
    stop(parts, release),
    isGood(release.state) ? Promise.resolve() : endDecisions(parts, release),
  ]);
  await forgetUnused(parts, release);
  // Its job may have been faster than we were.
  if (!isGood(release.state) && release.decidedAt !== null)
    for (const minutes of [1, 10])
      await after(parts, "verify", release.id, `over-${minutes}`, later(release.endedAt ?? now, minutes * 60_000));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function removeSecret(parts: DeskParts, release: Release): Promise<void> {
  const lease = await parts.store.leases.ofRelease(release.id);
  if (lease !== null) await disarm(parts, lease.id, `release-${release.state}`);
}

async function stop(parts: DeskParts, release: Release): Promise<void> {
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null || release.runId === null || isGood(release.state)) return;
  await stopRun(github, release, release.runId);
}

/** Rejects the gate where it waits for us, and cancels the run; a run that is over already is fine. */
async function stopRun(github: GitHubRepository, release: Release, runId: number): Promise<void> {
  const run = await github.run(runId);
  if (run === null || run.status === "completed") return;
  if (release.gateAskedAt !== null && release.gateApprovedAt === null) {
    try {
      await github.answerGate(runId, release.environmentName, "rejected", gateWords(release.endText));
    } catch (error) {
      // The gate may have been answered, or asked for another attempt: cancelling below ends the run either way.
      if (!(error instanceof GitHubError) || ["unavailable", "limited"].includes(error.code)) throw error;
    }
  }
  await github.cancelRun(runId);
}
