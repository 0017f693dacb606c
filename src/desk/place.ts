import { branchAllowed } from "../domain/branch-pattern.ts";
import type { EnvironmentFacts, SecretFacts } from "../domain/facts.ts";
import { isTokenMode } from "../domain/checks.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Environment, GitHubRepository } from "../github/types.ts";
import type { DeskParts } from "./types.ts";

/** An environment as it is now: its protection, the key that secrets are sealed to, and whether the secret's name is free. */
export interface Place {
  environment: EnvironmentFacts;
  secret: SecretFacts;
  /** Logins and teams of GitHub's required reviewers. */
  reviewers: string[];
  /** null where the environment doesn't exist. */
  key: { keyId: string; key: string } | null;
}

/**
 * Reads a place in one round trip (all calls side by side). Throws GitHubError where a read fails: a place that can't be read
 * whole isn't judged.
 */
export async function readPlace(
  parts: Pick<DeskParts, "github">,
  github: GitHubRepository,
  policy: Pick<PackagePolicy, "environment" | "secret" | "mode">,
  branch: string,
): Promise<Place> {
  const name = policy.environment;
  const environment = await github.environment(name);
  if (environment === null) return absentPlace(policy);
  const [self, rules, patterns, key, present, elsewhere] = await Promise.all([
    parts.github.self(),
    github.customRules(name),
    environment.branchPolicy?.customBranchPolicies === true ? github.branchPatterns(name) : Promise.resolve([]),
    github.environmentKey(name),
    isTokenMode(policy.mode) ? github.environmentSecret(name, policy.secret) : Promise.resolve(null),
    isTokenMode(policy.mode) ? github.sameNamedSecrets(policy.secret) : Promise.resolve([]),
  ]);
  const enabled = rules.filter((rule) => rule.enabled);
  return {
    environment: {
      ...environmentFacts(environment),
      branchAllowed: environment.branchPolicy?.customBranchPolicies === true ? branchAllowed(patterns, branch) : true,
      ourRule: enabled.some((rule) => rule.appId === self.id),
      otherRules: enabled.filter((rule) => rule.appId !== self.id).map((rule) => rule.appSlug),
    },
    secret: { name: policy.secret, inEnvironment: present !== null, elsewhere },
    reviewers: environment.requiredReviewers?.reviewers.map(({ name: who }) => who) ?? [],
    key,
  };
}

function environmentFacts(
  environment: Environment,
): Omit<EnvironmentFacts, "branchAllowed" | "ourRule" | "otherRules"> {
  return {
    name: environment.name,
    exists: true,
    id: environment.id,
    adminsCanBypass: environment.adminsCanBypass,
    waitTimer: environment.waitTimer,
    requiredReviewers: environment.requiredReviewers !== null,
    preventSelfReview: environment.requiredReviewers?.preventSelfReview ?? false,
    branchRestricted: environment.branchPolicy !== null,
  };
}

function absentPlace(policy: Pick<PackagePolicy, "environment" | "secret">): Place {
  return {
    environment: {
      name: policy.environment,
      exists: false,
      id: 0,
      adminsCanBypass: null,
      waitTimer: 0,
      requiredReviewers: false,
      preventSelfReview: false,
      branchRestricted: false,
      branchAllowed: false,
      ourRule: false,
      otherRules: [],
    },
    secret: { name: policy.secret, inEnvironment: false, elsewhere: [] },
    reviewers: [],
    key: null,
  };
}
