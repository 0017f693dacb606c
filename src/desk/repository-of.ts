import type { GitHubRepository } from "../github/types.ts";
import type { DeskParts } from "./types.ts";

/** GitHub, for a repository by its id (its name may have changed since); null where we don't know it (any more). */
export async function repositoryOf(
  parts: Pick<DeskParts, "store" | "github">,
  repositoryId: number,
): Promise<GitHubRepository | null> {
  const repository = await parts.store.repositories.get(repositoryId);
  return repository === null ? null : parts.github.repository(repository);
}
