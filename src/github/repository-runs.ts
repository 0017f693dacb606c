import { z } from "zod";
import { commitAuthor, commitTitle } from "../domain/one-line.ts";
import type { Caller } from "./caller.ts";
import { dispatch } from "./dispatch.ts";
import { instant, read, reviewerShape, userOrGhost } from "./read.ts";
import { GitHubError } from "./types.ts";
import type { GitHubRepository, Run } from "./types.ts";

type Runs = Pick<
  GitHubRepository,
  "dispatch" | "run" | "dispatchedRuns" | "waitingRuns" | "jobs" | "pendingDeployments" | "runApprovals" | "cancelRun"
>;

const run = z.object({
  id: z.number(),
  html_url: z.string(),
  run_attempt: z.number().default(1),
  status: z.string(),
  conclusion: z.string().nullable(),
  event: z.string(),
  path: z.string(),
  head_sha: z.string(),
  head_commit: z.object({ message: z.string(), author: z.object({ name: z.string() }).nullish() }).nullish(),
  head_branch: z.string().nullable(),
  head_repository: z.object({ id: z.number() }).nullable(),
  actor: userOrGhost,
  triggering_actor: userOrGhost,
  display_title: z.string(),
  created_at: instant,
  referenced_workflows: z.array(z.object({ path: z.string(), sha: z.string() })).nullish(),
});
const job = z.object({
  id: z.number(),
  name: z.string(),
  run_attempt: z.number().default(1),
  status: z.string(),
  conclusion: z.string().nullable(),
  check_run_url: z.string(),
  started_at: instant.nullable(),
  completed_at: instant.nullable(),
});
const pending = z.object({
  environment: z.object({ id: z.number(), name: z.string() }),
  wait_timer: z.number(),
  wait_timer_started_at: instant.nullable(),
  current_user_can_approve: z.boolean(),
  reviewers: z.array(reviewerShape),
});
const runList = z.object({ workflow_runs: z.array(run) });
const approval = z.object({
  environments: z.array(z.object({ id: z.number() })),
  state: z.enum(["approved", "rejected", "pending"]),
  user: userOrGhost,
  comment: z.string(),
});

/** Workflows, runs and jobs (OpenAPI category actions). */
export function runs(ask: Caller): Runs {
  const path = "/repos/{owner}/{repo}/actions/runs/{run_id}";
  return {
    dispatch: async (workflow, ref, inputs) => await dispatch(ask, workflow, ref, inputs),
    async run(id, priority = "read") {
      const found = await ask.orNull("run", `GET ${path}`, { run_id: id }, { priority });
      return found === null ? null : toRun(read(run, "run", found));
    },
    async dispatchedRuns(workflow, since) {
      const route = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
      const { data } = await ask("dispatchedRuns", route, {
        workflow_id: workflow,
        event: "workflow_dispatch",
        per_page: 100,
      });
      // `created` takes a range by the docs, but a date-time by GitHub's own description: the newest hundred are enough.
      const listed = read(runList, "dispatchedRuns", data).workflow_runs;
      return listed.map(toRun).filter((one) => one.createdAt >= since);
    },
    async waitingRuns() {
      const { data } = await ask("waitingRuns", "GET /repos/{owner}/{repo}/actions/runs", {
        status: "waiting",
        per_page: 100,
      });
      return read(runList, "waitingRuns", data).workflow_runs.map(toRun);
    },
    async jobs(runId, attempt) {
      const found = await ask.all("jobs", `GET ${path}/attempts/{attempt_number}/jobs`, "jobs", {
        run_id: runId,
        attempt_number: attempt,
      });
      return read(z.array(job), "jobs", found).map((one) => ({
        id: one.id,
        name: one.name,
        attempt: one.run_attempt,
        status: one.status,
        conclusion: one.conclusion,
        checkRunUrl: one.check_run_url,
        startedAt: one.started_at,
        completedAt: one.completed_at,
      }));
    },
    async pendingDeployments(runId) {
      const { data } = await ask("pendingDeployments", `GET ${path}/pending_deployments`, { run_id: runId });
      return read(z.array(pending), "pendingDeployments", data).map((one) => ({
        environmentId: one.environment.id,
        environmentName: one.environment.name,
        waitTimer: one.wait_timer,
        waitTimerStartedAt: one.wait_timer_started_at,
        currentUserCanApprove: one.current_user_can_approve,
        reviewers: one.reviewers,
      }));
    },
    async runApprovals(runId) {
      const { data } = await ask("runApprovals", `GET ${path}/approvals`, { run_id: runId });
      return read(z.array(approval), "runApprovals", data).map((one) => ({
        environmentIds: one.environments.map(({ id }) => id),
        state: one.state,
        user: one.user,
        comment: one.comment,
      }));
    },
    async cancelRun(runId, force = false) {
      // With the priority of a removal: a run that is stopped reads no secret.
      try {
        await ask(
          "cancelRun",
          `POST ${path}/${force ? "force-cancel" : "cancel"}`,
          { run_id: runId },
          { priority: "disarm" },
        );
        return "asked";
      } catch (error) {
        // GitHub answers 409 for a run that isn't running (any more).
        if (error instanceof GitHubError && error.code === "conflict") return "not-running";
        throw error;
      }
    },
  };
}

function toRun(said: z.output<typeof run>): Run {
  return {
    id: said.id,
    htmlUrl: said.html_url,
    attempt: said.run_attempt,
    status: said.status,
    conclusion: said.conclusion,
    event: said.event,
    // GitHub may add `@ref` to the path.
    path: said.path.replace(/@.*$/, ""),
    headSha: said.head_sha,
    headCommit: {
      title: commitTitle(said.head_commit?.message ?? ""),
      author: commitAuthor(null, said.head_commit?.author?.name),
    },
    headBranch: said.head_branch,
    headRepositoryId: said.head_repository?.id ?? null,
    actor: said.actor,
    triggeringActor: said.triggering_actor,
    displayTitle: said.display_title,
    createdAt: said.created_at,
    referencedWorkflows: said.referenced_workflows ?? [],
  };
}
