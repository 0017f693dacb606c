import { move } from "../domain/release.ts";
import type { Release } from "../domain/release-types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { showStatus } from "./after.ts";
import { dispatch } from "./begin.ts";
import type { Gathered } from "./gather.ts";
import { stopOf } from "./panic/check.ts";
import type { DeskParts } from "./types.ts";
import type { Reason } from "../domain/reason.ts";

/**
 * Decides a release to which no token is given (trusted publishing): there is no lease and no secret. The intent is committed before the
 * gate is opened, or the run is started, as with a lease. Null where it can't go on now: stopped meanwhile, or moved by somebody else.
 */
export async function decideUnarmed(
  parts: DeskParts,
  release: Release,
  gathered: Gathered,
  decision: Reason,
): Promise<Release | null> {
  const now = parts.clock.now();
  const patch = move(release, "arming", now, { decision, decidedAt: now, jobId: gathered.jobId });
  if (patch === null) return null;
  return await parts.store.transaction(async (store) => {
    if ((await stopOf(store, release.repositoryId)) !== null) return null;
    const decided = await store.releases.save(release, patch);
    await showStatus({ ...parts, store }, decided);
    return decided;
  });
}

/** `gate: before-dispatch` without a token: everybody has approved, and the run is started last. */
export async function startUnarmed(parts: DeskParts, github: GitHubRepository, release: Release): Promise<void> {
  const at = parts.clock.now();
  const patch = move(release, "dispatching", at, { dispatchedAt: at });
  if (patch === null) return;
  await dispatch(parts, github, await parts.store.releases.save(release, patch));
}
