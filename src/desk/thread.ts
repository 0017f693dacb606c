import { Refusal } from "../domain/errors.ts";
import { isActive, releaseTitle, shortSha } from "../domain/release.ts";
import type { Release } from "../domain/release-types.ts";
import type { DeskParts } from "./types.ts";

/**
 * The release that a thread is about: what is under way, or else the newest that was to publish something. Null where none was announced
 * there.
 */
export async function releaseInThread(
  parts: Pick<DeskParts, "store">,
  repositoryId: number,
  issueNumber: number,
): Promise<Release | null> {
  const releases = await parts.store.releases.inIssue(repositoryId, issueNumber);
  const underWay = releases.find((release) => isActive(release.state));
  return underWay ?? releases.find(({ purpose }) => purpose === "publish") ?? null;
}

/** What a word in a thread says it is about. */
export interface ThreadWord {
  repositoryId: number;
  issueNumber: number;
  commentId: number;
  createdAt: Date;
  /** Short or full SHA, as the person wrote it. */
  sha: string | undefined;
  /** An approval has to name its commit where it isn't clear; what stops a release needn't. */
  approves: boolean;
  /** It stops whatever is under way: also what decides about a stage, before the release that staged it. */
  stops?: boolean;
}

/**
 * The release that a word in a thread decides. It counts only for a release that was announced there before the word was
 * written; where another one was announced there before, the word has to name the commit, so that nobody approves a release
 * that they haven't seen.
 */
export async function decidedInThread(parts: Pick<DeskParts, "store">, word: ThreadWord): Promise<Release> {
  const all = await parts.store.releases.inIssue(word.repositoryId, word.issueNumber);
  const ofStage = all.filter((one) => one.purpose !== "publish");
  const stopped = word.stops === true ? ofStage.filter((one) => isActive(one.state)) : [];
  const releases = stopped.length > 0 ? stopped : all.filter((one) => one.purpose === "publish");
  const active = releases.filter((one) => isActive(one.state));
  const named = word.sha?.toLowerCase();
  const fits = named === undefined ? active : active.filter((one) => one.sha.startsWith(named));
  if (fits.length > 1)
    throw new Refusal(
      "other-commit",
      `More than one release is under way in this thread (${fits.map((one) => releaseTitle(one)).join(", ")}): decide on its release page.`,
    );
  const release = fits[0] ?? active[0];
  if (release === undefined)
    throw new Refusal(
      "no-release",
      releases.length === 0
        ? "No release was asked for in this thread: ask for one with `/release <version>`."
        : "No release is under way in this thread; the last one is over.",
    );
  // GitHub's comment times have whole seconds; ids grow with time and settle what the seconds can't.
  const announced = Math.floor(release.requestedAt.getTime() / 1000) * 1000;
  const written = release.statusCommentId !== null && word.commentId > release.statusCommentId;
  if (word.createdAt.getTime() < announced || !written)
    throw new Refusal(
      "too-early",
      `This was written before ${releaseTitle(release)} was announced, so it doesn't count for it: look at it, then write it again.`,
    );
  if (word.approves && word.sha === undefined && releases.length > 1)
    throw new Refusal(
      "other-commit",
      `More than one release was announced in this thread: say which commit you mean, \`${shortSha(release.sha)}\` for ${releaseTitle(release)}.`,
    );
  if (word.sha !== undefined && !release.sha.startsWith(word.sha.toLowerCase()))
    throw new Refusal(
      "other-commit",
      `${releaseTitle(release)} is a release of \`${shortSha(release.sha)}\`, not of \`${word.sha.slice(0, 40)}\`.`,
    );
  return release;
}
