import type { DeskParts } from "./types.ts";

/**
 * Work that follows from what was just decided. Each is a task: written in the same transaction as its cause, tried again until
 * it is done, and harmless when done twice. The key keeps one cause from asking twice.
 */
export type TaskKind =
  | "status" // write the status comment anew
  | "evaluate" // see whether a waiting release may be armed
  | "clean-up" // a release ended: answer its gate, cancel its run, remove its secret
  | "disarm" // remove a lease's secret
  | "confirm-absent" // read whether a lease's secret is gone
  | "expire" // a lease's time is up
  | "sync" // compare one release with GitHub
  | "verify" // ask the registry
  | "tell-challenge" // a new comment: npm asks for the second factor
  | "repositories" // learn what an installation shows us
  | "revocation" // a release with a token is over: see whether the token was to be revoked, and was
  | "owners" // see whether a repository's tokens are still those of its releasers
  | "warnings" // see whose tokens end
  | "warn" // give one person the warnings that are due in one repository
  | "warning-issue" // write one person's issue about their tokens anew
  | "watch" // look at the packages whose time has come, at their registries
  | "watches" // watch what a repository's policy names now
  | "sighting" // say what is odd about something that appeared without a release
  | "alarm-issue" // write one package's issue about that anew
  | "secrets" // see whether an environment holds a secret without a lease
  | "deliveries" // ask GitHub for what it couldn't deliver
  | "policy-check" // say on a commit what it makes of the policy
  | "doctor-check" // say on a commit what the doctor makes of its workflows
  | "panic" // end and remove what a stop asks for
  | "sweep" // forget what nobody needs any more
  | "reconcile"; // compare everything

/** Asks for work at an instant (now, where none is given). `cause` distinguishes one asking from the next. */
export async function after(
  parts: Pick<DeskParts, "store" | "clock" | "ids">,
  kind: TaskKind,
  subject: string,
  cause: string,
  at: Date = parts.clock.now(),
): Promise<void> {
  await parts.store.tasks.add({
    id: parts.ids.next(),
    kind,
    key: `${kind}:${subject}:${cause}`,
    payload: { subject },
    createdAt: parts.clock.now(),
    nextAt: at,
  });
}

/** The channel on which open pages hear that a release has changed; the payload is its id. */
export const releaseChannel = "release";

/** What happens in one moment is told in one edit: GitHub allows 80 of them a minute. In milliseconds. */
export const statusPauseMs = 1_000;

/** Every page that is open on the release is to show it as it is now, and so is its status comment, a moment later. */
export async function showStatus(
  parts: Pick<DeskParts, "store" | "clock" | "ids">,
  release: { id: string },
): Promise<void> {
  await after(parts, "status", release.id, "now", later(parts.clock.now(), statusPauseMs));
  await parts.store.notify(releaseChannel, release.id);
}

/** The instant `ms` milliseconds after another. */
export function later(from: Date, ms: number): Date {
  return new Date(from.getTime() + ms);
}
