import { Refusal } from "./errors.ts";
import { isStageMode } from "./mode.ts";
import type { PackagePolicy, Policy } from "./policy-types.ts";
import type { Purpose, Release, ReleaseState } from "./release-types.ts";

/**
 * A package's policy as it holds for the job that approves or rejects its stages: the approver's token, a live second factor, an
 * environment and a workflow of its own. So everything that guards a release guards that job too. Null where the policy has none.
 */
export function approvalWay(policy: PackagePolicy): PackagePolicy | null {
  const { stageApproval: way, ...rest } = policy;
  if (way === undefined || !isStageMode(policy.mode)) return null;
  const { environment, workflow, secret, approvers } = way;
  return {
    ...rest,
    ...{ environment, workflow, secret, mode: "otp", branches: [] },
    releasers: approvers,
    // Nothing is built there: what was built twice is staged already, and compared by its shasum.
    secondBuild: false,
    // Asking for it is the approval, and npm's second factor confirms it.
    approvals: { count: 0, from: approvers, self: false },
    approvesStages: true,
    approvesOwnStages: way.self,
  };
}

/** Each package as it is published, and once more as its stages are approved: whatever a token may be sealed for, or a job armed for. */
export function waysOf(policy: Pick<Policy, "packages">): PackagePolicy[] {
  return policy.packages.flatMap((one) => [one, approvalWay(one)].filter((way) => way !== null));
}

/** The policy that holds for a release of this purpose. @throws Refusal where stages can't be approved from here */
export function policyFor(policy: PackagePolicy, purpose: Purpose): PackagePolicy {
  if (purpose === "publish") return policy;
  const way = approvalWay(policy);
  if (way !== null) return way;
  throw new Refusal(
    "not-now",
    `The policy of ${policy.name} doesn't let its stages be approved from here (\`stageApproval\`): approve or reject them at npm.`,
  );
}

/** What a decision about a stage rests on. */
export interface StageFacts {
  purpose: Exclude<Purpose, "publish">;
  /** Of the release that staged it; null: nobody knows it any more. */
  state: ReleaseState | null;
  /** Whether whoever decides asked for that release too, and whether the policy lets them. */
  own: boolean;
  selfAllowed: boolean;
}

/** The verb of a purpose, as npm's command and people say it. */
export const stageVerb = { "approve-stage": "approve", "reject-stage": "reject" } as const;

/** How a release of this purpose is asked for again. */
export function askedWith({ purpose }: Pick<Release, "purpose">): string {
  return purpose === "publish" ? "/release" : `/${purpose}`;
}

/** Sentences say how to ask again; what was no release is asked for in another way. */
export function inWordsOf(release: Pick<Release, "purpose">, text: string): string {
  return text.replaceAll(/(?<=again with )\/release\b/g, askedWith(release));
}
