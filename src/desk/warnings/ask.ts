import { after } from "../after.ts";
import type { DeskParts } from "../types.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids">;

/** One person's tokens for one repository, as the subject of a task. */
export function personIn(repositoryId: number, personId: number): string {
  return `${repositoryId}/${personId}`;
}

/** Reads what `personIn` wrote. */
export function readPersonIn(subject: string): { repositoryId: number; personId: number } {
  const [repositoryId, personId] = subject.split("/").map(Number);
  if (!Number.isSafeInteger(repositoryId) || !Number.isSafeInteger(personId))
    throw new Error("a task about a person's tokens without repository and person");
  return { repositoryId: repositoryId as number, personId: personId as number };
}

/**
 * The issue in which a person is warned about their tokens for a repository is to be brought up to date: something was sealed,
 * forgotten, or a warning was given. Call it in the transaction of its cause.
 */
export async function lookAtWarnings(parts: Parts, repositoryId: number, personId: number): Promise<void> {
  await after(parts, "warning-issue", personIn(repositoryId, personId), "now");
}
