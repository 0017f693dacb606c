import { isPending, stateNow } from "../../domain/challenge.ts";
import type { Challenge, ChallengeState, Release } from "../../domain/release-types.ts";
import { showStatus } from "../after.ts";
import type { DeskParts } from "../types.ts";

/** The channel on which waiting runners hear of a challenge; the payload is its id. */
export const challengeChannel = "challenge";

type Parts = Pick<DeskParts, "store" | "clock" | "ids">;

/** Who moved a challenge, and what is noted of it. Never a code, never a link. */
export interface Note {
  actor: string;
  actorId?: number;
  detail?: Record<string, unknown>;
}

/**
 * Moves a challenge, where it is still in one of these states: row, audit, status comment and the call to whoever waits are one
 * transaction. Null where it was in another state.
 */
export async function moveChallenge(
  parts: Parts,
  challenge: Challenge,
  from: ChallengeState[],
  patch: Partial<Challenge> & { state: ChallengeState },
  note: Note = { actor: "countersign" },
): Promise<Challenge | null> {
  return await parts.store.transaction(async (store) => {
    const moved = await store.challenges.save(challenge.id, from, patch);
    if (moved === null) return null;
    const release = await store.releases.get(challenge.releaseId);
    await store.audit.add({
      at: parts.clock.now(),
      what: `challenge.${patch.state}`,
      actor: note.actor,
      ...(note.actorId === undefined ? {} : { actorId: note.actorId }),
      ...(release === null ? {} : { repositoryId: release.repositoryId }),
      releaseId: challenge.releaseId,
      detail: { challenge: challenge.id, kind: challenge.kind, try: challenge.try, ...note.detail },
    });
    await showStatus({ ...parts, store }, { id: challenge.releaseId });
    await store.notify(challengeChannel, challenge.id);
    return moved;
  });
}

/** Writes down what time, or the end of the run, has made of a challenge; gives it as it is then. */
export async function settle(parts: Parts, challenge: Challenge, release: Release | null): Promise<Challenge> {
  const now = parts.clock.now();
  const timed = stateNow(challenge, now);
  const state = isPending(timed) && release?.state !== "running" ? "ended" : timed;
  if (state === challenge.state) return challenge;
  const over = { state, sealed: null, openFor: null, endedAt: now };
  return (
    (await moveChallenge(parts, challenge, [challenge.state], over)) ??
    (await parts.store.challenges.get(challenge.id)) ??
    challenge
  );
}
