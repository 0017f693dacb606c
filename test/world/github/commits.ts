import type { Core } from "./core.ts";
import type { CommitState, RepositoryState } from "./state.ts";
import type { Webhooks } from "./webhooks.ts";

/** A commit on a branch, and its `push` webhook; `null` deletes a file. */
export function commitFiles(
  { core, hooks }: { core: Core; hooks: Webhooks },
  repository: RepositoryState,
  authorId: number,
  files: Record<string, string | null>,
  message: string,
  branch: string,
): CommitState {
  const parent = repository.branches.get(branch) ?? null;
  const after = new Map(parent === null ? [] : (repository.commits.get(parent)?.files ?? []));
  for (const [path, text] of Object.entries(files)) {
    if (text === null) after.delete(path);
    else after.set(path, text);
  }
  const sha = core.sha(`${repository.id} ${message}`);
  const commit = { sha, message, authorId, at: core.now(), parent, files: after };
  repository.commits.set(sha, commit);
  repository.branches.set(branch, sha);
  hooks.emit(repository, authorId, (where) =>
    core.shapes.webhook.push(where, branch, parent ?? "0".repeat(40), [commit]),
  );
  core.changed();
  return commit;
}
