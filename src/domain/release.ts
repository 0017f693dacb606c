import { activeStates, endStates } from "./release-types.ts";
import type { ActiveState, EndState, Release, ReleaseState } from "./release-types.ts";

/**
 * The release as a state machine. Deliveries come late, twice and out of order, so a move is either in this table or it is
 * nothing: a release never goes back, and an ended one stays as it ended.
 */
const moves: Record<ActiveState, readonly ReleaseState[]> = {
  requested: ["dispatching", "waiting", "failed", "rejected", "cancelled", "refused"],
  // `arming` comes before `dispatching` where the policy has `gate: before-dispatch`.
  dispatching: ["waiting", "running", "failed", "cancelled", "refused"],
  unconfirmed: ["waiting", "rejected", "cancelled", "refused", "failed", "expired"],
  waiting: ["arming", "failed", "rejected", "cancelled", "refused", "expired"],
  arming: ["running", "dispatching", "failed", "cancelled", "refused"],
  running: ["verifying", "staged", "failed", "cancelled", "published"],
  verifying: ["published", "failed", "staged", "done"],
  // Nothing of ours runs any more: npm has it, and the environment is free for the next release.
  staged: ["published", "failed", "rejected", "cancelled", "expired"],
};

/** True for a release that hasn't ended. All but a staged one hold their environment. */
export function isActive(state: ReleaseState): state is ActiveState {
  return (activeStates as readonly string[]).includes(state);
}

/** True for a release that is over. */
export function isEnd(state: ReleaseState): state is EndState {
  return (endStates as readonly string[]).includes(state);
}

/** Whether a release may go from one state to the other. */
export function mayMove(from: ReleaseState, to: ReleaseState): boolean {
  return isActive(from) && moves[from].includes(to);
}

/**
 * The fields that change when a release moves, or null where the move isn't one (then nothing is to be done).
 * An end frees the environment for the next release; the lease locks it on its own for as long as it must.
 */
export function move(
  release: Release,
  to: ReleaseState,
  at: Date,
  more: Partial<Release> = {},
): Partial<Release> | null {
  if (!mayMove(release.state, to)) return null;
  if (isEnd(to)) return { ...more, state: to, endedAt: at, holds: null };
  return to === "staged" ? { ...more, state: to, stagedAt: at, holds: null } : { ...more, state: to };
}

/** What keeps two releases out of one environment: ids, never names. */
export function environmentKey(repositoryId: number, environmentId: number): string {
  return `${repositoryId}/${environmentId}`;
}

/** The form of a commit that people read and write. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** `#12` in texts and `/releases/<id>` in links name the same release. */
export function releaseTitle({ purpose, packages = null, ...release }: Titled): string {
  const more = (packages ?? []).filter(({ state }) => state !== "already").length - 1;
  return `${purpose === undefined ? "" : aboutStage[purpose]}${versionTitle(release)}${more > 0 ? ` with ${more} more` : ""}`;
}

/** What can be called by a title. */
export type Titled = Pick<Release, "package" | "version"> & Partial<Pick<Release, "purpose" | "packages">>;

const aboutStage: Record<Release["purpose"], string> = {
  publish: "",
  "approve-stage": "Approval of ",
  "reject-stage": "Rejection of ",
};

/** Package and version alone, whatever is done with them. */
export function versionTitle(release: Pick<Release, "package" | "version">): string {
  return release.version === "" ? release.package : `${release.package}@${release.version}`;
}

/** Whether it came to a good end. */
export function isGood(state: ReleaseState): boolean {
  return state === "published" || state === "done";
}
