import type { RunningJob } from "../types.ts";
import { atLeast } from "./access.ts";
import { contextsOf, filled, verdictOf } from "./contexts.ts";
import type { Core } from "./core.ts";
import { Answer } from "./errors.ts";
import { fnmatch } from "./fnmatch.ts";
import { orderOf } from "./job-order.ts";
import type {
  AttemptState,
  Conclusion,
  EnvironmentState,
  GateState,
  JobState,
  RepositoryState,
  RunState,
} from "./state.ts";
import type { Webhooks } from "./webhooks.ts";
import type { JobPlan } from "./workflow-file.ts";

/** Docs, "Actions limits": how long a gate waits for its answer. */
const gatePatience = 30 * 86_400_000;

/** What GitHub Actions does with a run's jobs: needs, environments, gates, runners, the end. */
export class Course {
  protected readonly core: Core;
  readonly #hooks: Webhooks;
  readonly #running = new Map<number, RunningJob>();
  /** Jobs that have got as far as their environment or the queue. */
  readonly #begun = new Set<JobState>();
  protected readonly plans = new WeakMap<JobState, JobPlan>();
  #busy = 0;

  constructor(core: Core, hooks: Webhooks) {
    this.core = core;
    this.#hooks = hooks;
  }

  /** True while no job runs and none is about to start. */
  idle(): boolean {
    return this.#busy === 0;
  }

  /** Lets every job go as far as it can, and ends the run when all have ended. */
  advance(repository: RepositoryState, run: RunState): void {
    const { jobs } = last(run);
    for (let moved = true; moved;) {
      moved = false;
      for (const job of jobs) if (this.#step(repository, run, job, jobs)) moved = true;
    }
    this.#settleRun(repository, run);
  }

  /** Whether the job went on. */
  #step(repository: RepositoryState, run: RunState, job: JobState, jobs: readonly JobState[]): boolean {
    if (job.status !== "queued" || this.#begun.has(job)) return false;
    const needed = jobs.filter((one) => job.needs.includes(one.key));
    if (needed.some((one) => one.status !== "completed")) return false;
    this.#begun.add(job);
    const plan = this.plans.get(job);
    const contexts = contextsOf(this.core, repository, run, needed);
    const verdict = verdictOf(plan?.condition, needed, contexts);
    if (verdict !== "run") this.#endJob(repository, run, job, verdict === "skip" ? "skipped" : "failure");
    else if (job.environment === null) this.#begin(repository, run, job);
    else {
      job.environment = filled(job.environment, { ...contexts, matrix: plan?.matrix ?? {} });
      this.#reachEnvironment(repository, run, job, job.environment, plan?.deployment ?? true);
    }
    return true;
  }

  #reachEnvironment(repository: RepositoryState, run: RunState, job: JobState, name: string, deploys: boolean): void {
    // A workflow that names a missing environment creates it, unprotected (docs, "Managing environments").
    const environment = this.core.environmentNamed(repository, name) ?? this.core.newEnvironment(repository, name);
    if (deploys) job.deployment = this.#newDeployment(run, environment);
    if (!admits(environment, repository, run)) return this.#endJob(repository, run, job, "failure");
    this.#jobEvent(repository, run, job, "queued");
    this.#addGates(environment, job);
    // Without a deployment a custom rule has nothing to answer (docs, "Using environments without deployments": the job fails).
    if (!deploys && job.gates.some((gate) => gate.kind === "custom"))
      return this.#endJob(repository, run, job, "failure");
    if (job.gates.length === 0) return this.#begin(repository, run, job);
    job.status = "waiting";
    last(run).status = "waiting";
    this.#jobEvent(repository, run, job, "waiting");
    for (const gate of job.gates) this.#ask(repository, run, job, environment, gate);
  }

  #newDeployment(run: RunState, environment: EnvironmentState): NonNullable<JobState["deployment"]> {
    const at = this.core.now();
    return {
      id: this.core.id(),
      environmentName: environment.name,
      sha: run.headSha,
      ref: run.headBranch,
      creatorId: run.actorId,
      createdAt: at,
      updatedAt: at,
    };
  }

  #addGates(environment: EnvironmentState, job: JobState): void {
    const since = this.core.now();
    const gate = (kind: GateState["kind"], appId: number | null = null): void =>
      void job.gates.push({ kind, appId, state: "pending", reports: 0, since });
    for (const rule of environment.customRules) if (rule.enabled) gate("custom", rule.appId);
    if (environment.reviewers !== null && environment.reviewers.length > 0) gate("reviewers");
    if (environment.waitTimer > 0) gate("wait-timer");
  }

  #ask(
    repository: RepositoryState,
    run: RunState,
    job: JobState,
    environment: EnvironmentState,
    gate: GateState,
  ): void {
    const { webhook } = this.core.shapes;
    if (gate.kind === "custom" && gate.appId !== null) {
      const make: Parameters<Webhooks["emit"]>[2] = (where) => webhook.deploymentProtectionRule(where, run, job);
      this.#hooks.emit(repository, run.actorId, make, gate.appId);
    }
    if (gate.kind === "reviewers")
      this.#hooks.emit(repository, run.actorId, (where) =>
        webhook.reviewRequested(where, run, job, environment, run.actorId),
      );
  }

  /** Opens or closes one gate of a waiting job. */
  decide(
    repository: RepositoryState,
    run: RunState,
    job: JobState,
    gate: GateState,
    state: "approved" | "rejected",
  ): void {
    if (job.status !== "waiting" || gate.state !== "pending") return;
    gate.state = state;
    if (state === "rejected") {
      this.#endJob(repository, run, job, "failure");
      return this.advance(repository, run);
    }
    if (job.gates.every((one) => one.state === "approved")) this.#begin(repository, run, job);
  }

  /** Jobs that wait for an environment which is deleted. */
  failWaiting(repository: RepositoryState, run: RunState, environment: string): void {
    const waiting = last(run).jobs.filter((job) => job.status === "waiting");
    for (const job of waiting)
      if (job.environment?.toLowerCase() === environment.toLowerCase()) this.#endJob(repository, run, job, "failure");
    if (waiting.length > 0) this.advance(repository, run);
  }

  /** "Start all waiting jobs": an administrator passes every gate without any app being asked. */
  bypass(repository: RepositoryState, run: RunState, userId: number): void {
    if (!atLeast(this.core.roleOf(repository, userId), "admin"))
      throw new Answer(403, "Must have admin rights to Repository.");
    for (const job of last(run).jobs.filter((one) => one.status === "waiting")) {
      const environment = this.core.environmentNamed(repository, job.environment ?? "");
      if (environment?.canAdminsBypass === false) continue;
      for (const gate of job.gates) gate.state = "approved";
      this.#begin(repository, run, job);
    }
  }

  /** Wait timers whose time is over by the clock, and gates that nobody answered for thirty days. */
  tick(): void {
    const now = this.core.now().getTime();
    for (const repository of this.core.state.repositories.values())
      for (const run of repository.runs.values())
        for (const job of last(run).jobs.filter((one) => one.status === "waiting")) {
          const minutes = this.core.environmentNamed(repository, job.environment ?? "")?.waitTimer ?? 0;
          for (const gate of job.gates.filter((one) => one.state === "pending")) {
            const waited = now - gate.since.getTime();
            if (gate.kind === "wait-timer" && waited >= minutes * 60_000)
              this.decide(repository, run, job, gate, "approved");
            if (gate.kind !== "wait-timer" && waited >= gatePatience)
              this.decide(repository, run, job, gate, "rejected");
          }
        }
  }

  #begin(repository: RepositoryState, run: RunState, job: JobState): void {
    job.status = "queued";
    last(run).status = last(run).jobs.some((one) => one.status === "in_progress") ? "in_progress" : "queued";
    this.#jobEvent(repository, run, job, "queued");
    this.#busy += 1;
    setImmediate(
      () =>
        void this.#execute(repository, run, job).finally(() => {
          this.#busy -= 1;
          this.core.changed();
        }),
    );
  }

  /** A runner takes jobs again that stayed queued. */
  releaseQueue(): void {
    this.core.queueHeld = false;
    this.core.news.emit("queue");
  }

  async #execute(repository: RepositoryState, run: RunState, job: JobState): Promise<void> {
    while (this.core.queueHeld && job.status === "queued")
      await new Promise<void>((go) => this.core.news.once("queue", go));
    if (job.status !== "queued") return;
    const first = last(run).status !== "in_progress";
    job.status = "in_progress";
    job.startedAt = this.core.now();
    last(run).status = "in_progress";
    if (first) this.runEvent(repository, run, "in_progress");
    // The environment's secrets are read here, when the job starts (docs, "Secrets": when GitHub Actions reads secrets).
    const order = orderOf(this.core, repository, run, job);
    this.#jobEvent(repository, run, job, "in_progress", false);
    const running = this.core.runner.start(order, (steps) => {
      job.steps = steps;
      this.core.changed();
    });
    this.#running.set(job.id, running);
    this.core.changed();
    const result = await running.done.catch((error: unknown) => ({
      conclusion: "failure" as const,
      steps: job.steps,
      log: String(error),
      rawLog: String(error),
      outputs: {},
    }));
    this.#running.delete(job.id);
    job.log = result.log;
    job.rawLog = result.rawLog;
    job.steps = result.steps;
    job.outputs = result.outputs;
    // A job that was cancelled by force has ended already, and its run may have a later attempt.
    if (job.conclusion !== null) return;
    this.#endJob(repository, run, job, result.conclusion);
    this.advance(repository, run);
  }

  #endJob(repository: RepositoryState, run: RunState, job: JobState, conclusion: Conclusion): void {
    if (job.status === "completed") return;
    job.status = "completed";
    job.conclusion = conclusion;
    job.completedAt = this.core.now();
    job.startedAt ??= conclusion === "skipped" ? this.core.now() : job.startedAt;
    this.#jobEvent(repository, run, job, "completed", false);
  }

  #settleRun(repository: RepositoryState, run: RunState): void {
    const attempt = last(run);
    attempt.updatedAt = this.core.now();
    if (attempt.status === "completed" || attempt.jobs.some((job) => job.status !== "completed"))
      return this.core.changed();
    const ends = attempt.jobs.map((job) => job.conclusion);
    attempt.status = "completed";
    attempt.conclusion = ends.includes("failure") ? "failure" : ends.includes("cancelled") ? "cancelled" : "success";
    this.runEvent(repository, run, "completed");
    this.core.changed();
  }

  /**
   * Cancels what waits at once, and what runs through its runner, or by `force` without waiting for it. False where the run is over.
   */
  cancel(repository: RepositoryState, run: RunState, force = false): boolean {
    const attempt = last(run);
    if (attempt.status === "completed") return false;
    for (const job of attempt.jobs) {
      const running = this.#running.get(job.id);
      running?.cancel();
      if (force || (running === undefined && job.status !== "in_progress"))
        this.#endJob(repository, run, job, "cancelled");
    }
    this.core.news.emit("queue");
    this.#settleRun(repository, run);
    return true;
  }

  /** Stops what still runs: the world ends. */
  stop(): void {
    for (const running of this.#running.values()) running.cancel();
  }

  runEvent(repository: RepositoryState, run: RunState, action: "requested" | "in_progress" | "completed"): void {
    this.#hooks.emit(repository, last(run).triggeringActorId, (where) =>
      this.core.shapes.webhook.workflowRun(where, action, run),
    );
  }

  #jobEvent(
    repository: RepositoryState,
    run: RunState,
    job: JobState,
    action: "queued" | "waiting" | "in_progress" | "completed",
    deployment = true,
  ): void {
    this.#hooks.emit(repository, last(run).triggeringActorId, (where) =>
      this.core.shapes.webhook.workflowJob(where, action, run, job, deployment),
    );
  }
}

/** Whether an environment lets the run's branch or tag deploy. */
function admits(environment: EnvironmentState, repository: RepositoryState, run: RunState): boolean {
  const kind = run.refType ?? "branch";
  if (environment.branchPolicy === "protected")
    return kind === "branch" && repository.protectedBranches.has(run.headBranch);
  if (environment.branchPolicy === null) return true;
  return environment.branchPatterns.some(({ type, name }) => type === kind && fnmatch(name, run.headBranch));
}

/** The present attempt. */
export function last(run: RunState): AttemptState {
  return run.attempts.at(-1) as AttemptState;
}
