import { Refusal } from "../../domain/errors.ts";
import type { Person, Release } from "../../domain/release-types.ts";
import type { DeskForRelay, DeskParts } from "../types.ts";
import { viewRelease } from "../view.ts";
import { findChallenge } from "./find.ts";

/** A challenge for the page of the one person who may answer it. */
export async function challengeFor(
  parts: DeskParts,
  person: Person,
  challengeId: string,
): ReturnType<DeskForRelay["challengeFor"]> {
  const challenge = await findChallenge(parts, challengeId);
  const [session, view] = await Promise.all([
    parts.store.runnerSessions.get(challenge.sessionId),
    viewRelease(parts, challenge.releaseId),
  ]);
  if (session === null || view === null) throw new Refusal("not-found", "There is no such challenge.");
  refuseOthers(view.release, person);
  return { challenge, session, view };
}

/** Nobody but the releaser, whose token it is, answers npm. */
export function refuseOthers(release: Release, person: Person): void {
  if (release.releaserId === person.id) return;
  throw new Refusal("not-allowed", `npm asks ${release.releaserLogin}, whose token it is; nobody else can answer.`);
}
