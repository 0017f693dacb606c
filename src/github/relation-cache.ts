import type { CommitRelation, GitHubRepository } from "./types.ts";

/** How pinned commits lie to their tags, with the instant of asking; the oldest go first. */
export type RelationCache = Map<string, { at: number; relation: Promise<CommitRelation | null> }>;

const most = 2000;
const hourMs = 3_600_000;

/**
 * Asked of GitHub once an hour for each installation, repository, tag and commit, also where several ask in one moment. Where it can't
 * be asked again, what it said last holds: a commit that was known to be a stranger's doesn't become an unknown one by a failure.
 */
export function forAnHour(
  kept: RelationCache,
  installationId: number,
  now: () => Date,
  ask: GitHubRepository["relation"],
): GitHubRepository["relation"] {
  return async (repository, base, sha) => {
    const key = `${installationId} ${repository.toLowerCase()} ${base} ${sha}`;
    const known = kept.get(key);
    const at = now().getTime();
    if (known !== undefined && at - known.at < hourMs) return await known.relation;
    const relation = ask(repository, base, sha);
    const [oldest] = kept.keys();
    if (!kept.delete(key) && kept.size >= most && oldest !== undefined) kept.delete(oldest);
    kept.set(key, { at, relation });
    try {
      return await relation;
    } catch (error) {
      kept.delete(key);
      if (known === undefined) throw error;
      kept.set(key, known);
      return await known.relation;
    }
  };
}
