import { Refusal } from "../../domain/errors.ts";
import type { Challenge, ChallengeState, RunnerSession } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";
import { findOwn } from "./find.ts";
import { moveChallenge } from "./settle.ts";

/** What npm said to the answer, or that the runner stopped waiting. A link is answered at npm, so it may go there straight from `open`, or a moment late. */
export async function result(
  parts: DeskParts,
  session: RunnerSession,
  challengeId: string,
  outcome: "accepted" | "refused" | "ended",
): Promise<void> {
  const challenge = await findOwn(parts, session, challengeId);
  if (challenge.state === outcome) return;
  const from = mayCome(challenge.kind, outcome);
  const patch = { state: outcome, sealed: null, openFor: null, endedAt: parts.clock.now() };
  if (from.includes(challenge.state))
    if ((await moveChallenge(parts, challenge, from, patch, { actor: "runner" })) !== null) return;
  throw new Refusal("challenge-over", `This challenge can't be ${outcome} any more.`);
}

function mayCome(kind: Challenge["kind"], outcome: "accepted" | "refused" | "ended"): ChallengeState[] {
  if (outcome === "ended") return ["open", "answered"];
  return kind === "link" ? ["open", "expired"] : ["taken"];
}
