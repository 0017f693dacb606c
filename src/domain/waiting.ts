import type { Reason } from "./reason.ts";
import { awaited } from "./reason.ts";
import type { Challenge, Person, Release } from "./release-types.ts";

/** What a release wants of a person: npm's question answered, a run confirmed, a fresh token sealed, their word, or a stage approved. */
export type WaitingKind = "challenge" | "confirm" | "seal" | "approve" | "stage";

/** Which of these it is, for a release that waits for this person. */
export function waitingKind(
  release: Pick<Release, "state" | "releaserId">,
  challenge: Pick<Challenge, "state"> | null,
  decision: Reason,
  person: Person,
): WaitingKind {
  const own = release.releaserId === person.id;
  if (own && challenge?.state === "open") return "challenge";
  if (own && release.state === "unconfirmed") return "confirm";
  if (release.state === "staged") return "stage";
  return own && wantsToken(decision) ? "seal" : "approve";
}

/** Whether a decision waits for its releaser to seal a fresh token. */
export function wantsToken(decision: Reason): boolean {
  if (decision.verdict !== "waiting") return false;
  return decision.rule === "token" || (decision.children ?? []).some(wantsToken);
}

/** Everybody and every team that a release still waits for, as people write them. */
export function stillMissing(release: Pick<Release, "state" | "runnerReport">, decision: Reason): string[] {
  if (release.state === "staged") return release.runnerReport?.stageWaitsFor?.names ?? [];
  return release.state === "waiting" ? awaited(decision) : [];
}

/** Days that GitHub lets a job wait for approval before it fails (docs, "Actions limits": gate wait and required reviewers). */
const waitDays = 30;
const dayMs = 86_400_000;

/** When GitHub ends the run of a release that goes on waiting; null where it doesn't wait at a gate. */
export function waitEnds(release: Pick<Release, "state" | "gateAskedAt" | "dispatchedAt">): Date | null {
  const since = release.gateAskedAt ?? release.dispatchedAt;
  if (since === null || (release.state !== "waiting" && release.state !== "unconfirmed")) return null;
  return new Date(since.getTime() + waitDays * dayMs);
}
