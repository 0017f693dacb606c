import { environmentKey } from "./release.ts";
import type { Lease, LeaseState } from "./release-types.ts";

/**
 * The lease as a state machine: `arming` (row written, PUT may follow) → `armed` (GitHub said 201) → `disarming` (removal
 * owed) → `absent` (read as absent after no PUT of ours can land any more) → `closed` (read as absent once more).
 * Nothing goes back: a lease that is to be removed is never armed again.
 */
const moves: Record<LeaseState, readonly LeaseState[]> = {
  arming: ["armed", "disarming"],
  armed: ["disarming"],
  disarming: ["absent"],
  absent: ["closed", "disarming"],
  closed: [],
};

/** States from which a lease may come to `to`. */
export function leaseStatesBefore(to: LeaseState): LeaseState[] {
  return (Object.keys(moves) as LeaseState[]).filter((from) => moves[from].includes(to));
}

/** A PUT of ours is given up after this long, in milliseconds; no PUT can land later than `putDeadline`. */
export const putPatienceMs = 10_000;

/**
 * GitHub may still apply a request that we gave up on, so `putDeadline` lies this much later than our own abort, in
 * milliseconds. The figure is ours: GitHub documents none.
 */
export const putGraceMs = 5_000;

/** The second reading of the secret's absence follows the first after this long, in milliseconds. */
export const secondReadingMs = 5_000;

/** When the secret may first be read as absent for good. */
export function firstReadingAt(lease: Pick<Lease, "putDeadline">, now: Date): Date {
  return now > lease.putDeadline ? now : new Date(lease.putDeadline.getTime() + 1);
}

/**
 * How long after a DELETE the secret is read, in milliseconds: at once, and later each time where it was there again. GitHub may
 * show for a while what it has deleted, and whoever puts one there again and again isn't to use up the installation's calls.
 */
export function readingPauseMs(attempts: number): number {
  return attempts === 0 ? 0 : Math.min(60_000, 500 * 2 ** attempts);
}

/** What happens to a lease. */
export type LeaseEvent =
  /** GitHub said 201 to the PUT. */
  | { kind: "put" }
  /** The secret is to go. */
  | { kind: "remove"; why: string }
  /** GitHub answered the DELETE: 204, or 404. */
  | { kind: "deleted" }
  | { kind: "delete-failed"; error: string }
  /** GitHub lets us in again: a removal that is stuck is tried now, and as patiently as a new one. */
  | { kind: "let-in" }
  /** GitHub said that the repository is deleted, and every environment and secret with it. */
  | { kind: "repository-deleted" }
  /** GitHub was read: whether the secret is there. */
  | { kind: "read"; present: boolean }
  /** A PUT of ours may have landed after the removal was begun, or over. `locks`: the environment is free, and is taken for it. */
  | { kind: "maybe-there-again"; why: string; locks: boolean }
  /** The job that was let in has started, or its run is over. */
  | { kind: "job-known" };

/** What an event makes of a lease's row, if it is still in one of these states (compare and set). */
export interface LeaseMove {
  from: LeaseState[];
  patch: Partial<Lease>;
}

/**
 * The lease's whole protocol: what an event makes of it; null where nothing follows from it. Every change of a lease's row is one
 * of these moves, and the model in the tests plays the same function through all interleavings.
 */
export function moveLease(lease: Lease, event: LeaseEvent, now: Date): LeaseMove | null {
  switch (event.kind) {
    case "put":
      return { from: leaseStatesBefore("armed"), patch: { state: "armed", armedAt: now } };
    case "remove":
      return {
        from: ["arming", "armed"],
        patch: { state: "disarming", disarmAskedAt: now, disarmWhy: event.why },
      };
    case "deleted":
      return { from: ["disarming"], patch: { disarmedAt: now, lastError: null } };
    case "delete-failed":
      return {
        from: ["disarming"],
        patch: { disarmAttempts: lease.disarmAttempts + 1, lastError: event.error },
      };
    case "let-in":
      return { from: ["disarming"], patch: { disarmAttempts: 0 } };
    case "repository-deleted":
      return { from: [lease.state], patch: goneWithRepository(lease, now) };
    case "read":
      return event.present ? presentAgain(lease) : absent(lease, now);
    case "maybe-there-again":
      return maybeThereAgain(lease, event);
    case "job-known":
      return lease.releasedAt === null ? { from: [lease.state], patch: freed({ ...lease, releasedAt: now }) } : null;
  }
}

/** To be deleted once more, and read as absent twice after that; meanwhile no other secret is to be taken for this one. */
function maybeThereAgain(lease: Lease, { why, locks }: { why: string; locks: boolean }): LeaseMove {
  const again = { state: "disarming" as const, disarmedAt: null, absentAt: null, closedAt: null, disarmWhy: why };
  const key = environmentKey(lease.repositoryId, lease.environmentId);
  return {
    from: locks ? ["absent", "closed"] : ["disarming", "absent", "closed"],
    patch: locks ? { ...again, locks: key } : again,
  };
}

/** No job can start there, and nothing can be put there any more. */
function goneWithRepository(lease: Lease, now: Date): Partial<Lease> {
  const { disarmAskedAt, disarmWhy, disarmedAt, absentAt, closedAt, releasedAt } = lease;
  const removed = { disarmAskedAt: disarmAskedAt ?? now, disarmWhy: disarmWhy ?? "repository-deleted" };
  const read = { disarmedAt: disarmedAt ?? now, absentAt: absentAt ?? now, lastError: null };
  const over = { state: "closed" as const, closedAt: closedAt ?? now, releasedAt: releasedAt ?? now };
  return { ...removed, ...read, ...freed({ ...lease, ...over }) };
}

/** The secret is there after its DELETE. */
function presentAgain(lease: Lease): LeaseMove | null {
  if (lease.state !== "disarming" && lease.state !== "absent") return null;
  const { disarmAttempts } = lease;
  return {
    from: [lease.state],
    patch: { state: "disarming", disarmedAt: null, absentAt: null, disarmAttempts: disarmAttempts + 1 },
  };
}

/** Two readings later than the PUT's deadline close a lease; one that came earlier proves nothing. */
function absent(lease: Lease, now: Date): LeaseMove | null {
  if (now <= lease.putDeadline) return null;
  if (lease.state === "disarming" && lease.disarmedAt !== null)
    // With its DELETE: it may have been asked for anew since this reading was asked for, and what was read holds all the same.
    return {
      from: ["disarming"],
      patch: { state: "absent", absentAt: now, disarmedAt: lease.disarmedAt, lastError: null },
    };
  if (
    lease.state === "absent" &&
    lease.absentAt !== null &&
    now.getTime() - lease.absentAt.getTime() >= secondReadingMs
  )
    return { from: ["absent"], patch: freed({ ...lease, state: "closed", closedAt: now }) };
  return null;
}

/**
 * Disarming doesn't free an environment: it stays locked until the lease is closed and every job we let through has started
 * or its run is confirmed ended (`releasedAt`).
 */
function freed(lease: Lease): Partial<Lease> {
  const patch: Partial<Lease> = { state: lease.state, closedAt: lease.closedAt, releasedAt: lease.releasedAt };
  return lease.state === "closed" && lease.releasedAt !== null ? { ...patch, locks: null } : patch;
}

/** GitHub's times have whole seconds, and its clock isn't ours; nor may a PUT land much later than it was sent. In milliseconds. */
const lateMs = 15 * 60_000;

/** Whether a secret that GitHub says was last written then may be what this lease put, and not what somebody put by hand. */
export function mayBeOfLease(lease: Pick<Lease, "takenAt" | "putDeadline">, updatedAt: Date): boolean {
  const written = updatedAt.getTime();
  return written >= lease.takenAt.getTime() - 60_000 && written <= lease.putDeadline.getTime() + lateMs;
}

/** How long, in milliseconds, a secret that is to be removed couldn't be; 0: nothing is amiss. */
export function stuckFor(lease: Lease, now: Date): number {
  if (lease.state !== "disarming" || lease.lastError === null || lease.disarmAskedAt === null) return 0;
  return now.getTime() - lease.disarmAskedAt.getTime();
}

/**
 * Whether a removal that failed is to be tried now. The first twelve tries come as they are asked for, then one a minute for half
 * an hour, then one every half hour, for ever: each costs a call of the installation's budget.
 */
export function isRemovalDue(lease: Lease, now: Date): boolean {
  const tries = lease.disarmAttempts;
  const minutes = tries < 12 ? 0 : tries < 42 ? tries - 11 : 30 * (tries - 40);
  return lease.lastError === null || stuckFor(lease, now) >= minutes * 60_000;
}

/** Seconds for which the secret lay in the environment: from the PUT's answer (or the lease) to the DELETE's. */
export function exposureSeconds(lease: Pick<Lease, "takenAt" | "armedAt" | "disarmedAt">, now: Date): number {
  const from = lease.armedAt ?? lease.takenAt;
  return Math.max(0, ((lease.disarmedAt ?? now).getTime() - from.getTime()) / 1000);
}
