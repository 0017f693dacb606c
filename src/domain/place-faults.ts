import type { EnvironmentFacts, SecretFacts } from "./facts.ts";
import { isTokenMode } from "./mode.ts";
import type { PackagePolicy } from "./policy-types.ts";

/** What keeps a place from being fit for a release, and how it is mended: the decision and the doctor say it with the same words. */
export interface PlaceFault {
  rule: "environment" | "other-rules" | "gate" | "admin-bypass" | "branches" | "secret";
  /** What is wrong: a sentence without its full stop. */
  what: string;
  /** What to do: a sentence without its full stop, in small letters. */
  mend: string;
}

/** A fault as one sentence. */
export function faultText({ what, mend }: PlaceFault): string {
  return `${what}: ${mend}.`;
}

/** The environment has to be there, guarded by our rule, and by nothing we can't read. */
export function environmentFaults(
  facts: EnvironmentFacts,
  policy: Pick<PackagePolicy, "gate" | "mode">,
  branch: string,
): PlaceFault[] {
  const name = `\`${facts.name}\``;
  if (!facts.exists)
    return [
      {
        rule: "environment",
        what: `The environment ${name} does not exist`,
        mend: "create it under Settings → Environments and enable Countersign's protection rule on it",
      },
    ];
  return [
    ...otherRules(facts, name),
    ...gate(facts, policy, name),
    ...(isTokenMode(policy.mode) ? adminBypass(facts, name) : []),
    ...branches(facts, branch, name),
  ];
}

function otherRules(facts: EnvironmentFacts, name: string): PlaceFault[] {
  if (facts.otherRules.length === 0) return [];
  const what = `The environment ${name} has a protection rule of another app (${facts.otherRules.join(", ")}), whose state can't be read`;
  return [{ rule: "other-rules", what, mend: "remove it" }];
}

function gate(facts: EnvironmentFacts, policy: Pick<PackagePolicy, "gate">, name: string): PlaceFault[] {
  if (policy.gate === "rule" && !facts.ourRule && !facts.requiredReviewers)
    return [
      {
        rule: "gate",
        what: `Nothing holds a job on ${name} back`,
        mend: `enable Countersign's protection rule on it (Settings → Environments → ${facts.name})`,
      },
    ];
  if (policy.gate === "before-dispatch" && (facts.ourRule || facts.requiredReviewers || facts.waitTimer > 0))
    return [
      {
        rule: "gate",
        what: `The environment ${name} holds jobs back by itself, so nothing may be armed before the dispatch`,
        mend: "set `gate: rule` in the policy",
      },
    ];
  return [];
}

function adminBypass(facts: EnvironmentFacts, name: string): PlaceFault[] {
  if (facts.adminsCanBypass === false) return [];
  if (facts.adminsCanBypass === true)
    return [
      {
        rule: "admin-bypass",
        what: `Administrators may bypass the rules of ${name}`,
        mend: "switch off “Allow administrators to bypass configured protection rules”",
      },
    ];
  return [
    {
      rule: "admin-bypass",
      what: `GitHub doesn't say whether administrators may bypass the rules of ${name}, so no token is put there`,
      mend: "use a GitHub whose answer about an environment has `can_admins_bypass`",
    },
  ];
}

function branches(facts: EnvironmentFacts, branch: string, name: string): PlaceFault[] {
  if (!facts.branchRestricted)
    return [
      {
        rule: "branches",
        what: `Any branch may deploy to ${name}`,
        mend: "set “Deployment branches and tags” to the branches that release",
      },
    ];
  if (facts.branchAllowed) return [];
  const what = `The environment ${name} doesn't let the branch \`${branch}\` deploy`;
  return [{ rule: "branches", what, mend: "add the branch to its “Deployment branches and tags”" }];
}

/** The secret's name has to be free, there and wherever GitHub would look next. */
export function secretFaults(facts: SecretFacts): PlaceFault[] {
  const mend = "delete it (and revoke what was in it)";
  if (facts.inEnvironment)
    return [
      {
        rule: "secret",
        what: `The environment already has a secret \`${facts.name}\` that Countersign didn't put there`,
        mend,
      },
    ];
  if (facts.elsewhere.length === 0) return [];
  const what = `A secret \`${facts.name}\` exists in the ${facts.elsewhere.join(" and the ")}; GitHub would use it silently`;
  return [{ rule: "secret", what, mend }];
}
