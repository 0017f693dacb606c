import { z } from "zod";
import type { Caller } from "./caller.ts";
import { GitHubError } from "./types.ts";
import type { GitHubRepository, Run } from "./types.ts";

type Runs = Pick<
  GitHubRepository,
  "dispatch" | "run" | "dispatchedRuns" | "waitingRuns" | "jobs" | "pendingDeployments" | "runApprovals" | "cancelRun"
>;

const user = z.object({ id: z.number(), login: z.string(), type: z.string() });
const date = z.string().transform((text) => new Date(text));
const run = z.object({
  id: z.number(),
  html_url: z.string(),
  run_attempt: z.number().default(1),
  status: z.string(),
  conclusion: z.string().nullable(),
  event: z.string(),
  path: z.string(),
  head_sha: z.string(),
  head_branch: z.string().nullable(),
  head_repository: z.object({ id: z.number() }).nullable(),
  actor: user,
  triggering_actor: user,
  display_title: z.string(),
  created_at: date,
  referenced_workflows: z.array(z.object({ path: z.string(), sha: z.string() })).nullish(),
});
const job = z.object({
  id: z.number(),
  name: z.string(),
  run_attempt: z.number().default(1),
  status: z.string(),
  conclusion: z.string().nullable(),
  check_run_url: z.string(),
  started_at: date.nullable(),
  completed_at: date.nullable(),
});
const reviewer = z.object({
  type: z.enum(["User", "Team"]),
  reviewer: z.object({ id: z.number(), login: z.string().optional(), slug: z.string().optional() }),
});
const pending = z.object({
  environment: z.object({ id: z.number(), name: z.string() }),
  wait_timer: z.number(),
  wait_timer_started_at: date.nullable(),
  current_user_can_approve: z.boolean(),
  reviewers: z.array(reviewer),
});
const approval = z.object({
  environments: z.array(z.object({ id: z.number() })),
  state: z.enum(["approved", "rejected", "pending"]),
  user,
  comment: z.string(),
});
const started = z.object({ workflow_run_id: z.number(), html_url: z.string() });

/** Workflows, runs and jobs (OpenAPI category actions). */
export function runs(ask: Caller): Runs {
  const one = "/repos/{owner}/{repo}/actions/runs/{run_id}";
  return {
    dispatch: async (workflow, ref, inputs) => await dispatch(ask, workflow, ref, inputs),
    async run(id) {
      const found = await ask.orNull("run", `GET ${one}`, { run_id: id });
      return found === null ? null : toRun(run.parse(found));
    },
    async dispatchedRuns(workflow, since) {
      const route = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
      const { data } = await ask("dispatchedRuns", route, {
        workflow_id: workflow,
        event: "workflow_dispatch",
        per_page: 100,
      });
      // `created` takes a range by the docs, but a date-time by GitHub's own description: the newest hundred are enough.
      const listed = z.object({ workflow_runs: z.array(run) }).parse(data).workflow_runs;
      return listed.map(toRun).filter((one) => one.createdAt >= since);
    },
    async waitingRuns() {
      const { data } = await ask("waitingRuns", "GET /repos/{owner}/{repo}/actions/runs", {
        status: "waiting",
        per_page: 100,
      });
      return z
        .object({ workflow_runs: z.array(run) })
        .parse(data)
        .workflow_runs.map(toRun);
    },
    async jobs(runId, attempt) {
      const found = await ask.all("jobs", `GET ${one}/attempts/{attempt_number}/jobs`, "jobs", {
        run_id: runId,
        attempt_number: attempt,
      });
      return z
        .array(job)
        .parse(found)
        .map((read) => ({
          id: read.id,
          name: read.name,
          attempt: read.run_attempt,
          status: read.status,
          conclusion: read.conclusion,
          checkRunUrl: read.check_run_url,
          startedAt: read.started_at,
          completedAt: read.completed_at,
        }));
    },
    async pendingDeployments(runId) {
      const { data } = await ask("pendingDeployments", `GET ${one}/pending_deployments`, { run_id: runId });
      return z
        .array(pending)
        .parse(data)
        .map((read) => ({
          environmentId: read.environment.id,
          environmentName: read.environment.name,
          waitTimer: read.wait_timer,
          waitTimerStartedAt: read.wait_timer_started_at,
          currentUserCanApprove: read.current_user_can_approve,
          reviewers: read.reviewers.map(({ type, reviewer: who }) => ({
            type,
            id: who.id,
            name: who.login ?? who.slug ?? String(who.id),
          })),
        }));
    },
    async runApprovals(runId) {
      const { data } = await ask("runApprovals", `GET ${one}/approvals`, { run_id: runId });
      return z
        .array(approval)
        .parse(data)
        .map((read) => ({
          environmentIds: read.environments.map(({ id }) => id),
          state: read.state,
          user: read.user,
          comment: read.comment,
        }));
    },
    async cancelRun(runId, force = false) {
      try {
        await ask("cancelRun", `POST ${one}/${force ? "force-cancel" : "cancel"}`, { run_id: runId });
        return "asked";
      } catch (error) {
        // GitHub answers 409 for a run that isn't running (any more).
        if (error instanceof GitHubError && error.code === "conflict") return "not-running";
        throw error;
      }
    },
  };
}

/**
 * `return_run_details` came in February 2026; servers that don't know it refuse the whole request for the unknown field (so
 * nothing was started), and are asked again without it. They answer 204, and the run has to be looked for.
 */
async function dispatch(
  ask: Caller,
  workflow: string,
  ref: string,
  inputs: Record<string, string>,
): Promise<{ runId: number; htmlUrl: string } | null> {
  const route = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
  const body = { workflow_id: workflow, ref, inputs };
  const send = async (more: Record<string, unknown>) => await ask("dispatch", route, { ...body, ...more });
  const answer = await send({ return_run_details: true }).catch(async (error: unknown) => {
    const unknownField =
      error instanceof GitHubError && error.code === "invalid" && error.message.includes("return_run_details");
    if (unknownField) return await send({});
    throw error;
  });
  if (answer.status !== 200) return null;
  const { workflow_run_id, html_url } = started.parse(answer.data);
  return { runId: workflow_run_id, htmlUrl: html_url };
}

function toRun(read: z.output<typeof run>): Run {
  return {
    id: read.id,
    htmlUrl: read.html_url,
    attempt: read.run_attempt,
    status: read.status,
    conclusion: read.conclusion,
    event: read.event,
    // GitHub may add `@ref` to the path.
    path: read.path.replace(/@.*$/, ""),
    headSha: read.head_sha,
    headBranch: read.head_branch,
    headRepositoryId: read.head_repository?.id ?? null,
    actor: read.actor,
    triggeringActor: read.triggering_actor,
    displayTitle: read.display_title,
    createdAt: read.created_at,
    referencedWorkflows: read.referenced_workflows ?? [],
  };
}
