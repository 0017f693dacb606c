import type { World } from "./index.ts";
import type { OrganizationState, RepositoryState } from "./github/state.ts";

type GitHub = Pick<World, "github">["github"];

/** Commits that are pinned in the world's workflows, by what they are. */
export const pinned = {
  checkout: "08c6903cd8c0fde910a37f88322edcfb5dd907a8",
  checkoutBefore: "11bd71901bbe5b1630ceea73d27597364c9af683",
  /** On the default branch, after the last version. */
  checkoutNext: "1111111111111111111111111111111111111111",
  /** Of a fork: it builds on the last version. */
  checkoutImpostor: "2345678deadbeefdeadbeefdeadbeefdeadbeef0",
  /** Of a fork, with a history of its own. */
  checkoutOrphan: "4444444444444444444444444444444444444444",
  setupNode: "a0853c24544627f65ddf259abe73b1d18a591444",
  countersign: "0000000000000000000000000000000000000000",
} as const;

/**
 * The repositories of the actions that the world's workflows use, public and without our app. As at GitHub, commits of forks are found
 * under the name of the repository that was forked, on no branch of it.
 */
export function createActions(github: GitHub): void {
  const actions = github.createOrganization("actions");
  const checkout = createAction(github, actions, "checkout", [
    [pinned.checkoutBefore, ["v4.2.2", "v4"]],
    [pinned.checkout, ["v5.0.0", "v5"]],
    [pinned.checkoutNext, []],
  ]);
  addCommit(github, checkout, pinned.checkoutImpostor, pinned.checkout);
  addCommit(github, checkout, pinned.checkoutOrphan, null);
  createAction(github, actions, "setup-node", [[pinned.setupNode, ["v5.0.0", "v5"]]]);
  createAction(github, github.createOrganization("countersign"), "countersign", [[pinned.countersign, []]]);
}

/** A repository with these commits on its default branch, oldest first, each with its tags. */
export function createAction(
  github: GitHub,
  owner: OrganizationState,
  name: string,
  commits: ReadonlyArray<[sha: string, tags: readonly string[]]>,
): RepositoryState {
  const repository = github.createRepository(owner, name, { files: { "README.md": name } });
  for (const [sha, tags] of commits) {
    addCommit(github, repository, sha, repository.branches.get(repository.defaultBranch) ?? null);
    github.setBranch(repository, repository.defaultBranch, sha);
    for (const tag of tags) github.setTag(repository, tag, sha);
  }
  return repository;
}

/** A commit that no branch or tag names. */
export function addCommit(github: GitHub, repository: RepositoryState, sha: string, parent: string | null): void {
  const files = new Map([["action.yml", `name: ${repository.name}\n`]]);
  const at = github.core.now();
  repository.commits.set(sha, {
    sha,
    message: `Commit ${sha.slice(0, 7)}`,
    authorId: repository.ownerId,
    at,
    parent,
    files,
  });
}
