import { judge } from "../domain/doctor/report.ts";
import type { ApprovalFacts, WeighedApproval } from "../domain/facts.ts";
import type { Facts, GitHubRuleFacts } from "../domain/decide.ts";
import { approvalGroups, jointPolicy } from "../domain/several.ts";
import type { ApprovalGroup } from "../domain/several.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Approval, Release, SealedToken } from "../domain/release-types.ts";
import type { GitHubRepository, Job, PendingDeployment, Run, RunApproval } from "../github/types.ts";
import { askedOnce } from "./asked-once.ts";
import { doctorPolicyOf, lookAtWorkflow, namedWorkflow } from "./doctor/workflow-report.ts";
import { policiesOf, policyAt, policyAtHead, policyPath } from "./policy-at.ts";
import { listFact } from "./check-way.ts";
import { readPlace } from "./place.ts";
import type { Place } from "./place.ts";
import { releaserOf } from "./several/releasers.ts";
import { stageFacts } from "./stage/facts.ts";
import { tokenFacts } from "./tokens/for-release.ts";
import type { Wanted } from "./tokens/for-release.ts";
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

export interface GatherOptions {
  /** GitHub's own review is what arming ends with, so it isn't waited for. */
  reviewFollows?: boolean;
  /** A word that is being given at this moment, and counts with those that were given before. */
  word?: Approval;
}

/**
 * Reads everything a decision rests on, as it is now, side by side: policy, people, environment, secrets, run, jobs and
 * GitHub's own rules. Throws where a read fails; nothing was changed then, and the reading is tried again. One round trip where
 * the policy is still what the release was asked under, two where it isn't.
 */
export async function gather(
  parts: DeskParts,
  github: GitHubRepository,
  release: Release,
  { reviewFollows = false, word }: GatherOptions = {},
): Promise<Gathered> {
  const asked = await policyAt(github, release.policySha);
  const policies = policiesOf(asked, release);
  const pinned = jointPolicy(policies);
  const before = await parts.store.approvals.of(release.id);
  const given = word === undefined || before.some(({ id }) => id === word.id) ? before : [...before, word];
  const [head, place, permission, ofRun, branchHead, approvalsPinned, releaserPinned, lock, looked] = await Promise.all(
    [
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
      weighAll(github, release, policies, given),
      releaserOf(github, policies, release.releaserLogin),
      parts.store.leases.locking(release.repositoryId, release.environmentId),
      // Kept since the request: as a rule nothing of it is asked again.
      lookAtWorkflow(parts, github, namedWorkflow(asked.policy, pinned), release.sha),
      // What its owner asks of all repositories is kept a minute: asked here, it is there when the token is looked at.
      github.ownersFile(policyPath).catch(() => null),
    ],
  );
  const policiesNow = policiesOf(head, release);
  const now = jointPolicy(policiesNow);
  const same = head.blob === release.policyBlob;
  const [named, approvalsNow, { facts: token, token: sealed }, rules] = await Promise.all([
    same ? releaserPinned : releaserOf(github, policiesNow, release.releaserLogin),
    same ? approvalsPinned : weighAll(github, release, policiesNow, given),
    tokenFacts(parts, github, now, wantedToken(release), place.key?.keyId ?? ""),
    doctorPolicyOf(github, head.policy),
  ]);
  const stage = await stageFacts(parts, release, [pinned, now]);
  const { run, pending, reviews } = ofRun;
  const jobs = ofRun.jobs.filter((job) => job.name === release.jobName);
  if (run === null && release.runId !== null) throw new Error(`run ${release.runId} is not to be seen`);
  return {
    run,
    jobId: jobs[0]?.id ?? null,
    token: sealed,
    policy: now,
    policySha: head.sha,
    facts: {
      sha: release.sha,
      branch: release.branch,
      workflowPath: release.workflowPath,
      releaser: { login: release.releaserLogin, isHuman: true, permission, ...named, ...listFact(pinned) },
      approvalsPinned,
      approvalsNow,
      policyNow: now,
      policyChanged: !same,
      otherwise: otherwise(release, policies, policiesNow, place),
      environment: place.environment,
      doctor: judge(looked.findings, looked.unchecked, rules, parts.clock.now()),
      // A secret of ours that is still to be removed is waited for; it isn't somebody else's.
      secret: lock?.secretName === release.secretName ? { ...place.secret, inEnvironment: false } : place.secret,
      token,
      run:
        run === null
          ? null
          : {
              attempt: run.attempt,
              status: run.status,
              headSha: run.headSha,
              event: run.event,
              path: run.path,
              jobsNamed: jobs.length,
            },
      branchHead,
      gitHub: {
        ...gitHubRules(place, pending, reviews, release.environmentId, release.gateAskedAt ?? parts.clock.now()),
        reviewFollows,
      },
      gateAsked: release.gateAskedAt !== null,
      environmentFree: lock === null,
      stage,
    },
  };
}

/** Whose token a release is armed with. */
export function wantedToken(release: Release): Wanted {
  const { repositoryId, environmentId, releaserId, id } = release;
  return { repositoryId, environmentId, personId: releaserId, releaseId: id };
}

/** In what the policy now, or the environment itself, is not what the release was asked for. */
function otherwise(release: Release, pinned: PackagePolicy[], policies: PackagePolicy[], place: Place): string[] {
  const keys = ["mode", "gate", "environment", "secret", "workflow", "registry"] as const;
  const differs = policies.flatMap((now, index) => {
    const before = pinned[index] ?? now;
    const of = policies.length > 1 ? ` of ${now.name}` : "";
    const others = keys.filter((key) => now[key] !== before[key]).map((key) => `\`${key}\`${of} is another.`);
    if (now.branches.length > 0 && !now.branches.includes(release.branch))
      others.push(`\`branches\`${of} doesn't name \`${release.branch}\` any more.`);
    return others;
  });
  if (place.environment.exists && place.environment.id !== release.environmentId)
    differs.push(`the environment \`${release.environmentName}\` was made anew${unguarded(place)}.`);
  return differs;
}

function unguarded({ environment }: Place): string {
  return environment.ourRule || environment.requiredReviewers ? "" : ", without Countersign's protection rule";
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

/** Approvals as the policy counts them, packages that are counted alike together. */
export function allApprovalFacts(
  release: Release,
  policies: readonly PackagePolicy[],
  weighed: (group: ApprovalGroup) => WeighedApproval[],
): ApprovalFacts[] {
  const groups = approvalGroups(policies);
  return groups.map((group) => ({
    sha: release.sha,
    releaserId: release.releaserId,
    releaserLogin: release.releaserLogin,
    given: weighed(group),
    from: group.approvals.from,
    count: group.approvals.count,
    self: group.approvals.self,
    ...(groups.length > 1 ? { of: group.packages } : {}),
    ...(release.purpose === "publish"
      ? {}
      : { withoutAny: `${release.releaserLogin} asked for it, and npm's second factor has to confirm it.` }),
  }));
}

/** The same of people as they are now. */
export async function weighAll(
  github: GitHubRepository,
  release: Release,
  policies: readonly PackagePolicy[],
  given: Approval[],
): Promise<ApprovalFacts[]> {
  const groups = approvalGroups(policies);
  const asking = groups.length > 1 ? askedOnce(github) : github;
  const words = await Promise.all(groups.map((group) => weigh(asking, group, given)));
  return allApprovalFacts(release, policies, ({ packages: [first] }) => {
    return words[groups.findIndex(({ packages }) => packages[0] === first)] ?? [];
  });
}

/**
 * GitHub's own rules, read from the run's approvals; a wait timer from `wait_timer_started_at`, since it sends no webhook.
 */
function gitHubRules(
  place: Place,
  pending: PendingDeployment[],
  reviews: RunApproval[],
  environmentId: number,
  askedAt: Date,
): Omit<GitHubRuleFacts, "reviewFollows"> {
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
    waitUntil: waitUntil(mine, askedAt),
  };
}

/**
 * When a wait timer is over. Where GitHub doesn't tell its beginning it began, at the latest, when our gate was asked (or begins
 * now): nothing is armed before that much time has passed.
 */
function waitUntil(mine: PendingDeployment | undefined, askedAt: Date): Date | null {
  if (mine === undefined || mine.waitTimer === 0) return null;
  return new Date((mine.waitTimerStartedAt ?? askedAt).getTime() + mine.waitTimer * 60_000);
}
