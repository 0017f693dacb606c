import { after, later } from "../desk/after.ts";
import type { DeskParts } from "../desk/types.ts";
import type { Repository } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubErrorCode } from "../github/types.ts";

/** What a reaction says of a command: worked on, refused, edited and so not heard. */
export type Reaction = "+1" | "-1" | "confused";

/** The comment that a reaction belongs to. */
interface Reacted {
  repository: Repository;
  commentId: number;
}

/** The first further try of a reaction that couldn't be given comes after this long, in milliseconds. */
const againMs = 2_000;

/** GitHub's refusals that no waiting changes: a deleted comment, a locked thread, a permission that is gone. */
const refusals: readonly GitHubErrorCode[] = ["forbidden", "not-found", "invalid", "conflict"];

/**
 * Reacts to a comment whose command was worked on, so that nothing here fails the command: a reaction that GitHub refuses is given up
 * and logged, and one that couldn't be given in passing (no connection, a limit) is owed by a task of its own.
 * @throws where the debt can't be written down
 */
export async function react(parts: DeskParts, { repository, commentId }: Reacted, reaction: Reaction): Promise<void> {
  try {
    await give(parts, repository, commentId, reaction);
  } catch {
    const subject = `${repository.id}/${commentId}/${reaction}`;
    await after(parts, "reaction", subject, "owed", later(parts.clock.now(), againMs));
  }
}

/** Says that a comment was read, where its command has to wait. Never owed: what the command comes to is said later anyway. */
export async function reactRead(parts: DeskParts, { repository, commentId }: Reacted): Promise<void> {
  await give(parts, repository, commentId, "eyes").catch(() => undefined);
}

/**
 * Gives a reaction that is owed; done twice it is the same reaction (GitHub keeps one of a kind for a person and a comment). In a
 * repository that isn't known any more nothing is owed.
 * @throws GitHubError where it has to be tried again
 */
export async function giveReaction(parts: DeskParts, subject: string): Promise<void> {
  const [, repositoryId, commentId, reaction] = /^(\d+)\/(\d+)\/(\+1|-1|confused)$/.exec(subject) ?? [];
  if (reaction === undefined) throw new Error(`there is no reaction called ${subject}`);
  const repository = await parts.store.repositories.get(Number(repositoryId));
  if (repository !== null) await give(parts, repository, Number(commentId), reaction as Reaction);
}

async function give(
  parts: DeskParts,
  repository: Repository,
  commentId: number,
  reaction: Reaction | "eyes",
): Promise<void> {
  try {
    await parts.github.repository(repository).react(commentId, reaction);
  } catch (error) {
    parts.log.warn({ comment: commentId, error: error instanceof Error ? error.message : "unknown" }, "no reaction");
    if (!(error instanceof GitHubError) || !refusals.includes(error.code)) throw error;
  }
}
