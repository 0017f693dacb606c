import { Answer, invalid, notFound } from "../errors.ts";
import { last } from "../engine.ts";
import type { CommitState, JobState, RepositoryState, RunState } from "../state.ts";
import { readWorkflow } from "../workflow-file.ts";
import type { Handler, Reply, Request } from "./types.ts";
import { actorOf, found, listed, noContent, ok, repositoryOf } from "./types.ts";

/** The run that the path names. */
export function runOf(request: Request): { repository: RepositoryState; run: RunState } {
  const repository = repositoryOf(request);
  return { repository, run: found(repository.runs.get(Number(request.path["run_id"]))) };
}

function jobOf(request: Request): { repository: RepositoryState; run: RunState; job: JobState } {
  const repository = repositoryOf(request);
  const id = Number(request.path["job_id"]);
  for (const run of repository.runs.values())
    for (const attempt of [...run.attempts].reverse()) {
      const job = attempt.jobs.find((one) => one.id === id);
      if (job !== undefined) return { repository, run, job };
    }
  throw notFound();
}

/** `>=2026-11-01`, `2026-11-01..2026-11-02`, … (docs, "Understanding the search syntax": dates); null: any time. */
function period(text: string | null): (at: Date) => boolean {
  if (text === null) return () => true;
  const [, sign = "", from = "", to] = /^(>=|<=|>|<)?([^.]+(?:\.\d+Z?)?)(?:\.\.(.+))?$/.exec(text) ?? [];
  const start = new Date(from).getTime();
  if (Number.isNaN(start)) throw invalid(`Invalid date: ${text}`);
  // A day without a time means all of it.
  const end = /T/.test(to ?? from) ? new Date(to ?? from).getTime() : new Date(to ?? from).getTime() + 86_399_999;
  const tests: Record<string, (at: number) => boolean> = {
    ">=": (at) => at >= start,
    ">": (at) => at > end,
    "<=": (at) => at <= end,
    "<": (at) => at < start,
  };
  return (at) => (tests[sign] ?? ((one) => one >= start && one <= end))(at.getTime());
}

function runsReply(request: Request, keep: (run: RunState) => boolean): Reply {
  const repository = repositoryOf(request);
  const { query, core } = request;
  const within = period(query.get("created"));
  const actor = query.get("actor");
  const status = query.get("status");
  const same = (name: string, value: unknown): boolean => query.get(name) === null || query.get(name) === String(value);
  const all = [...repository.runs.values()]
    .reverse()
    .filter(keep)
    .filter((run) => same("event", run.event) && same("head_sha", run.headSha) && same("branch", run.headBranch))
    .filter((run) => same("check_suite_id", run.checkSuiteId) && within(run.createdAt))
    .filter((run) => actor === null || core.account(actor)?.id === run.actorId)
    .filter((run) => status === null || last(run).status === status || last(run).conclusion === status);
  return listed(request, "workflow_runs", all, (run) => core.shapes.reply.run(repository, run));
}

function jobsReply(request: Request, jobs: JobState[]): Reply {
  const { repository, run } = runOf(request);
  return listed(request, "jobs", jobs, (job) => request.core.shapes.reply.job(repository, run, job));
}

/** 409 where there is nothing to cancel (OpenAPI, actions/cancel-workflow-run). */
function cancelReply(request: Request, force: boolean): Reply {
  const { repository, run } = runOf(request);
  if (!request.engine.cancel(repository, run, force))
    throw new Answer(409, "Cannot cancel a workflow run that is completed.");
  return { status: 202, body: {} };
}

function workflowsOf(
  { core }: Request,
  repository: RepositoryState,
): Array<{ id: number; name: string; path: string }> {
  const head: CommitState | undefined = core.commitAt(repository, repository.defaultBranch);
  const paths = [...(head?.files.keys() ?? [])].filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
  return paths.map((path) => ({ id: core.workflowId(repository, path), name: nameOf(head, path), path }));
}

function nameOf(head: CommitState | undefined, path: string): string {
  try {
    return readWorkflow(head?.files.get(path) ?? "").name ?? path;
  } catch {
    return path;
  }
}

/** Workflows and their runs and jobs. */
export const runs: Record<string, Handler> = {
  "actions/list-repo-workflows": (request) => {
    const repository = repositoryOf(request);
    const { reply } = request.core.shapes;
    const { createdAt } = repository;
    return listed(request, "workflows", workflowsOf(request, repository), (one) =>
      reply.workflow(repository, { ...one, createdAt }),
    );
  },
  "actions/get-workflow": (request) => {
    const repository = repositoryOf(request);
    const path = request.engine.pathOf(repository, request.path["workflow_id"] ?? "");
    const one = found(workflowsOf(request, repository).find((workflow) => workflow.path === path));
    return ok(request.core.shapes.reply.workflow(repository, { ...one, createdAt: repository.createdAt }));
  },
  "actions/create-workflow-dispatch": (request) => {
    const repository = repositoryOf(request);
    const { body, engine, core } = request;
    const inputs = (body["inputs"] ?? {}) as Record<string, unknown>;
    const file = request.path["workflow_id"] ?? "";
    const run = engine.dispatch(repository, file, String(body["ref"]), inputs, actorOf(request));
    return body["return_run_details"] === true ? ok(core.shapes.reply.dispatched(repository, run.id)) : noContent;
  },
  "actions/list-workflow-runs": (request) => {
    const repository = repositoryOf(request);
    const path = request.engine.pathOf(repository, request.path["workflow_id"] ?? "");
    const known = [...repository.runs.values()].some((run) => run.path === path);
    if (!known && !workflowsOf(request, repository).some((one) => one.path === path)) throw notFound();
    return runsReply(request, (run) => run.path === path);
  },
  "actions/list-workflow-runs-for-repo": (request) => runsReply(request, () => true),
  "actions/get-workflow-run": (request) => {
    const { repository, run } = runOf(request);
    return ok(request.core.shapes.reply.run(repository, run));
  },
  "actions/get-workflow-run-attempt": (request) => {
    const { repository, run } = runOf(request);
    const number = Number(request.path["attempt_number"]);
    found(run.attempts[number - 1]);
    return ok(request.core.shapes.reply.run(repository, run, number));
  },
  "actions/list-jobs-for-workflow-run": (request) => {
    const { run } = runOf(request);
    const all = request.query.get("filter") === "all";
    return jobsReply(request, all ? [...new Set(run.attempts.flatMap((one) => one.jobs))] : last(run).jobs);
  },
  "actions/list-jobs-for-workflow-run-attempt": (request) =>
    jobsReply(request, found(runOf(request).run.attempts[Number(request.path["attempt_number"]) - 1]).jobs),
  "actions/get-job-for-workflow-run": (request) => {
    const { repository, run, job } = jobOf(request);
    return ok(request.core.shapes.reply.job(repository, run, job));
  },
  "actions/cancel-workflow-run": (request) => cancelReply(request, false),
  "actions/force-cancel-workflow-run": (request) => cancelReply(request, true),
  "actions/re-run-workflow": (request) => {
    const { repository, run } = runOf(request);
    request.engine.rerun(repository, run, actorOf(request));
    return { status: 201, body: {} };
  },
  "actions/re-run-workflow-failed-jobs": (request) => {
    const { repository, run } = runOf(request);
    const failed = (job: JobState): boolean => job.conclusion === "failure" || job.conclusion === "cancelled";
    request.engine.rerun(repository, run, actorOf(request), failed);
    return { status: 201, body: {} };
  },
  "actions/re-run-job-for-workflow-run": (request) => {
    const { repository, run, job } = jobOf(request);
    request.engine.rerun(repository, run, actorOf(request), (one) => one.key === job.key);
    return { status: 201, body: {} };
  },
};
