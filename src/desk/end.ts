import type { EndState, Release } from "../domain/release-types.ts";
import { environmentKey, mayMove, move } from "../domain/release.ts";
import { inWordsOf } from "../domain/stage-approval.ts";
import { after, showStatus } from "./after.ts";
import { tellEnded } from "./channels/tell-release.ts";
import type { DeskParts } from "./types.ts";

/** How a release ended, in a code and a sentence for people. */
export interface Ending {
  to: EndState;
  code: string;
  text: string;
  actor?: { id: number; login: string };
}

/**
 * Ends a release: the row and the clean-up it needs (gate answered, run cancelled, secret removed) are one transaction, so a
 * crash right after leaves the clean-up owed, not forgotten. A release that ended already stays as it ended.
 */
export async function endRelease(parts: DeskParts, release: Release, ending: Ending): Promise<Release> {
  const at = parts.clock.now();
  // An end that its state doesn't know (a run that goes already isn't "refused" any more) is a failure, never nothing.
  const to = mayMove(release.state, ending.to) ? ending.to : "failed";
  const patch = move(release, to, at, { endCode: ending.code, endText: inWordsOf(release, ending.text) });
  if (patch === null) return release;
  return await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    const ended = await store.releases.save(release, patch);
    await store.audit.add({
      at,
      what: `release.${to}`,
      actor: ending.actor?.login ?? "countersign",
      ...(ending.actor === undefined ? {} : { actorId: ending.actor.id }),
      repositoryId: release.repositoryId,
      releaseId: release.id,
      detail: { code: ending.code },
    });
    await after(inside, "clean-up", release.id, to);
    await showStatus(inside, ended);
    await tellEnded(inside, ended, to);
    return ended;
  });
}

/** Runs work on a release alone: nobody else changes what happens in its environment meanwhile, on any instance. */
export async function alone<T>(
  parts: Pick<DeskParts, "store">,
  place: { repositoryId: number; environmentId: number },
  work: () => Promise<T>,
): Promise<T> {
  return await parts.store.exclusive(`environment:${environmentKey(place.repositoryId, place.environmentId)}`, work);
}

/** Reads a release and runs work on it alone, on the row as it is once the lock is held. Nothing where it is unknown. */
export async function withRelease<T>(
  parts: Pick<DeskParts, "store">,
  releaseId: string,
  work: (release: Release) => Promise<T>,
): Promise<T | undefined> {
  const found = await parts.store.releases.get(releaseId);
  if (found === null) return undefined;
  return await alone(parts, found, async () => {
    const fresh = await parts.store.releases.get(releaseId);
    return fresh === null ? undefined : await work(fresh);
  });
}
