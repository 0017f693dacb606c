import { diffParts, lineDiff } from "../domain/line-diff.ts";
import type { DiffLine } from "../domain/line-diff.ts";
import type { Release } from "../domain/release-types.ts";
import { toPublish } from "../domain/several.ts";
import { GitHubError } from "../github/types.ts";
import type { Comparison, GitHubRepository } from "../github/types.ts";
import { Refusal } from "../domain/errors.ts";
import { repositoryOf } from "./repository-of.ts";
import { someAtOnce } from "./some-at-once.ts";
import type { DeskParts, ReleaseView } from "./types.ts";

/** What a reviewer wants to know of a release beside its decision. */
export interface ReleaseChanges {
  workflow: WorkflowChange;
  /**
   * The last release of the package before this one that was published; null: none that we know. Of several packages the oldest of their
   * last ones: what came in since holds what is new in each of them.
   */
  last: Release | null;
  /** The package whose last release that is. */
  of: string;
  /** Those of which no release before this one is known: all of them is new. */
  unreleased: string[];
  /** What came in since. null: there is no last one, or GitHub doesn't know one of the two commits any more. */
  commits: Comparison | null;
}

/** The workflow file of the release's commit beside the default branch's as it is now. */
export interface WorkflowChange {
  path: string;
  branch: string;
  /** Commit at the head of that branch; null: it has none. */
  head: string | null;
  state: "same" | "changed" | "only-there" | "only-here" | "unreadable";
  /** What the release runs otherwise: `added` is at its commit, `removed` is on the default branch only. */
  parts: DiffLine[][];
}

/**
 * Reads what changed, at GitHub and in our own records; to be asked for only where somebody wants to see it.
 * @throws GitHubError
 * @throws Refusal where the repository isn't known any more
 */
export async function readChanges(
  parts: Pick<DeskParts, "store" | "github">,
  { release }: ReleaseView,
): Promise<ReleaseChanges> {
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) throw new Refusal("not-found", "GitHub doesn't show Countersign this repository any more.");
  const [workflow, since] = await Promise.all([workflowChange(github, release), commitsSince(parts, github, release)]);
  return { workflow, ...since };
}

async function commitsSince(
  parts: Pick<DeskParts, "store">,
  github: GitHubRepository,
  release: Release,
): Promise<Omit<ReleaseChanges, "workflow">> {
  const { repositoryId, number } = release;
  const lasts = new Map<string, Release | null>();
  await someAtOnce(toPublish(release), async (name) => {
    lasts.set(name, await parts.store.releases.publishedBefore(repositoryId, name, number));
  });
  const before = toPublish(release).map((of) => ({ of, last: lasts.get(of) ?? null }));
  const unreleased = before.filter(({ last }) => last === null).map(({ of }) => of);
  const oldest = before
    .filter(({ last }) => last !== null)
    .reduce<(typeof before)[number]>(
      (old, one) => (old.last === null || (one.last?.number ?? 0) < old.last.number ? one : old),
      { of: release.package, last: null },
    );
  const commits = oldest.last === null ? null : await github.compare(oldest.last.sha, release.sha);
  return { ...oldest, unreleased, commits };
}

async function workflowChange(github: GitHubRepository, release: Release): Promise<WorkflowChange> {
  const branch = github.repository.defaultBranch;
  const path = release.workflowPath;
  const head = await github.branchHead(branch);
  const about = { path, branch, head, parts: [] };
  if (head === null) return { ...about, state: "unreadable" };
  try {
    const [here, there] = await Promise.all([github.file(path, release.sha), github.file(path, head)]);
    if (here === null) return { ...about, state: there === null ? "unreadable" : "only-there" };
    if (there === null) return { ...about, state: "only-here" };
    if (here.blob === there.blob) return { ...about, state: "same" };
    return { ...about, state: "changed", parts: diffParts(lineDiff(there.text, here.text)) };
  } catch (error) {
    // A file above 1 MB has no text; no workflow of GitHub's is that large.
    if (error instanceof GitHubError && error.code === "invalid") return { ...about, state: "unreadable" };
    throw error;
  }
}
