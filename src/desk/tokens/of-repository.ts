import { isTokenMode } from "../../domain/mode.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import { Refusal } from "../../domain/errors.ts";
import type { Person, Repository, SealedToken } from "../../domain/release-types.ts";
import { waysOf } from "../../domain/stage-approval.ts";
import { isUsable, tokenState } from "../../domain/token.ts";
import type { TokenState } from "../../domain/token.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { policyAtHead } from "../policy-at.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import { rulesFor } from "./rules.ts";

/** A token with its state by the environment's key as it is now. */
export interface KnownToken {
  token: SealedToken;
  state: TokenState;
}

/** One package of the policy with everybody's tokens that could release it. */
export interface PackageTokens {
  package: string;
  environmentName: string;
  /** They aren't for publishing, but for approving and rejecting what is staged. */
  approvesStages: boolean;
  keep: "until-expiry" | "never";
  /** null: the environment doesn't exist. Those on file, also what doesn't work any more; the longest first. */
  tokens: KnownToken[] | null;
}

/**
 * The tokens of a repository, package by package in the policy's order; packages that need none are left out.
 * @throws Refusal where the policy can't be read
 * @throws GitHubError
 */
export async function tokensOfRepository(
  parts: Pick<DeskParts, "store" | "clock">,
  github: GitHubRepository,
): Promise<PackageTokens[]> {
  const { policy } = await policyAtHead(github);
  const packages = waysOf(policy).filter((one) => isTokenMode(one.mode));
  const keys = new Map<string, Promise<Place | null>>();
  const found: PackageTokens[] = [];
  for (const one of packages) {
    const name = one.environment.toLowerCase();
    const place = keys.get(name) ?? readPlace(github, one);
    keys.set(name, place);
    found.push(await tokensFor(parts, github, one, await place));
  }
  return found;
}

interface Place {
  environmentId: number;
  keyId: string;
}

async function readPlace(github: GitHubRepository, { environment }: PackagePolicy): Promise<Place | null> {
  const found = await github.environment(environment);
  return found === null ? null : { environmentId: found.id, keyId: (await github.environmentKey(environment)).keyId };
}

async function tokensFor(
  parts: Pick<DeskParts, "store" | "clock">,
  github: GitHubRepository,
  policy: PackagePolicy,
  place: Place | null,
): Promise<PackageTokens> {
  const { keep } = await rulesFor(github, policy);
  const approvesStages = policy.approvesStages === true;
  const about = { package: policy.name, environmentName: policy.environment, approvesStages, keep };
  if (place === null) return { ...about, tokens: null };
  const now = parts.clock.now();
  const tokens = await parts.store.tokens.liveOfEnvironment(github.repository.id, place.environmentId);
  return {
    ...about,
    tokens: tokens
      .map((token) => ({ token, state: tokenState(token, now, place.keyId) }))
      .toSorted((one, other) => other.token.expiresAt.getTime() - one.token.expiresAt.getTime()),
  };
}

/**
 * The same for a person who asks, with the repository.
 * @throws Refusal for people without write access: who holds tokens is not for everybody
 */
export async function repositoryTokens(
  parts: Pick<DeskParts, "store" | "clock" | "github">,
  person: Person,
  repositoryId: number,
): Promise<{ repository: Repository; packages: PackageTokens[] }> {
  const github = await repositoryOf(parts, repositoryId);
  if (github === null) throw new Refusal("not-found", "There is no such repository.");
  if (!["admin", "maintain", "write"].includes(await github.permission(person.login)))
    throw new Refusal("not-allowed", "Only people with write access to the repository see whose tokens are on file.");
  return { repository: github.repository, packages: await tokensOfRepository(parts, github) };
}

/** How many people could release by now, and until when the last of them can. */
export function workingTokens({ tokens }: Pick<PackageTokens, "tokens">): { count: number; until: Date | null } {
  const working = (tokens ?? []).filter(({ token, state }) => isUsable(state) && token.forReleaseId === null);
  return { count: working.length, until: working[0]?.token.expiresAt ?? null };
}
