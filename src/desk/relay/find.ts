import { Refusal } from "../../domain/errors.ts";
import type { Challenge, RunnerSession } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";
import { settle } from "./settle.ts";

/** A challenge as it is now. @throws Refusal `not-found` where there is none of that id */
export async function findChallenge(parts: DeskParts, challengeId: string): Promise<Challenge> {
  const challenge = await parts.store.challenges.get(challengeId);
  if (challenge === null) throw new Refusal("not-found", "There is no such challenge.");
  return await settle(parts, challenge, await parts.store.releases.get(challenge.releaseId));
}

/** The same for a runner: one that another step opened is none to it. */
export async function findOwn(parts: DeskParts, session: RunnerSession, challengeId: string): Promise<Challenge> {
  const challenge = await findChallenge(parts, challengeId);
  if (challenge.sessionId !== session.id) throw new Refusal("not-found", "There is no such challenge.");
  return challenge;
}
