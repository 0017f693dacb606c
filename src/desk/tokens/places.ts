import { isTokenMode } from "../../domain/mode.ts";
import { Refusal } from "../../domain/errors.ts";
import type { PackagePolicy, Policy } from "../../domain/policy-types.ts";
import type { Person } from "../../domain/release-types.ts";
import { approvalWay, waysOf } from "../../domain/stage-approval.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { listFact } from "../check-way.ts";
import { packageOf, policyAtHead } from "../policy-at.ts";
import { isPrincipal } from "../principals.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts, TokenPlace } from "../types.ts";
import { rulesFor } from "./rules.ts";

/** A place as lists show it: without the key, which is read only when somebody is about to seal. */
export type ListedPlace = Omit<TokenPlace, "keyId" | "key">;

type Parts = Pick<DeskParts, "store" | "github" | "log">;

/** Repositories asked of GitHub at one time. */
const width = 6;

/**
 * Packages of these repositories that the person may release, or approve staged versions of, with a token of theirs, by the policy at
 * the default branch's head, in order of name. A repository whose policy is missing or broken, or that GitHub doesn't answer for, has none.
 */
export async function tokenPlaces(parts: Parts, person: Person, repositoryIds: number[]): Promise<ListedPlace[]> {
  const found: ListedPlace[] = [];
  for (let at = 0; at < repositoryIds.length; at += width) {
    const some = repositoryIds.slice(at, at + width);
    const lists = await Promise.all(some.map((id) => placesIn(parts, person, id)));
    found.push(...lists.flat());
  }
  return found.toSorted((one, other) => one.package.localeCompare(other.package));
}

async function placesIn(parts: Parts, person: Person, repositoryId: number): Promise<ListedPlace[]> {
  const github = await repositoryOf(parts, repositoryId);
  if (github === null) return [];
  try {
    const { policy } = await policyAtHead(github);
    const own = await ownPackages(github, policy, person);
    if (own.length === 0 || !(await mayWrite(github, person))) return [];
    const places = await Promise.all(own.map((one) => placeOf(parts, github, policy, one, own, person)));
    return places.filter((place) => place !== null);
  } catch (error) {
    if (error instanceof Refusal) return [];
    if (!(error instanceof GitHubError)) throw error;
    parts.log.warn({ repositoryId, code: error.code }, "GitHub didn't answer for a repository's token places.");
    return [];
  }
}

/** Ways with a token that the policy lets the person go: packages to release, and packages whose stages to approve. */
async function ownPackages(github: GitHubRepository, policy: Policy, person: Person): Promise<PackagePolicy[]> {
  const own: PackagePolicy[] = [];
  for (const one of waysOf(policy).filter((item) => isTokenMode(item.mode)))
    if (await isPrincipal(github, one.releasers, person.login)) own.push(one);
  return own;
}

/**
 * One place with the environment's present public key, for sealing to it: the package's own, or the one in which its stages are approved,
 * where `environment` names that.
 * @throws Refusal where the policy, the person's rights or the environment don't allow a token there
 * @throws GitHubError
 */
export async function tokenPlace(
  parts: Parts,
  person: Person,
  repositoryId: number,
  packageName: string,
  environment?: string,
): Promise<TokenPlace> {
  const github = await repositoryOf(parts, repositoryId);
  if (github === null) throw new Refusal("not-found", "There is no such repository.");
  const pinned = await policyAtHead(github);
  const policy = wayIn(packageOf(pinned, packageName), environment);
  if (!isTokenMode(policy.mode))
    throw new Refusal(
      "not-now",
      `${policy.name} is published by trusted publishing (\`mode: ${policy.mode}\`): it needs no token.`,
    );
  await refuseUnentitled(github, policy, person);
  const own = await ownPackages(github, pinned.policy, person);
  const place = await placeOf(parts, github, pinned.policy, policy, own, person);
  if (place === null)
    throw new Refusal(
      "environment-missing",
      `The environment \`${policy.environment}\` does not exist: create it under Settings → Environments, then come back.`,
    );
  return { ...place, ...(await github.environmentKey(policy.environment)) };
}

function wayIn(policy: PackagePolicy, environment: string | undefined): PackagePolicy {
  const same = (one: PackagePolicy | null): boolean =>
    environment === undefined || one?.environment.toLowerCase() === environment.toLowerCase();
  const found = [policy, approvalWay(policy)].find((one) => one !== null && same(one));
  if (found !== undefined && found !== null) return found;
  throw new Refusal("bad-input", `The policy uses another environment for ${policy.name}: open the page anew.`);
}

async function refuseUnentitled(github: GitHubRepository, policy: PackagePolicy, person: Person): Promise<void> {
  const [named, writes] = await Promise.all([
    isPrincipal(github, policy.releasers, person.login),
    mayWrite(github, person),
  ]);
  if (!named)
    throw new Refusal(
      "not-allowed",
      `${person.login} is not among \`${listFact(policy).list ?? "releasers"}\` of ${policy.name} in \`.github/countersign.yml\`.`,
    );
  if (!writes)
    throw new Refusal(
      "not-allowed",
      `${person.login} has no write access to ${github.repository.owner}/${github.repository.name}; a releaser needs it.`,
    );
}

async function mayWrite(github: GitHubRepository, person: Person): Promise<boolean> {
  return ["admin", "maintain", "write"].includes(await github.permission(person.login));
}

async function placeOf(
  parts: Parts,
  github: GitHubRepository,
  whole: Policy,
  policy: PackagePolicy,
  own: PackagePolicy[],
  person: Person,
): Promise<ListedPlace | null> {
  const [environment, rules] = await Promise.all([github.environment(policy.environment), rulesFor(github, policy)]);
  if (environment === null) return null;
  const current = await parts.store.tokens.live(github.repository.id, environment.id, person.id);
  // GitHub compares names of environments without regard to case.
  const sharing = own.filter((one) => one.environment.toLowerCase() === policy.environment.toLowerCase());
  return {
    repository: github.repository,
    package: policy.name,
    packages: sharing.map((one) => one.name),
    environmentId: environment.id,
    environmentName: environment.name,
    secretName: policy.secret,
    mode: policy.mode,
    approvesStages: policy.approvesStages === true,
    registry: policy.registry ?? null,
    rules,
    warnings: whole.warnings,
    current,
    currentKeyId: current === null ? null : (await github.environmentKey(policy.environment)).keyId,
  };
}
