import { parsePolicy, policyLines } from "../domain/policy.ts";
import type { PackageLines } from "../domain/policy/lines.ts";
import type { Sighting, Watch } from "../domain/out-of-band/types.ts";
import type { Policy, PolicyProblem } from "../domain/policy-types.ts";
import type { Release, Repository } from "../domain/release-types.ts";
import { lacks } from "../github/permissions.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";
import type { RepositorySummary } from "../store/types.ts";
import { policyPath } from "./policy-at.ts";
import type { DeskParts } from "./types.ts";

/** Releases on a repository's page. */
const shownReleases = 10;
/** What happened without a release, on the same page. */
const shownSightings = 50;

type Newest = RepositorySummary["packages"][number];

/** A repository as our own records have it. */
export interface RepositoryInList {
  repository: Repository;
  /** Releases under way. */
  active: number;
  /** As releases and sealed tokens tell, in order of name; `newest`: null where only a token tells of it. */
  packages: Array<{ name: string; newest: Newest | null }>;
  /** The newest release of all. */
  last: Newest | null;
}

/** The policy file at the head of the default branch. */
export type PolicyStanding =
  /** GitHub can't be asked now. */
  | { state: "unread" }
  | { state: "missing" }
  | { state: "broken"; sha: string; problems: PolicyProblem[] }
  | { state: "fine"; sha: string; policy: Policy; lines: PackageLines[] };

/** What the app may do there, by GitHub's word on its installation. */
export type Access =
  | { state: "fine" }
  /** GitHub can't be asked now. */
  | { state: "unread" }
  | { state: "suspended" }
  | { state: "removed" }
  /** Each as `name: access`. */
  | { state: "lacking"; permissions: string[] };

export interface RepositoryWithPolicy extends RepositoryInList {
  access: Access;
  policy: PolicyStanding;
  /** Newest first. */
  releases: Release[];
  /** Packages whose registry is looked at, in order of name. */
  watches: Watch[];
  /** What happened at registries without a release, newest first. */
  sightings: Sighting[];
}

/** Those of the repositories that we know, in order of name; GitHub isn't asked. */
export async function listRepositories(
  parts: Pick<DeskParts, "store">,
  repositoryIds: number[],
): Promise<RepositoryInList[]> {
  const [all, summaries, sealed] = await Promise.all([
    parts.store.repositories.all(),
    parts.store.releases.summaries(repositoryIds),
    parts.store.tokens.livePackages(repositoryIds),
  ]);
  const names = Map.groupBy(sealed, ({ repositoryId }) => repositoryId);
  return all
    .filter(({ id }) => summaries.has(id))
    .toSorted((one, other) => `${one.owner}/${one.name}`.localeCompare(`${other.owner}/${other.name}`))
    .map((repository) => {
      const { active, packages } = summaries.get(repository.id) ?? { active: 0, packages: [] };
      return inList(
        repository,
        active,
        packages,
        (names.get(repository.id) ?? []).map((one) => one.package),
      );
    });
}

function inList(repository: Repository, active: number, released: Newest[], sealed: string[]): RepositoryInList {
  const newest = new Map(released.map((one) => [one.package, one]));
  const names = [...new Set([...newest.keys(), ...sealed])].toSorted();
  const last = released.toSorted((one, other) => other.requestedAt.getTime() - one.requestedAt.getTime())[0] ?? null;
  return { repository, active, packages: names.map((name) => ({ name, newest: newest.get(name) ?? null })), last };
}

/** One repository with its policy, read at GitHub now; null where we don't know it (any more). */
export async function repositoryWithPolicy(
  parts: Pick<DeskParts, "store" | "github">,
  repositoryId: number,
): Promise<RepositoryWithPolicy | null> {
  const [one] = await listRepositories(parts, [repositoryId]);
  if (one === undefined) return null;
  const [access, policy, releases, watches, sightings] = await Promise.all([
    accessTo(parts, one.repository),
    standing(parts.github.repository(one.repository)),
    parts.store.releases.recent([repositoryId], shownReleases),
    parts.store.watches.ofRepository(repositoryId),
    parts.store.sightings.recent([repositoryId], shownSightings),
  ]);
  const live = watches.filter(({ removedAt }) => removedAt === null);
  return { ...one, access, policy, releases, watches: live, sightings };
}

/** What the app may do there. */
export async function accessTo(parts: Pick<DeskParts, "github">, repository: Repository): Promise<Access> {
  try {
    const installation = await parts.github.installation(repository.installationId);
    if (installation === null) return { state: "removed" };
    if (installation.suspended) return { state: "suspended" };
    const permissions = lacks(installation.permissions, repository.ownerType);
    return permissions.length === 0 ? { state: "fine" } : { state: "lacking", permissions };
  } catch (error) {
    if (error instanceof GitHubError) return { state: "unread" };
    throw error;
  }
}

/** The policy at the head of the default branch. */
export async function standing(github: GitHubRepository): Promise<PolicyStanding> {
  let sha: string | null = null;
  try {
    sha = await github.branchHead(github.repository.defaultBranch);
    const file = sha === null ? null : await github.file(policyPath, sha);
    if (sha === null || file === null) return { state: "missing" };
    const read = parsePolicy(file.text);
    if (!read.ok) return { state: "broken", sha, problems: read.problems };
    return { state: "fine", sha, policy: read.policy, lines: policyLines(file.text) };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    if (error.code !== "invalid" || sha === null) return { state: "unread" };
    const text = "it is no file that can be read (a folder, or above 1 MB).";
    return { state: "broken", sha, problems: [{ line: 1, column: 1, key: "", text }] };
  }
}
