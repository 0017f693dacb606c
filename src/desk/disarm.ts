import {
  exposureSeconds,
  firstReadingAt,
  isRemovalDue,
  moveLease,
  readingPauseMs,
  secondReadingMs,
} from "../domain/lease.ts";
import type { Lease } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { isPresent, NotShown } from "./absence.ts";
import { after, later, showStatus } from "./after.ts";
import { repositoryOf } from "./repository-of.ts";
import { saveMove } from "./save-move.ts";
import { tellStuck } from "./stuck.ts";
import { forgetUsed, oweUsed } from "./tokens/after-release.ts";
import { reportPatienceMs } from "./tokens/revocation.ts";
import type { DeskParts } from "./types.ts";

/**
 * Removes a lease's secret. Once the row says `disarming`, no arming can complete (its own compare-and-set fails), and the
 * removal is owed until it is done: a DELETE that fails throws and is tried again. No call to GitHub comes before the DELETE.
 */
export async function disarm(parts: DeskParts, leaseId: string, why: string): Promise<void> {
  const at = parts.clock.now();
  const before = await parts.store.leases.get(leaseId);
  if (before === null || before.state === "closed" || before.state === "absent") return;
  const lease = before.state === "disarming" ? before : await saveMove(parts, before, { kind: "remove", why }, at);
  if (lease === null) return;
  if (lease.disarmedAt === null) {
    // Owed still: whoever asked asks again.
    if (!isRemovalDue(lease, at)) throw new Error("the secret couldn't be removed; the next try comes by itself");
    await remove(parts, lease);
  }
  await forgetUsed(parts, lease);
  await after(
    parts,
    "confirm-absent",
    lease.id,
    `first-${lease.disarmAttempts}`,
    firstReadingAt(lease, later(parts.clock.now(), readingPauseMs(lease.disarmAttempts))),
  );
}

async function remove(parts: DeskParts, lease: Lease): Promise<void> {
  try {
    const github = await repositoryOf(parts, lease.repositoryId);
    if (github === null) throw new Error("the repository of an armed lease is not known any more");
    await deleteSecret(github, lease);
  } catch (error) {
    await noteStuck(parts, lease, error);
    throw error;
  }
  const at = parts.clock.now();
  await saveMove(parts, lease, { kind: "deleted" }, at);
  await note(parts, lease, "lease.disarmed", { why: lease.disarmWhy, seconds: exposureSeconds(lease, at) });
  const release = await parts.store.releases.get(lease.releaseId);
  if (release !== null) await showStatus(parts, release);
}

/** A 404 may mean that we aren't shown the place, and a 403 (an archived repository) that there is nothing to be removed: both are read. */
async function deleteSecret(github: GitHubRepository, lease: Lease): Promise<void> {
  try {
    if ((await github.deleteEnvironmentSecret(lease.environmentName, lease.secretName)) === "deleted") return;
  } catch (error) {
    if (!(error instanceof GitHubError) || error.code !== "forbidden") throw error;
    if (await isPresent(github, lease).catch(() => true)) throw error;
    return;
  }
  if (await isPresent(github, lease)) throw new Error("GitHub says that there is no such secret, and lists it.");
}

async function noteStuck(parts: DeskParts, lease: Lease, error: unknown): Promise<void> {
  const said = error instanceof Error ? error.message : "unknown";
  const stuck = await saveMove(parts, lease, { kind: "delete-failed", error: said });
  if (stuck !== null) await tellStuck(parts, stuck);
}

/**
 * Reads whether the secret is gone. Two readings later than the PUT's deadline close the lease; a secret that is there again
 * (a PUT that GitHub applied late) is removed again.
 */
export async function confirmAbsent(parts: DeskParts, leaseId: string): Promise<void> {
  const lease = await parts.store.leases.get(leaseId);
  if (lease === null || !["disarming", "absent"].includes(lease.state)) return;
  if (lease.disarmedAt === null) return await disarm(parts, leaseId, lease.disarmWhy ?? "reconciled");
  if (!isRemovalDue(lease, parts.clock.now()))
    throw new Error("it couldn't be read whether the secret is gone; the next try comes by itself");
  // An answer may take its time: what it proves, it proves of the moment in which it was asked for.
  const asked = parts.clock.now();
  const present = await readPresence(parts, lease);
  if (present) {
    await saveMove(parts, lease, { kind: "read", present }, asked);
    await note(parts, lease, "lease.secret-came-back", {});
    return await disarm(parts, lease.id, "secret-came-back");
  }
  const now = parts.clock.now();
  if (moveLease(lease, { kind: "read", present }, asked) === null)
    return await after(
      parts,
      "confirm-absent",
      lease.id,
      `again-${now.getTime()}`,
      firstReadingAt(lease, later(now, 1000)),
    );
  const saved = await readAsAbsent(parts, lease, asked);
  if (saved === null) return;
  if (saved.state === "absent")
    await after(parts, "confirm-absent", lease.id, `second-${lease.disarmAttempts}`, later(now, secondReadingMs));
  await wakeEnvironment(parts, saved);
}

/** A lease that is closed isn't looked at again, so what its token's owner is still asked for is written with it. */
async function readAsAbsent(parts: DeskParts, lease: Lease, asked: Date): Promise<Lease | null> {
  return await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    const saved = await saveMove(inside, lease, { kind: "read", present: false }, asked);
    if (saved === null) return null;
    if (saved.state === "closed") await noteClosed(inside, saved);
    else await note(inside, saved, "lease.absent", {});
    return saved;
  });
}

async function noteClosed(parts: DeskParts, lease: Lease): Promise<void> {
  await note(parts, lease, "lease.closed", {});
  await oweUsed(parts, lease);
  await after(parts, "revocation", lease.releaseId, "closed", later(parts.clock.now(), reportPatienceMs));
}

/** What GitHub won't show is told like what it won't remove; that it can't be asked just now isn't. */
async function readPresence(parts: DeskParts, lease: Lease): Promise<boolean> {
  const github = await repositoryOf(parts, lease.repositoryId);
  if (github === null) throw new Error("the repository of a disarmed lease is not known any more");
  return await isPresent(github, lease).catch(async (error: unknown) => {
    const shut = error instanceof NotShown || (error instanceof GitHubError && error.code === "forbidden");
    if (shut) await noteStuck(parts, lease, error);
    throw error;
  });
}

/**
 * GitHub said that the repository was deleted, and its environments with it: nothing is left to be removed. (Should the repository be
 * restored with its secrets, the look at every place where we ever armed finds them.) Call it alone in the environment.
 */
export async function closeDeleted(parts: DeskParts, leaseId: string): Promise<void> {
  const lease = await parts.store.leases.get(leaseId);
  if (lease === null || lease.locks === null) return;
  await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    const saved = await saveMove(inside, lease, { kind: "repository-deleted" });
    if (saved === null) throw new Error("the lease has moved on meanwhile");
    if (lease.state !== "closed") await noteClosed(inside, saved);
  });
  await forgetUsed(parts, lease);
}

/** The job we let through has started, or its run is confirmed ended: with the lease closed, the environment is free. */
export async function releaseLock(parts: DeskParts, leaseId: string): Promise<void> {
  const lease = await parts.store.leases.get(leaseId);
  if (lease === null || lease.releasedAt !== null) return;
  const saved = await saveMove(parts, lease, { kind: "job-known" });
  // Somebody moved the lease meanwhile: read it again.
  if (saved === null) return await releaseLock(parts, leaseId);
  await wakeEnvironment(parts, saved);
}

/** Whoever waits for the environment is looked at again, and whoever's receipt says "being confirmed" is written anew. */
async function wakeEnvironment(parts: DeskParts, lease: Lease): Promise<void> {
  const release = await parts.store.releases.get(lease.releaseId);
  if (release !== null) await showStatus(parts, release);
  if (lease.locks !== null) return;
  const next = await parts.store.releases.holding(lease.repositoryId, lease.environmentId);
  if (next !== null && next.id !== lease.releaseId) {
    await after(parts, "evaluate", next.id, `freed-${lease.id}`);
    await showStatus(parts, next);
  }
}

async function note(parts: DeskParts, lease: Lease, what: string, detail: Record<string, unknown>): Promise<void> {
  await parts.store.audit.add({
    at: parts.clock.now(),
    what,
    actor: "countersign",
    repositoryId: lease.repositoryId,
    releaseId: lease.releaseId,
    detail: { lease: lease.id, environment: lease.environmentName, ...detail },
  });
}
