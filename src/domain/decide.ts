import {
  checkAllApprovals,
  checkApprovals,
  checkEnvironment,
  checkReleaser,
  checkSecret,
  checkStage,
  checkToken,
} from "./checks.ts";
import { isTokenMode } from "./mode.ts";
import { doctorReason } from "./doctor/report.ts";
import type { Report } from "./doctor/report.ts";
import type { ApprovalFacts, EnvironmentFacts, ReleaserFacts, SecretFacts, TokenFacts } from "./facts.ts";
import type { PackagePolicy } from "./policy-types.ts";
import type { Reason } from "./reason.ts";
import { all } from "./reason.ts";
import { shortSha } from "./release.ts";
import type { StageFacts } from "./stage-approval.ts";

/** What was read of the run when the decision is made. */
export interface RunFacts {
  attempt: number;
  status: string;
  headSha: string;
  event: string;
  path: string;
  /** Jobs of this attempt that carry the name of the leased job. */
  jobsNamed: number;
}

/** GitHub's own rules on the environment, beside ours. */
export interface GitHubRuleFacts {
  /** Required reviewers: whether one of them has approved this run's environment. */
  reviewers: "none" | "waiting" | "approved" | "rejected";
  reviewerNames: string[];
  /** The review that arming ends with is given by us, as the person who is present. */
  reviewFollows: boolean;
  /** Instant at which the wait timer is over; null: no timer, or GitHub doesn't say when it began. */
  waitUntil: Date | null;
}

/** Everything a decision rests on, read at one time. */
export interface Facts {
  sha: string;
  branch: string;
  workflowPath: string;
  releaser: ReleaserFacts;
  /** The approvals by the policy the release was asked under, and by the policy as it is now: both must be satisfied. */
  approvalsPinned: ApprovalFacts[];
  approvalsNow: ApprovalFacts[];
  policyNow: PackagePolicy;
  policyChanged: boolean;
  /** What the policy now says otherwise than the release was asked for, as sentences. */
  otherwise: string[];
  environment: EnvironmentFacts;
  /** What the doctor says of the workflow at the release's commit, by the policy as it is now. */
  doctor: Report;
  secret: SecretFacts;
  token: TokenFacts;
  /** null: `gate: before-dispatch`, the run is started once the secret is there. */
  run: RunFacts | null;
  /** Commit that the release's branch points at now; it matters where the run is still to be started. */
  branchHead: string | null;
  gitHub: GitHubRuleFacts;
  gateAsked: boolean;
  environmentFree: boolean;
  /** Of a release that decides about what another one has staged; null: it publishes. */
  stage: StageFacts | null;
}

/**
 * Whether a release may be armed and its gate opened: a pure function of the facts and the time, returned as a tree of
 * reasons. Anything refused refuses the whole; anything that waits makes the whole wait.
 */
export function decide(facts: Facts, now: Date): Reason {
  const approvals = facts.policyChanged
    ? all("approvals", "Approvals, by the policy at the request and by the policy now.", [
        ...facts.approvalsPinned.map(checkApprovals),
        ...facts.approvalsNow.map(checkApprovals),
      ])
    : checkAllApprovals(facts.approvalsPinned, approvalsByPackage);
  const tokenRules = isTokenMode(facts.policyNow.mode)
    ? [checkSecret(facts.secret), checkToken(facts.token, facts.releaser.login, now)]
    : [];
  return all("release", "What this release rests on.", [
    ...(facts.stage === null ? [] : [checkStage(facts.stage)]),
    approvals,
    checkReleaser(facts.releaser),
    checkPolicy(facts),
    checkRun(facts),
    checkEnvironment(facts.environment, facts.policyNow, facts.branch),
    doctorReason(facts.doctor),
    ...tokenRules,
    checkGate(facts),
    checkReviewers(facts.gitHub, facts.environment.ourRule),
    checkWait(facts.gitHub, now),
    checkFree(facts),
  ]);
}

const approvalsByPackage = "Approvals, package by package.";

/** What can be said without asking GitHub: for the status comment while people are still missing. */
export function decideEarly(
  approvals: ApprovalFacts[],
  gateAsked: boolean,
  needsGate: boolean,
  others: Reason[] = [],
): Reason {
  const gate: Reason = !needsGate
    ? { rule: "gate", verdict: "satisfied", text: noGate }
    : gateAsked
      ? { rule: "gate", verdict: "satisfied", text: "The run waits at our gate." }
      : { rule: "gate", verdict: "waiting", text: "The run has not reached the environment yet." };
  return all("release", "What this release rests on.", [
    checkAllApprovals(approvals, approvalsByPackage),
    gate,
    ...others,
  ]);
}

/** A release is armed as it was asked for, or not at all. */
function checkPolicy(facts: Facts): Reason {
  const [first] = facts.otherwise;
  if (first !== undefined)
    return {
      rule: "policy",
      verdict: "refused",
      text: `The policy was changed since this release was asked for: ${first} Ask again with /release.`,
    };
  return {
    rule: "policy",
    verdict: "satisfied",
    text: facts.policyChanged
      ? "The policy was changed, but not in what this release rests on."
      : "The policy is the one it was asked for under.",
  };
}

function checkRun(facts: Facts): Reason {
  const { run } = facts;
  const no = (text: string): Reason => ({ rule: "run", verdict: "refused", text });
  if (run === null)
    return facts.branchHead === facts.sha
      ? {
          rule: "run",
          verdict: "satisfied",
          text: `\`${facts.branch}\` is still at ${shortSha(facts.sha)}; the run is started last.`,
        }
      : no(
          `\`${facts.branch}\` has moved since the checks were made for ${shortSha(facts.sha)}: look at what came in, then ask again.`,
        );
  if (run.attempt !== 1) return no(`The run is at attempt ${run.attempt}; a re-run is not the release.`);
  if (run.headSha !== facts.sha)
    return no(`The run is of commit ${shortSha(run.headSha)}, the release of ${shortSha(facts.sha)}.`);
  if (run.event !== "workflow_dispatch") return no(`The run was started by ${run.event}, not by a dispatch.`);
  if (run.path !== facts.workflowPath) return no(`The run is of ${run.path}, not of ${facts.workflowPath}.`);
  if (run.status === "completed") return no("The run is over.");
  if (run.jobsNamed !== 1)
    return no(`The run has ${run.jobsNamed} jobs with the name of the publishing job; it needs exactly one.`);
  return { rule: "run", verdict: "satisfied", text: `The run is of commit ${shortSha(facts.sha)}, attempt 1.` };
}

function checkGate(facts: Facts): Reason {
  if (facts.run === null) return { rule: "gate", verdict: "satisfied", text: noGate };
  if (!facts.environment.ourRule)
    return {
      rule: "gate",
      verdict: "satisfied",
      text: "GitHub's required reviewers hold the job; Countersign has no rule there.",
    };
  return facts.gateAsked
    ? { rule: "gate", verdict: "satisfied", text: "The run waits at our gate." }
    : { rule: "gate", verdict: "waiting", text: "The run has not reached the environment yet." };
}

/** What `gate: before-dispatch` gives up, in words. */
export const noGate =
  "This repository has no gate: approvals are counted here, and the run is started once the token is there; only the branch policy protects it then.";

function checkReviewers(facts: GitHubRuleFacts, ourRule: boolean): Reason {
  const rule = "github-reviewers";
  // Without our rule a review opens the job: given by anybody but us it comes before the secret, and the job goes without.
  if (!ourRule && facts.reviewers === "approved" && !facts.reviewFollows)
    return {
      rule,
      verdict: "refused",
      text: "It was approved directly on GitHub before the secret was there, so its job goes without: ask again, and approve on the release page.",
    };
  if (facts.reviewFollows && facts.reviewers === "waiting")
    return { rule, verdict: "satisfied", text: "GitHub's required review is given last, as the person who approves." };
  if (facts.reviewers === "none") return { rule, verdict: "satisfied", text: "GitHub asks for no review of its own." };
  if (facts.reviewers === "approved")
    return { rule, verdict: "satisfied", text: "GitHub's required reviewers have approved." };
  if (facts.reviewers === "rejected")
    return { rule, verdict: "refused", text: "A required reviewer rejected it on GitHub." };
  return {
    rule,
    verdict: "waiting",
    text: "GitHub's required reviewers have to approve, on GitHub or on the release page.",
    waitsFor: facts.reviewerNames,
  };
}

function checkWait(facts: GitHubRuleFacts, now: Date): Reason {
  if (facts.waitUntil === null || facts.waitUntil <= now)
    return { rule: "wait-timer", verdict: "satisfied", text: "No wait timer is running." };
  return {
    rule: "wait-timer",
    verdict: "waiting",
    text: `The environment's wait timer runs until ${facts.waitUntil.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
  };
}

function checkFree(facts: Facts): Reason {
  return facts.environmentFree
    ? {
        rule: "environment-free",
        verdict: "satisfied",
        text: "No other secret is or may be armed in this environment.",
      }
    : {
        rule: "environment-free",
        verdict: "waiting",
        text: "The secret of the release before is still being confirmed as removed.",
      };
}
