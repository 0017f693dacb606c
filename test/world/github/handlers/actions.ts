import { Answer, forbidden, invalid, notFound } from "../errors.ts";
import { last } from "../engine.ts";
import type { EnvironmentState, JobState, RepositoryState, RunState } from "../state.ts";
import type { Handler, Reply, Request } from "./types.ts";
import { actorOf, noContent, ok, page, repositoryOf } from "./types.ts";

function runOf(request: Request): { repository: RepositoryState; run: RunState } {
  const repository = repositoryOf(request);
  const run = repository.runs.get(Number(request.path["run_id"]));
  if (run === undefined) throw notFound();
  return { repository, run };
}

function runsReply(request: Request, keep: (run: RunState) => boolean): Reply {
  const repository = repositoryOf(request);
  const { query, core } = request;
  const since = query.get("created")?.replace(/^>=/, "") ?? "1970-01-01T00:00:00Z";
  const status = query.get("status");
  const found = [...repository.runs.values()]
    .reverse()
    .filter(keep)
    .filter((run) => query.get("event") === null || run.event === query.get("event"))
    .filter((run) => query.get("head_sha") === null || run.headSha === query.get("head_sha"))
    .filter((run) => status === null || last(run).status === status || last(run).conclusion === status)
    .filter((run) => run.createdAt >= new Date(since));
  return ok({
    total_count: found.length,
    workflow_runs: page(found, query).map((run) => core.shapes.reply.run(repository, run)),
  });
}

function jobsReply(request: Request, jobs: JobState[]): Reply {
  const { repository, run } = runOf(request);
  return ok({
    total_count: jobs.length,
    jobs: page(jobs, request.query).map((job) => request.core.shapes.reply.job(repository, run, job)),
  });
}

function cancelReply(request: Request): Reply {
  const { repository, run } = runOf(request);
  if (!request.engine.cancel(repository, run)) throw new Answer(409, "Cannot cancel a workflow run that is completed");
  return { status: 202, body: {} };
}

export const actions: Record<string, Handler> = {
  "actions/create-workflow-dispatch": (request) => {
    const repository = repositoryOf(request);
    const { body, engine, core } = request;
    const run = engine.dispatch(
      repository,
      request.path["workflow_id"] ?? "",
      String(body["ref"]),
      (body["inputs"] ?? {}) as Record<string, string>,
      actorOf(request),
    );
    return body["return_run_details"] === true ? ok(core.shapes.reply.dispatched(repository, run.id)) : noContent;
  },
  "actions/list-workflow-runs": (request) =>
    runsReply(request, (run) => run.path.endsWith(`/${request.path["workflow_id"] ?? ""}`)),
  "actions/list-workflow-runs-for-repo": (request) => runsReply(request, () => true),
  "actions/get-workflow-run": (request) => {
    const { repository, run } = runOf(request);
    return ok(request.core.shapes.reply.run(repository, run));
  },
  "actions/list-jobs-for-workflow-run": (request) => jobsReply(request, last(runOf(request).run).jobs),
  "actions/list-jobs-for-workflow-run-attempt": (request) => {
    const attempt = runOf(request).run.attempts[Number(request.path["attempt_number"]) - 1];
    if (attempt === undefined) throw notFound();
    return jobsReply(request, attempt.jobs);
  },
  "actions/cancel-workflow-run": cancelReply,
  "actions/force-cancel-workflow-run": cancelReply,
  "actions/re-run-workflow": (request) => {
    const { repository, run } = runOf(request);
    request.engine.rerun(repository, run, actorOf(request));
    return { status: 201, body: {} };
  },
  "actions/get-reviews-for-run": (request) => {
    const { repository, run } = runOf(request);
    return ok(run.approvals.map((one) => request.core.shapes.reply.approval(repository, one)));
  },
  "actions/get-pending-deployments-for-run": (request) => {
    const { repository, run } = runOf(request);
    const { core, caller } = request;
    const waiting = last(run).jobs.filter((job) => job.status === "waiting");
    return ok(
      waiting.flatMap((job) => {
        const environment = core.environmentNamed(repository, job.environment ?? "");
        if (environment === undefined) return [];
        const may = caller.kind === "person" && isReviewer(request, environment, caller.user.id);
        return [core.shapes.reply.pendingDeployment(repository, environment, job.gates, may)];
      }),
    );
  },
  "actions/review-pending-deployments-for-run": (request) => {
    const { repository, run } = runOf(request);
    const { caller, body, core } = request;
    if (caller.kind !== "person") throw forbidden();
    review(
      request,
      repository,
      run,
      caller.user.id,
      (body["environment_ids"] ?? []) as number[],
      body["state"] as "approved",
      String(body["comment"]),
    );
    const waiting = last(run).jobs.flatMap((job) =>
      job.deployment === null ? [] : [core.shapes.reply.deployment(repository, job.deployment)],
    );
    return ok(waiting);
  },
  "actions/review-custom-gates-for-run": (request) => {
    const { repository, run } = runOf(request);
    const { caller, body, engine } = request;
    if (caller.kind !== "installation") throw forbidden();
    const name = String(body["environment_name"]).toLowerCase();
    const waiting = last(run).jobs.filter((job) => job.status === "waiting" && job.environment?.toLowerCase() === name);
    const gates = waiting.flatMap((job) =>
      job.gates
        .filter((gate) => gate.appId === caller.app.id && gate.state === "pending")
        .map((gate) => ({ job, gate })),
    );
    if (gates.length === 0) throw invalid("No pending deployment protection rule of this app for the environment");
    for (const { job, gate } of gates) {
      if (body["state"] !== undefined) engine.decide(repository, run, job, gate, body["state"] as "approved");
      else if ((gate.reports += 1) > 10) throw invalid("Too many status reports for this deployment");
    }
    request.core.changed();
    return noContent;
  },
};

function isReviewer({ core }: Pick<Request, "core">, environment: EnvironmentState, userId: number): boolean {
  const teams = [...core.state.organizations.values()].flatMap((one) => one.teams);
  return (environment.reviewers ?? []).some(({ type, id }) =>
    type === "User" ? id === userId : teams.some((team) => team.id === id && team.members.has(userId)),
  );
}

/** A required reviewer's decision: checked, recorded, told to the apps, and the gate opened or closed. */
export function review(
  request: Pick<Request, "core" | "engine" | "hooks">,
  repository: RepositoryState,
  run: RunState,
  userId: number,
  environmentIds: number[],
  state: "approved" | "rejected",
  comment: string,
): void {
  const { core, engine, hooks } = request;
  const environments = repository.environments.filter((one) => environmentIds.includes(one.id));
  const jobs = last(run).jobs.filter(
    (job) =>
      job.status === "waiting" && environments.some((one) => one.name.toLowerCase() === job.environment?.toLowerCase()),
  );
  const gates = jobs.flatMap((job) =>
    job.gates.filter((gate) => gate.kind === "reviewers" && gate.state === "pending").map((gate) => ({ job, gate })),
  );
  if (environments.length === 0 || gates.length === 0)
    throw invalid("No pending deployment requests to approve or reject");
  for (const environment of environments) {
    if (!isReviewer({ core }, environment, userId)) throw forbidden();
    if (environment.preventSelfReview && last(run).triggeringActorId === userId)
      throw invalid("You cannot review your own deployment");
  }
  run.approvals.push({ environmentIds, state, userId, comment, at: core.now() });
  hooks.emit(repository, userId, (where) => core.shapes.webhook.reviewed(where, state, run, jobs, userId, comment));
  for (const { job, gate } of gates) engine.decide(repository, run, job, gate, state);
  core.changed();
}
