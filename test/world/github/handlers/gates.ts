import { forbidden, invalid } from "../errors.ts";
import { last } from "../engine.ts";
import type { EnvironmentState, RepositoryState, RunState } from "../state.ts";
import { runOf } from "./runs.ts";
import type { Handler, Request } from "./types.ts";
import { noContent, ok } from "./types.ts";

/** Status reports that one deployment takes (docs, "Creating custom deployment protection rules"). */
const mostReports = 10;

/** Who lets a waiting job go on: required reviewers, and apps by their own rule. */
export const gates: Record<string, Handler> = {
  "actions/get-reviews-for-run": (request) => {
    const { repository, run } = runOf(request);
    return ok(run.approvals.map((one) => request.core.shapes.reply.approval(repository, one)));
  },
  "actions/get-pending-deployments-for-run": (request) => {
    const { repository, run } = runOf(request);
    const { core, caller } = request;
    const waiting = last(run).jobs.filter((job) => job.status === "waiting");
    // One line an environment, however many jobs wait there.
    const lines = repository.environments.flatMap((environment) => {
      const gates = waiting
        .filter((job) => core.environmentNamed(repository, job.environment ?? "") === environment)
        .flatMap((job) => job.gates);
      if (gates.length === 0) return [];
      const may = caller.kind === "person" && mayReview(request, environment, run, caller.user.id);
      return [core.shapes.reply.pendingDeployment(repository, environment, gates, may)];
    });
    return ok(lines);
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
    const deployments = last(run).jobs.flatMap((job) => job.deployment ?? []);
    return ok(deployments.map((one) => core.shapes.reply.deployment(repository, one)));
  },
  "actions/review-custom-gates-for-run": (request) => {
    const { repository, run } = runOf(request);
    const { caller, body, engine } = request;
    if (caller.kind !== "installation") throw forbidden();
    const name = String(body["environment_name"]).toLowerCase();
    const waiting = last(run).jobs.filter((job) => job.status === "waiting" && job.environment?.toLowerCase() === name);
    const pending = waiting.flatMap((job) =>
      job.gates
        .filter((gate) => gate.appId === caller.app.id && gate.state === "pending")
        .map((gate) => ({ job, gate })),
    );
    if (pending.length === 0) throw invalid("No pending deployment protection rule of this app for the environment");
    const decision = body["state"] as "approved" | "rejected" | undefined;
    if (decision === undefined && pending.some(({ gate }) => gate.reports >= mostReports))
      throw invalid("Too many status reports for this deployment");
    for (const { job, gate } of pending) {
      if (decision === undefined) gate.reports += 1;
      else engine.decide(repository, run, job, gate, decision);
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

/** Who started a run isn't its reviewer where the environment prevents that. */
function startedBy(run: RunState, userId: number): boolean {
  return run.actorId === userId || last(run).triggeringActorId === userId;
}

function mayReview(
  request: Pick<Request, "core">,
  environment: EnvironmentState,
  run: RunState,
  userId: number,
): boolean {
  return isReviewer(request, environment, userId) && !(environment.preventSelfReview && startedBy(run, userId));
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
    if (environment.preventSelfReview && startedBy(run, userId)) throw invalid("You cannot review your own deployment");
  }
  run.approvals.push({ environmentIds, state, userId, comment, at: core.now() });
  hooks.emit(repository, userId, (where) => core.shapes.webhook.reviewed(where, state, run, jobs, userId, comment));
  for (const { job, gate } of gates) engine.decide(repository, run, job, gate, state);
  core.changed();
}
