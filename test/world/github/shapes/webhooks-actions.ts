import { reviewer } from "./environments.ts";
import type { Account, Deployment, Job, Json, Reviewer, Run } from "./entities.ts";
import { user } from "./people.ts";
import { deployment, job, run, runPage, runUrl, workflow } from "./runs.ts";
import { iso } from "./site.ts";
import { around, webhook, type Scene, type Webhook } from "./scene.ts";

export function workflowRun(scene: Scene, action: "requested" | "in_progress" | "completed", it: Run): Webhook {
  return webhook("workflow_run", action, {
    workflow_run: run(scene.site, scene.repository, it),
    workflow: workflow(scene.site, scene.repository, it.workflow),
    ...around(scene),
  });
}

/** `on`: the deployment of a job with an environment; GitHub often leaves it out, so tests should too. */
export function workflowJob(
  scene: Scene,
  action: "queued" | "waiting" | "in_progress" | "completed",
  of: Run,
  it: Job,
  on: Deployment | null = null,
): Webhook {
  return webhook("workflow_job", action, {
    workflow_job: job(scene.site, scene.repository, of, it),
    ...(on === null ? {} : { deployment: deployment(scene.site, scene.repository, on) }),
    ...around(scene),
  });
}

/**
 * Asks the app whose custom rule is enabled on the environment. The run's id is nowhere but in the callback's address,
 * there is no attempt and no job. `on` null: the job uses the environment without a deployment.
 * GitHub doesn't say whether `ref` is short or in full: whoever reads it has to take both.
 */
export function deploymentProtectionRule(scene: Scene, of: Run, environment: string, on: Deployment | null): Webhook {
  const { site, repository } = scene;
  return webhook("deployment_protection_rule", "requested", {
    environment,
    event: of.event,
    sha: of.headSha,
    ref: `refs/heads/${of.headBranch ?? ""}`,
    deployment_callback_url: `${runUrl(site, repository, of.id)}/deployment_protection_rule`,
    deployment: on === null ? null : deployment(site, repository, on),
    pull_requests: [],
    ...around(scene),
  });
}

/** A waiting job as a review names it. */
export interface ReviewedJob {
  readonly job: Job;
  readonly environment: string;
}

function jobLine(scene: Scene, of: Run, { job: it, environment }: ReviewedJob): Json {
  return {
    id: it.id,
    name: it.name,
    status: it.status,
    conclusion: null,
    environment,
    html_url: `${runPage(scene.site, scene.repository, of.id)}/job/${it.id}`,
    created_at: iso(it.createdAt),
    updated_at: iso(it.createdAt),
  };
}

/**
 * Required reviewers: asked for one job, decided for all jobs that the reviewer ticked. A decision has no environment
 * of its own; it stands with each job. GitHub marks `organization` as required: on a person's repository it isn't known
 * whether this event is sent at all.
 */
export function deploymentReview(
  scene: Scene,
  change:
    | { action: "requested"; job: ReviewedJob; requestor: Account; reviewers: readonly Reviewer[] }
    | { action: "approved" | "rejected"; jobs: readonly ReviewedJob[]; approver: Account; comment: string },
  of: Run,
  since: Date,
): Webhook {
  const { site } = scene;
  const lines = change.action === "requested" ? [] : change.jobs.map((one) => jobLine(scene, of, one));
  const more =
    change.action === "requested"
      ? {
          environment: change.job.environment,
          requestor: user(site, change.requestor),
          reviewers: change.reviewers.map((one) => reviewer(site, one)),
          workflow_job_run: jobLine(scene, of, change.job),
        }
      : {
          approver: user(site, change.approver),
          comment: change.comment,
          ...(lines[0] === undefined ? {} : { workflow_job_run: lines[0] }),
          workflow_job_runs: lines,
        };
  return webhook("deployment_review", change.action, {
    ...more,
    workflow_run: run(site, scene.repository, of),
    since: iso(since),
    ...around(scene),
  });
}
