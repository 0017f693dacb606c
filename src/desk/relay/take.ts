import type { RunnerSession } from "../../domain/release-types.ts";
import type { DeskForRelay, DeskParts } from "../types.ts";
import { findOwn } from "./find.ts";
import { moveChallenge } from "./settle.ts";

/** Hands the sealed code to the runner it was sealed to, and forgets it in the same transaction. */
export async function take(
  parts: DeskParts,
  session: RunnerSession,
  challengeId: string,
): ReturnType<DeskForRelay["take"]> {
  const challenge = await findOwn(parts, session, challengeId);
  if (challenge.state !== "answered") return { state: challenge.state, sealed: null };
  const patch = { state: "taken" as const, sealed: null, openFor: null, takenAt: parts.clock.now() };
  const taken = await moveChallenge(parts, challenge, ["answered"], patch, { actor: "runner" });
  if (taken !== null) return { state: "taken", sealed: challenge.sealed };
  return { state: (await findOwn(parts, session, challengeId)).state, sealed: null };
}
