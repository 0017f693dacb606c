import type { EnvironmentFacts, SecretFacts } from "../../facts.ts";
import { isTokenMode } from "../../mode.ts";
import { environmentFaults, secretFaults } from "../../place-faults.ts";
import type { PlaceFault } from "../../place-faults.ts";
import type { PackagePolicy } from "../../policy-types.ts";
import type { Finding } from "../report.ts";
import type { RuleId } from "../rules.ts";
import { ruleOf } from "../rules.ts";
import { shellWord } from "../shell-word.ts";

/** An environment as a package of the policy uses it, with what was read of both. */
export interface PlaceToCheck {
  environment: EnvironmentFacts;
  secret: SecretFacts;
  policy: Pick<PackagePolicy, "gate" | "mode">;
  /** Branch that releases come from. */
  branch: string;
  repository: { owner: string; name: string; private: boolean };
  /** Id of our own app, for the command that enables its rule. */
  appId: number;
}

const ruleIds: Record<PlaceFault["rule"], RuleId> = {
  environment: "environment-exists",
  "other-rules": "other-rules",
  gate: "our-rule",
  "admin-bypass": "admin-bypass",
  branches: "branch-policy",
  secret: "standing-secret",
};

const dayMinutes = 24 * 60;

/**
 * The rules about one environment: those that are part of every decision by the decision's own judgement and words, and what only
 * the doctor warns of. Pure.
 */
export function checkPlace(place: PlaceToCheck): Finding[] {
  const { environment, secret, policy, branch } = place;
  const faults = [
    ...environmentFaults(environment, policy, branch),
    ...(isTokenMode(policy.mode) && environment.exists ? secretFaults(secret) : []),
  ];
  return [...faults.map((fault) => found(place, fault)), ...(environment.exists ? warnings(place) : [])];
}

function found(place: PlaceToCheck, { rule, what, mend }: PlaceFault): Finding {
  const command = commandFor(rule, place);
  return {
    rule: ruleIds[rule],
    where: null,
    subject: place.environment.name,
    text: `${what}.`,
    mend: { text: `${mend.slice(0, 1).toUpperCase()}${mend.slice(1)}.`, ...(command === null ? {} : { command }) },
  };
}

/**
 * A command for an administrator, where one does it without undoing anything else. GitHub's call that changes an environment isn't
 * used on one that is there: what it does to rules that it isn't told of isn't written down. For the bypass GitHub documents no call.
 */
function commandFor(rule: PlaceFault["rule"], place: PlaceToCheck): string | null {
  const { environment, secret, repository, branch, appId, policy } = place;
  const slug = `${repository.owner}/${repository.name}`;
  const at = `repos/${slug}/environments/${encodeURIComponent(environment.name)}`;
  if (rule === "environment") return `gh api --method PUT ${shellWord(at)}`;
  if (rule === "gate" && policy.gate === "rule")
    return `gh api --method POST ${shellWord(`${at}/deployment_protection_rules`)} -F integration_id=${appId}`;
  if (rule === "branches" && environment.branchRestricted)
    return `gh api --method POST ${shellWord(`${at}/deployment-branch-policies`)} -f name=${shellWord(branch)}`;
  if (rule !== "secret") return null;
  const remove = `gh secret delete ${shellWord(secret.name)}`;
  if (secret.inEnvironment) return `${remove} --repo ${shellWord(slug)} --env ${shellWord(environment.name)}`;
  return secret.elsewhere
    .map((where) =>
      where === "repository" ? `${remove} --repo ${shellWord(slug)}` : `${remove} --org ${shellWord(repository.owner)}`,
    )
    .join("\n");
}

function warnings(place: PlaceToCheck): Finding[] {
  const { environment: facts, policy, repository } = place;
  const name = `\`${facts.name}\``;
  const all: Array<[RuleId, string] | null> = [
    // Where nothing at all holds the job, that is what is said.
    policy.gate === "rule" && facts.ourRule && !facts.requiredReviewers
      ? ["required-reviewers", `The environment ${name} has no required reviewers of GitHub's own.`]
      : null,
    facts.requiredReviewers && !facts.preventSelfReview
      ? ["self-review", `On the environment ${name} whoever started a deployment may review it.`]
      : null,
    facts.waitTimer > dayMinutes
      ? ["wait-timer", `The wait timer of ${name} holds each release for ${Math.round(facts.waitTimer / 60)} hours.`]
      : null,
    repository.private && !facts.ourRule && !facts.requiredReviewers
      ? [
          "plan",
          `The repository is private and ${name} has no rule that holds a job; below GitHub Enterprise GitHub offers none.`,
        ]
      : null,
  ];
  return all
    .filter((one): one is [RuleId, string] => one !== null)
    .map(([rule, text]) => ({ rule, where: null, subject: facts.name, text, mend: { text: ruleOf(rule).mend } }));
}
