import { isActive, isGood } from "../domain/release.ts";
import { after } from "./after.ts";
import { saveMove } from "./save-move.ts";
import type { DeskParts } from "./types.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids">;

/** Releases that are looked at for what their end still owes. */
const mostEnded = 50;

/**
 * GitHub lets us in again (unsuspended, installed again, permissions accepted, unarchived, a key that it takes): what was owed there
 * is tried at once and not at the next back-off. Harmless at any other time.
 */
export async function bringForward(parts: Parts, repositoryIds: readonly number[]): Promise<void> {
  await forwardLeases(parts, repositoryIds);
  const ids = new Set(repositoryIds);
  const cause = `forward-${parts.clock.now().getTime()}`;
  for (const release of await parts.store.releases.active()) {
    if (!ids.has(release.repositoryId)) continue;
    await after(parts, "sync", release.id, cause);
    // Under a cause of its own: the one that couldn't be written may have hours to wait for its next try.
    await after(parts, "status", release.id, cause);
  }
  for (const release of await parts.store.releases.recent([...repositoryIds], mostEnded)) {
    if (isActive(release.state)) continue;
    if (release.runId !== null && release.runEndedAt === null && !isGood(release.state))
      await after(parts, "clean-up", release.id, cause);
    await after(parts, "status", release.id, cause);
  }
}

/** Removals that are stuck are tried now, and as patiently as new ones after that. */
export async function forwardLeases(parts: Parts, repositoryIds: readonly number[]): Promise<void> {
  const ids = new Set(repositoryIds);
  const cause = `forward-${parts.clock.now().getTime()}`;
  for (const lease of await parts.store.leases.open()) {
    if (!ids.has(lease.repositoryId) || !["disarming", "absent"].includes(lease.state)) continue;
    if (lease.lastError !== null) await saveMove(parts, lease, { kind: "let-in" });
    await after(parts, lease.disarmedAt === null ? "disarm" : "confirm-absent", lease.id, cause);
  }
}
