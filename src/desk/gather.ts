import type { ApprovalFacts, WeighedApproval } from "../domain/facts.ts";
import type { Facts, GitHubRuleFacts } from "../domain/decide.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Release, SealedToken } from "../domain/release-types.ts";
import type { GitHubRepository, Job, PendingDeployment, Run, RunApproval } from "../github/types.ts";
import { packageOf, policyAt, policyAtHead } from "./policy-at.ts";
import { readPlace } from "./place.ts";
import type { Place } from "./place.ts";
import { isPrincipal } from "./principals.ts";
import type { DeskParts } from "./types.ts";
import { weigh } from "./weigh.ts";

/** Facts for arming, and what arming itself needs of what was read. */
export interface Gathered {
  facts: Facts;
  run: Run | null;
  jobId: number | null;
  token: SealedToken | null;
  policy: PackagePolicy;
  /** The policy's commit that was read as the head. */
  policySha: string;
}

/**
 * Reads everything a decision rests on, as it is now, side by side: policy, people, environment, secrets, run, jobs and
 * GitHub's own rules. Throws where a read fails; nothing was changed then, and the reading is tried again. `reviewFollows`:
 * GitHub's own review is what arming ends with, so it isn't waited for.
 */
export async function gather(
  parts: DeskParts,
  github: GitHubRepository,
  release: Release,
  reviewFollows = false,
): Promise<Gathered> {
  const pinned = await policyAt(github, release.policySha).then((at) => packageOf(at, release.package));
  const [head, place, permission, ofRun, branchHead, given, token, lock] = await Promise.all([
    policyAtHead(github),
    readPlace(
      parts,
      github,
      { environment: release.environmentName, secret: release.secretName, mode: release.mode },
      release.branch,
    ),
    github.permission(release.releaserLogin),
    readRun(github, release.runId),
    release.runId === null ? github.branchHead(release.branch) : Promise.resolve(null),
    parts.store.approvals.of(release.id),
    parts.store.tokens.live(release.repositoryId, release.environmentId, release.releaserId),
    parts.store.leases.locking(release.repositoryId, release.environmentId),
  ]);
  const now = packageOf(head, release.package);
  const [isReleaser, weighedNow] = await Promise.all([
    isPrincipal(github, now.releasers, release.releaserLogin),
    weigh(github, now, given),
  ]);
  const weighedPinned = head.blob === release.policyBlob ? weighedNow : await weigh(github, pinned, given);
  const { run, pending, reviews } = ofRun;
  const named = ofRun.jobs.filter((job) => job.name === release.jobName);
  if (run === null && release.runId !== null) throw new Error(`run ${release.runId} is not to be seen`);
  return {
    run,
    jobId: named[0]?.id ?? null,
    token,
    policy: now,
    policySha: head.sha,
    facts: {
      sha: release.sha,
      branch: release.branch,
      workflowPath: release.workflowPath,
      releaser: { login: release.releaserLogin, isHuman: true, permission, isReleaser },
      approvalsPinned: approvalFacts(release, pinned, weighedPinned),
      approvalsNow: approvalFacts(release, now, weighedNow),
      policyNow: now,
      policyChanged: head.blob !== release.policyBlob,
      environment: place.environment,
      secret: place.secret,
      token: { token, keyId: place.key?.keyId ?? "" },
      run:
        run === null
          ? null
          : {
              attempt: run.attempt,
              status: run.status,
              headSha: run.headSha,
              event: run.event,
              path: run.path,
              jobsNamed: named.length,
            },
      branchHead,
      gitHub: expected(gitHubRules(place, pending, reviews, release.environmentId), reviewFollows),
      gateAsked: release.gateAskedAt !== null,
      environmentFree: lock === null,
    },
  };
}

/** The run with its jobs and GitHub's own rules; nothing of it where it is still to be started. */
async function readRun(
  github: GitHubRepository,
  runId: number | null,
): Promise<{ run: Run | null; jobs: Job[]; pending: PendingDeployment[]; reviews: RunApproval[] }> {
  if (runId === null) return { run: null, jobs: [], pending: [], reviews: [] };
  const [run, jobs, pending, reviews] = await Promise.all([
    github.run(runId),
    github.jobs(runId, 1),
    github.pendingDeployments(runId),
    github.runApprovals(runId),
  ]);
  return { run, jobs, pending, reviews };
}

function expected(rules: GitHubRuleFacts, reviewFollows: boolean): GitHubRuleFacts {
  return reviewFollows && rules.reviewers === "waiting" ? { ...rules, reviewers: "approved" } : rules;
}

/** Approvals as a policy counts them. */
export function approvalFacts(release: Release, policy: PackagePolicy, given: WeighedApproval[]): ApprovalFacts {
  return {
    sha: release.sha,
    releaserId: release.releaserId,
    releaserLogin: release.releaserLogin,
    given,
    from: policy.approvals.from,
    count: policy.approvals.count,
    self: policy.approvals.self,
  };
}

/**
 * GitHub's own rules, read from the run's approvals; a wait timer from `wait_timer_started_at`, since it sends no webhook.
 */
function gitHubRules(
  place: Place,
  pending: PendingDeployment[],
  reviews: RunApproval[],
  environmentId: number,
): GitHubRuleFacts {
  const mine = pending.find((item) => item.environmentId === environmentId);
  const words = reviews.filter(
    (review) => review.environmentIds.includes(environmentId) && review.user.type === "User",
  );
  const rejected = words.some((word) => word.state === "rejected");
  const approved = words.some((word) => word.state === "approved");
  return {
    reviewers: rejected
      ? "rejected"
      : !place.environment.requiredReviewers
        ? "none"
        : approved
          ? "approved"
          : "waiting",
    reviewerNames: place.reviewers,
    waitUntil:
      mine === undefined || mine.waitTimer === 0 || mine.waitTimerStartedAt === null
        ? null
        : new Date(mine.waitTimerStartedAt.getTime() + mine.waitTimer * 60_000),
  };
}
