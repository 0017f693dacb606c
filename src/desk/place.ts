import { branchAllowed } from "../domain/branch-pattern.ts";
import type { EnvironmentFacts, SecretFacts } from "../domain/facts.ts";
import { isTokenMode } from "../domain/mode.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import { GitHubError } from "../github/types.ts";
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
 * Reads a place in one round trip: what may turn out not to be needed is asked all the same, so that nobody waits for one answer
 * to ask the next. Throws GitHubError where a read fails: a place that can't be read whole isn't judged.
 */
export async function readPlace(
  parts: Pick<DeskParts, "github">,
  github: GitHubRepository,
  policy: Pick<PackagePolicy, "environment" | "secret" | "mode">,
  branch: string,
): Promise<Place> {
  const name = policy.environment;
  const [self, environment, rules, patterns, key, present, elsewhere] = await Promise.all([
    parts.github.self(),
    github.environment(name),
    orAbsent(github.customRules(name)),
    // Whether they are needed is the environment's to say: until then what GitHub answers where there are none breaks nothing.
    orError(github.branchPatterns(name)),
    orAbsent(github.environmentKey(name)),
    isTokenMode(policy.mode) ? github.environmentSecret(name, policy.secret) : null,
    isTokenMode(policy.mode) ? github.sameNamedSecrets(policy.secret) : [],
  ]);
  if (environment === null) return absentPlace(policy);
  if (rules instanceof GitHubError) throw rules;
  if (key instanceof GitHubError) throw key;
  const custom = environment.branchPolicy?.customBranchPolicies === true;
  if (custom && patterns instanceof GitHubError) throw patterns;
  const enabled = rules.filter((rule) => rule.enabled);
  return {
    environment: {
      ...environmentFacts(environment),
      branchAllowed: custom && !(patterns instanceof GitHubError) ? branchAllowed(patterns, branch) : true,
      ourRule: enabled.some((rule) => rule.appId === self.id),
      otherRules: enabled.filter((rule) => rule.appId !== self.id).map((rule) => rule.appSlug),
    },
    secret: { name: policy.secret, inEnvironment: present !== null, elsewhere },
    reviewers: environment.requiredReviewers?.reviewers.map(({ name: who }) => who) ?? [],
    key,
  };
}

/** Of an environment that isn't there GitHub says `not-found`, which is for the environment's own answer to tell. */
async function orAbsent<T>(asked: Promise<T>): Promise<T | GitHubError> {
  const answer = await orError(asked);
  if (answer instanceof GitHubError && answer.code !== "not-found") throw answer;
  return answer;
}

async function orError<T>(asked: Promise<T>): Promise<T | GitHubError> {
  return await asked.catch((error: unknown) => {
    if (error instanceof GitHubError) return error;
    throw error;
  });
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
