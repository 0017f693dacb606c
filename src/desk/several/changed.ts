import { Refusal } from "../../domain/errors.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import type { Release } from "../../domain/release-types.ts";
import { partOf } from "../../domain/several.ts";
import { either } from "../../domain/shown.ts";
import type { FolderEntry, GitHubRepository } from "../../github/types.ts";
import type { PackageState } from "../../npm/types.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";

/** A package of the policy with what the registry has of it; null: nothing yet. */
export interface Candidate {
  policy: PackagePolicy;
  state: PackageState | null;
}

/**
 * Those of the packages whose folder isn't what it was at their last release: git's id of the whole folder tells, at both commits, so that
 * neither the number of changed files nor the way that history took matters (a comparison by GitHub lists 300 files at most). A package of
 * which no last release is known counts as changed.
 * @throws Refusal where a package has no `directory`, or one that isn't there
 */
export async function changedOnes(
  parts: Pick<DeskParts, "store">,
  github: GitHubRepository,
  candidates: readonly Candidate[],
  sha: string,
): Promise<Candidate[]> {
  const without = candidates.filter(({ policy }) => policy.directory === undefined).map(({ policy }) => policy.name);
  if (without.length > 0)
    throw new Refusal(
      "policy-invalid",
      `\`--changed\` looks into each package's folder, and the policy names none for ${either(without.slice(0, 10), "and")}: add \`directory\`, or use \`--all\`.`,
    );
  const trees = treeReader(github);
  const changed = new Set<Candidate>();
  await someAtOnce(candidates, async (one) => {
    const { name, directory = "." } = one.policy;
    const [now, base] = await Promise.all([
      trees(directory, sha),
      lastCommit(parts, github, one, candidates.length > 1),
    ]);
    if (now === "unlisted")
      throw new Refusal(
        "policy-invalid",
        `GitHub lists the first ${mostListed} entries of a folder, and \`${directory}\` of \`${name}\` isn't among them where it should lie, so \`--changed\` can't tell whether it changed: name the packages, or use \`--all\`.`,
      );
    if (now === null)
      throw new Refusal(
        "policy-invalid",
        `The policy says that \`${name}\` lies in \`${directory}\`, and there is no such folder on the default branch: mend \`directory\`.`,
      );
    const before = base === null ? null : await trees(directory, base);
    if (before !== now) changed.add(one);
  });
  return candidates.filter((one) => changed.has(one));
}

/** Entries that GitHub lists of a folder (docs, "Get repository content"). */
const mostListed = 1000;

/**
 * The id of all that is in a folder at a commit; null: no such folder; `unlisted`: it may lie beside more than GitHub lists. Folders side
 * by side are read in one go.
 */
function treeReader(github: GitHubRepository): (directory: string, sha: string) => Promise<string | "unlisted" | null> {
  const read = new Map<string, Promise<FolderEntry[] | null>>();
  return async (directory, sha) => {
    // Of the whole repository the commit tells as much.
    if (directory === ".") return sha;
    const at = directory.lastIndexOf("/");
    const [parent, name] = [at < 0 ? "" : directory.slice(0, at), directory.slice(at + 1)];
    const key = `${sha} ${parent}`;
    const listing = read.get(key) ?? github.folder(parent, sha);
    read.set(key, listing);
    const entries = (await listing) ?? [];
    const found = entries.find((entry) => entry.isFolder && entry.name === name)?.oid;
    return found ?? (entries.length >= mostListed ? "unlisted" : null);
  };
}

/**
 * The commit of a package's last release: of the version that is `latest` now, by our own record or its tag; otherwise of our own last one.
 * A tag `v1.2.0` may be another package's where a repository has several, so there it counts last. null: none is known.
 */
async function lastCommit(
  parts: Pick<DeskParts, "store">,
  github: GitHubRepository,
  { policy: { name }, state }: Candidate,
  several: boolean,
): Promise<string | null> {
  const repositoryId = github.repository.id;
  const latest = state?.tags["latest"];
  const recorded = async (): Promise<string | null> =>
    (await parts.store.releases.publishedBefore(repositoryId, name, Number.MAX_SAFE_INTEGER))?.sha ?? null;
  if (latest === undefined) return await recorded();
  const all = await parts.store.releases.ofVersion(repositoryId, name, latest);
  const ours = all.find((one) => one.state === "published") ?? all.find((one) => isSeenLive(one, name));
  if (ours !== undefined) return ours.sha;
  const tag = async (of: string): Promise<string | null> => await github.tagCommit(of);
  const own = await tag(`${name}@${latest}`);
  if (own !== null) return own;
  return several
    ? ((await recorded()) ?? (await tag(`v${latest}`)))
    : ((await tag(`v${latest}`)) ?? (await recorded()));
}

/** Whether a release that didn't end as published made a package live all the same, with the bytes that its own job told of. */
function isSeenLive(release: Release, name: string): boolean {
  if (release.packages !== null) return partOf(release, name)?.verifiedAt !== undefined;
  return release.verifiedAt !== null && release.shasum !== null && release.shasum === release.runnerReport?.shasum;
}
