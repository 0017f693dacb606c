import { app } from "./apps.ts";
import type { App, CheckRun, Deployment, Job, Json, Repository, Run, Workflow } from "./entities.ts";
import { headCommit } from "./git.ts";
import { user } from "./people.ts";
import { fullName, minimalRepository, repositoryUrl } from "./repository.ts";
import { iso, isoOrNull, nodeId, type Site } from "./site.ts";

export function workflow(site: Site, repository: Repository, it: Workflow): Json {
  const file = it.path.split("/").at(-1);
  return {
    id: it.id,
    node_id: nodeId("Workflow", it.id),
    name: it.name,
    path: it.path,
    state: "active",
    created_at: iso(it.createdAt),
    updated_at: iso(it.createdAt),
    url: `${repositoryUrl(site, repository)}/actions/workflows/${it.id}`,
    html_url: `${site.web}/${fullName(repository)}/blob/${repository.defaultBranch}/${it.path}`,
    badge_url: `${site.web}/${fullName(repository)}/actions/workflows/${file}/badge.svg`,
  };
}

export function runUrl(site: Site, repository: Repository, id: number): string {
  return `${repositoryUrl(site, repository)}/actions/runs/${id}`;
}

export function runPage(site: Site, repository: Repository, id: number): string {
  return `${site.web}/${fullName(repository)}/actions/runs/${id}`;
}

export function run(site: Site, repository: Repository, it: Run): Json {
  const url = runUrl(site, repository, it.id);
  const before = it.attempt > 1 ? `${url}/attempts/${it.attempt - 1}` : null;
  return {
    id: it.id,
    node_id: nodeId("WorkflowRun", it.id),
    name: it.workflow.name,
    display_title: it.displayTitle,
    path: it.workflow.path,
    run_number: it.number,
    run_attempt: it.attempt,
    event: it.event,
    status: it.status,
    conclusion: it.conclusion,
    head_branch: it.headBranch,
    head_sha: it.headSha,
    head_commit: it.headCommit === null ? null : headCommit(it.headCommit),
    workflow_id: it.workflow.id,
    check_suite_id: it.checkSuiteId,
    check_suite_node_id: nodeId("CheckSuite", it.checkSuiteId),
    pull_requests: [],
    referenced_workflows: it.referencedWorkflows.map((one) => ({ ...one })),
    actor: user(site, it.actor),
    triggering_actor: user(site, it.triggeringActor),
    created_at: iso(it.createdAt),
    updated_at: iso(it.updatedAt),
    run_started_at: iso(it.startedAt),
    url,
    html_url: runPage(site, repository, it.id),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: before,
    check_suite_url: `${repositoryUrl(site, repository)}/check-suites/${it.checkSuiteId}`,
    workflow_url: `${repositoryUrl(site, repository)}/actions/workflows/${it.workflow.id}`,
    repository: minimalRepository(site, repository),
    head_repository: minimalRepository(site, it.headRepository),
  };
}

/** Answer to a dispatch that asked for the run's details. */
export function dispatched(site: Site, repository: Repository, runId: number): Json {
  return {
    workflow_run_id: runId,
    run_url: runUrl(site, repository, runId),
    html_url: runPage(site, repository, runId),
  };
}

/** A job has no environment: only `deployment` of its webhook ties it to one. */
export function job(site: Site, repository: Repository, of: Run, it: Job): Json {
  const api = repositoryUrl(site, repository);
  return {
    id: it.id,
    node_id: nodeId("CheckRun", it.id),
    run_id: of.id,
    run_url: runUrl(site, repository, of.id),
    run_attempt: it.attempt,
    workflow_name: of.workflow.name,
    name: it.name,
    head_branch: of.headBranch,
    head_sha: of.headSha,
    url: `${api}/actions/jobs/${it.id}`,
    html_url: `${runPage(site, repository, of.id)}/job/${it.id}`,
    check_run_url: `${api}/check-runs/${it.id}`,
    status: it.status,
    conclusion: it.conclusion,
    created_at: iso(it.createdAt),
    started_at: iso(it.startedAt ?? it.createdAt),
    completed_at: isoOrNull(it.completedAt),
    steps: it.steps.map((step) => ({
      number: step.number,
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      started_at: isoOrNull(step.startedAt ?? null),
      completed_at: isoOrNull(step.completedAt ?? null),
    })),
    labels: it.labels,
    runner_id: it.runner?.id ?? null,
    runner_name: it.runner?.name ?? null,
    runner_group_id: it.runner === null ? null : 1,
    runner_group_name: it.runner === null ? null : "Default",
  };
}

export function deployment(site: Site, repository: Repository, it: Deployment): Json {
  const url = `${repositoryUrl(site, repository)}/deployments/${it.id}`;
  return {
    id: it.id,
    node_id: nodeId("Deployment", it.id),
    url,
    sha: it.sha,
    ref: it.ref,
    task: "deploy",
    payload: {},
    original_environment: it.environment,
    environment: it.environment,
    description: null,
    creator: user(site, it.creator),
    created_at: iso(it.createdAt),
    updated_at: iso(it.updatedAt),
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(site, repository),
    transient_environment: false,
    production_environment: false,
    performed_via_github_app: null,
  };
}

export function checkRun(site: Site, repository: Repository, of: App, it: CheckRun): Json {
  const url = `${repositoryUrl(site, repository)}/check-runs/${it.id}`;
  const page = `${site.web}/${fullName(repository)}/runs/${it.id}`;
  return {
    id: it.id,
    node_id: nodeId("CheckRun", it.id),
    head_sha: it.headSha,
    external_id: null,
    name: it.name,
    url,
    html_url: page,
    details_url: it.detailsUrl ?? page,
    status: it.status,
    conclusion: it.conclusion,
    started_at: isoOrNull(it.startedAt),
    completed_at: isoOrNull(it.completedAt),
    output: {
      title: it.title,
      summary: it.summary,
      text: it.text,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: it.id },
    app: app(site, of),
    pull_requests: [],
  };
}
