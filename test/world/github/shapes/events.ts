import type * as has from "../state.ts";
import type { Scene, Webhook } from "./scene.ts";
import type { Site } from "./site.ts";
import { viewsOf } from "./views.ts";
import * as sent from "./webhooks.ts";

type Repo = has.RepositoryState;
type Run = has.RunState;
type Job = has.JobState;

/** What an event happens in: whose repository, who did it, which installation hears of it. */
export interface Where {
  repository: Repo;
  senderId: number;
  installationId: number | null;
}

/** The webhooks that GitHub sends, straight out of the simulator's state. */
export function webhooksOf(state: has.State, site: Site) {
  const view = viewsOf(state);
  const reviewedJobs = (jobs: readonly Job[]) =>
    jobs.map((job) => ({ job: view.job(job), environment: job.environment ?? "" }));
  const scene = (where: Where): Scene => ({
    site,
    repository: view.repository(where.repository),
    sender: view.account(where.senderId),
    installationId: where.installationId,
  });

  return {
    issueComment: (
      where: Where,
      change: Parameters<typeof sent.issueComment>[1],
      on: has.IssueState,
      it: has.CommentState,
    ): Webhook =>
      sent.issueComment(scene(where), change, view.issue(where.repository, on), view.comment(where.repository, it)),
    issues: (where: Where, action: "opened" | "closed" | "reopened", it: has.IssueState): Webhook =>
      sent.issues(scene(where), action, view.issue(where.repository, it)),
    workflowRun: (where: Where, action: "requested" | "in_progress" | "completed", it: Run): Webhook =>
      sent.workflowRun(scene(where), action, view.run(where.repository, it)),
    /** With `deployment` false GitHub leaves the job's deployment out, as it often does. */
    workflowJob: (
      where: Where,
      action: "queued" | "waiting" | "in_progress" | "completed",
      on: Run,
      it: Job,
      deployment = true,
    ): Webhook =>
      sent.workflowJob(
        scene(where),
        action,
        view.run(where.repository, on, it.attempt),
        view.job(it),
        deployment && it.deployment !== null ? view.deployment(it.deployment) : null,
      ),
    deploymentProtectionRule: (where: Where, on: Run, it: Job): Webhook =>
      sent.deploymentProtectionRule(
        scene(where),
        view.run(where.repository, on, it.attempt),
        it.environment ?? "",
        it.deployment === null ? null : view.deployment(it.deployment),
      ),
    reviewRequested: (
      where: Where,
      on: Run,
      it: Job,
      environment: has.EnvironmentState,
      requestorId: number,
    ): Webhook => {
      const reviewers = (environment.reviewers ?? []).map(view.reviewer);
      const job = { job: view.job(it), environment: environment.name };
      const change = { action: "requested" as const, job, reviewers, requestor: view.account(requestorId) };
      return sent.deploymentReview(scene(where), change, view.run(where.repository, on), it.createdAt);
    },
    reviewed: (
      where: Where,
      action: "approved" | "rejected",
      on: Run,
      jobs: readonly Job[],
      approverId: number,
      comment: string,
    ): Webhook => {
      const change = { action, jobs: reviewedJobs(jobs), approver: view.account(approverId), comment };
      return sent.deploymentReview(scene(where), change, view.run(where.repository, on), on.createdAt);
    },
    repositoryChanged: (where: Where, change: Parameters<typeof sent.repositoryChanged>[1]): Webhook =>
      sent.repositoryChanged(scene(where), change),
    repositoryTransferred: (where: Where, fromId: number): Webhook =>
      sent.repositoryChanged(scene(where), { action: "transferred", from: view.account(fromId) }),
    member: (where: Where, action: "added" | "removed" | "edited", userId: number, role?: "admin" | "write" | "read") =>
      sent.member(scene(where), action, view.account(userId), role),
    membership: (
      action: "added" | "removed",
      of: has.TeamState,
      userId: number,
      senderId: number,
      installationId: number,
    ) => sent.membership(site, action, view.team(of), view.account(userId), view.account(senderId), installationId),
    organizationMember: (
      action: "member_added" | "member_removed",
      orgId: number,
      userId: number,
      senderId: number,
      installationId: number,
    ): Webhook => {
      const change = { action, member: view.account(userId), role: "member" as const };
      return sent.organizationChanged(site, change, view.account(orgId), view.account(senderId), installationId);
    },
    organizationRenamed: (from: string, orgId: number, senderId: number, installationId: number): Webhook => {
      const change = { action: "renamed" as const, from };
      return sent.organizationChanged(site, change, view.account(orgId), view.account(senderId), installationId);
    },
    installation: (
      action: Parameters<typeof sent.installationChanged>[1],
      of: has.InstallationState,
      some: readonly Repo[],
      senderId: number,
    ): Webhook =>
      sent.installationChanged(site, action, view.installation(of), some.map(view.repository), view.account(senderId)),
    installationRepositories: (
      action: "added" | "removed",
      of: has.InstallationState,
      some: readonly Repo[],
      senderId: number,
    ): Webhook =>
      sent.installationRepositories(
        site,
        action,
        view.installation(of),
        some.map(view.repository),
        view.account(senderId),
      ),
    authorizationRevoked: (senderId: number): Webhook => sent.authorizationRevoked(site, view.account(senderId)),
    ping: (appId: number, at: Date): Webhook => {
      const of = view.app(appId);
      return sent.ping(site, appId, of.events, state.apps.get(appId)?.hookUrl ?? "", at);
    },
    push: (
      where: Where,
      branch: string,
      before: string,
      commits: readonly has.CommitState[],
      forced = false,
    ): Webhook => sent.push(scene(where), `refs/heads/${branch}`, before, commits.map(view.commit), forced),
  };
}
