import type { Probot } from "probot";
import { handleComment, handleDeletion, handleEdit } from "./chat/comment.ts";
import type { IncomingComment } from "./chat/comment.ts";
import { after } from "./desk/after.ts";
import { repositoryArchived, repositoryDeleted } from "./desk/end-open.ts";
import { bringForward } from "./desk/forward.ts";
import { gateAsked } from "./desk/gate.ts";
import { foreignJobStarted, jobMoved, runEnded } from "./desk/progress.ts";
import { askWatches } from "./desk/out-of-band/keep.ts";
import { peopleChanged } from "./desk/people-changed.ts";
import { askDoctorCheck, touchesDoctor } from "./desk/doctor/push-check.ts";
import { askPolicyCheck } from "./desk/policy-check.ts";
import { policyPath } from "./desk/policy-at.ts";
import { reviewedOnGitHub } from "./desk/review.ts";
import { seen } from "./desk/repositories.ts";
import { askOwners } from "./desk/tokens/owners.ts";
import type { DeskParts } from "./desk/types.ts";
import type { Repository } from "./domain/release-types.ts";
import * as events from "./github/events.ts";
import { toRepository } from "./github/repository.ts";
import { readEvent } from "./github/events.ts";

/**
 * The Probot app: which event goes to which handler. Deliveries reach it from the inbox, never from the network, and each may
 * come twice, late and out of order.
 */
export function createApp(parts: DeskParts): (app: Probot) => void {
  const see = async (event: {
    repository: Parameters<typeof toRepository>[0];
    installation?: { id: number } | undefined;
  }): Promise<Repository> => {
    const known = await parts.store.repositories.get(event.repository.id);
    return await seen(parts, toRepository(event.repository, event.installation?.id ?? known?.installationId ?? 0));
  };
  return (app) => {
    app.on(["issue_comment.created", "issue_comment.edited", "issue_comment.deleted"], async ({ payload }) => {
      const event = readEvent(events.commentEvent, "issue_comment", payload);
      const comment = incoming(event, await see(event));
      const handlers = { created: handleComment, edited: handleEdit, deleted: handleDeletion };
      await handlers[event.action](parts, comment);
    });
    app.on("deployment_protection_rule.requested", async ({ payload }) => {
      const event = readEvent(events.gateEvent, "deployment_protection_rule", payload);
      await gateAsked(parts, {
        repository: await see(event),
        runId: event.deployment_callback_url,
        environment: event.environment,
      });
    });
    app.on(["deployment_review.approved", "deployment_review.rejected"], async ({ payload }) => {
      const event = readEvent(events.reviewEvent, "deployment_review", payload);
      await see(event);
      const reviewer = event.approver ?? event.sender;
      if (event.workflow_run === null || event.action === "requested" || reviewer.type !== "User") return;
      if (event.workflow_run.run_attempt !== 1) return;
      const jobs = [...(event.workflow_job_runs ?? []), ...(event.workflow_job_run ? [event.workflow_job_run] : [])];
      await reviewedOnGitHub(parts, {
        runId: event.workflow_run.id,
        environments: jobs.map((job) => job.environment),
        reviewer,
        verdict: event.action,
        comment: event.comment ?? null,
      });
    });
    app.on(["workflow_job.in_progress", "workflow_job.completed"], async ({ payload }) => {
      const event = readEvent(events.jobEvent, "workflow_job", payload);
      const { workflow_job: job } = event;
      const repository = await see(event);
      const status = event.action === "completed" ? "completed" : "in_progress";
      await jobMoved(parts, job.run_id, {
        id: job.id,
        name: job.name,
        attempt: job.run_attempt,
        status,
        conclusion: job.conclusion,
        startedAt: job.started_at ?? null,
        completedAt: job.completed_at ?? null,
      });
      if (status === "in_progress")
        await foreignJobStarted(parts, repository, {
          runId: job.run_id,
          attempt: job.run_attempt,
          name: job.name,
          environment: event.deployment?.environment ?? null,
        });
    });
    app.on("workflow_run.completed", async ({ payload }) => {
      const event = readEvent(events.runEvent, "workflow_run", payload);
      await see(event);
      const { id, conclusion, run_attempt: attempt } = event.workflow_run;
      if (attempt === 1) await runEnded(parts, id, { conclusion, attempt });
    });
    app.on("repository", async ({ payload }) => {
      const event = readEvent(events.repositoryEvent, "repository", payload);
      await peopleChanged(parts);
      const { id } = event.repository;
      if (event.action === "deleted") return await repositoryDeleted(parts, id);
      await see(event);
      if (event.action === "archived") await repositoryArchived(parts, id);
      if (event.action === "unarchived") await bringForward(parts, [id]);
      // Its default branch may be another one now, and its policy with it.
      if (event.action === "edited") await askWatches(parts, id);
    });
    app.on("push", async ({ payload }) => {
      const event = readEvent(events.pushEvent, "push", payload);
      const repository = await see(event);
      const touched = event.commits.flatMap((commit) => [...commit.added, ...commit.removed, ...commit.modified]);
      if (!event.ref.startsWith("refs/heads/") || /^0+$/.test(event.after)) return;
      if (touched.includes(policyPath)) await askPolicyCheck(parts, repository.id, event.after);
      if (touchesDoctor(touched)) await askDoctorCheck(parts, repository.id, event.after);
      if (event.ref !== `refs/heads/${repository.defaultBranch}`) return;
      if (touched.length > 0 && !touched.includes(policyPath)) return;
      await askOwners(parts, { repositoryId: repository.id });
      await askWatches(parts, repository.id);
    });
    app.on(["member", "membership"], async ({ payload }) => {
      const { member } = readEvent(events.memberEvent, "member", payload);
      await peopleChanged(parts);
      if (member) await askOwners(parts, { personId: member.id });
    });
    app.on("organization", async ({ payload }) => {
      const { action, membership, installation } = readEvent(events.organizationEvent, "organization", payload);
      await peopleChanged(parts);
      // All its repositories have another address by that.
      if (action === "renamed" && installation) await learnSoon(parts, installation.id);
      if (membership?.user) await askOwners(parts, { personId: membership.user.id });
    });
    app.on(["installation", "installation_repositories", "installation_target"], async ({ payload }) => {
      const { installation } = readEvent(events.installationEvent, "installation", payload);
      await peopleChanged(parts);
      await learnSoon(parts, installation.id);
    });
    app.on("github_app_authorization.revoked", async ({ payload }) => {
      const event = readEvent(events.authorizationEvent, "github_app_authorization", payload);
      await parts.store.sessions.endAllOf(event.sender.id);
    });
  };
}

/** GitHub is asked what it shows there now, whatever the event said: they come late and out of order. */
async function learnSoon(parts: DeskParts, installationId: number): Promise<void> {
  // A cause of its own: a try that waits for its turn after a failure doesn't hold this one up.
  await after(parts, "repositories", String(installationId), `event-${parts.clock.now().getTime()}`);
}

function incoming(
  event: ReturnType<typeof readEvent<typeof events.commentEvent>>,
  repository: Repository,
): IncomingComment {
  return {
    repository,
    issueNumber: event.issue.number,
    issueOpen: event.issue.state === "open",
    commentId: event.comment.id,
    body: event.comment.body ?? "",
    createdAt: event.comment.created_at,
    author: event.comment.user ?? { id: 0, login: "ghost", type: "Bot" },
    byApp: (event.comment.performed_via_github_app ?? null) !== null,
  };
}
