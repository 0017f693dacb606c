import { parse } from "yaml";
import type { JobOrder, RunningJob } from "../types.ts";
import { branchAllowed } from "../../../src/domain/branch-pattern.ts";
import type { Core } from "./core.ts";
import { invalid, notFound } from "./errors.ts";
import type { AttemptState, Conclusion, EnvironmentState, JobState, RepositoryState, RunState } from "./state.ts";
import type { Webhooks } from "./webhooks.ts";

type Table = Record<string, unknown>;
const table = (value: unknown): Table => (typeof value === "object" && value !== null ? (value as Table) : {});

/** Runs, jobs and gates: what GitHub Actions does between a dispatch and the end of a run. */
export class Engine {
  readonly #core: Core;
  readonly #hooks: Webhooks;
  readonly #running = new Map<number, RunningJob>();
  #busy = 0;

  constructor(core: Core, hooks: Webhooks) {
    this.#core = core;
    this.#hooks = hooks;
  }

  /** True while no job runs and none is about to start. */
  idle(): boolean {
    return this.#busy === 0;
  }

  /** `workflow_dispatch`: refuses as GitHub does, else makes the run. */
  dispatch(
    repository: RepositoryState,
    file: string,
    ref: string,
    inputs: Record<string, string>,
    actorId: number,
  ): RunState {
    const branch = ref.replace(/^refs\/heads\//, "");
    const sha = repository.branches.get(branch);
    if (sha === undefined) throw invalid(`No ref found for: ${ref}`);
    const path = file.startsWith(".github/") ? file : `.github/workflows/${file}`;
    const text = repository.commits.get(sha)?.files.get(path);
    if (text === undefined) throw notFound();
    const workflow = table(parse(text));
    const trigger = table(workflow["on"])["workflow_dispatch"];
    if (trigger === undefined && workflow["on"] !== "workflow_dispatch")
      throw invalid("Workflow does not have 'workflow_dispatch' trigger");
    const declared = table(table(trigger)["inputs"]);
    const surplus = Object.keys(inputs).filter((name) => !Object.hasOwn(declared, name));
    if (surplus.length > 0) throw invalid(`Unexpected inputs provided: ${JSON.stringify(surplus)}`);
    const full = { ...defaultsOf(declared), ...inputs };
    return this.#newRun(repository, { path, workflow, branch, sha, inputs: full, actorId, event: "workflow_dispatch" });
  }

  /** A run that something else started, e.g. a push. */
  start(
    repository: RepositoryState,
    path: string,
    branch: string,
    event: string,
    actorId: number,
    headRepositoryId?: number,
  ): RunState {
    const sha = repository.branches.get(branch) ?? "";
    const workflow = table(parse(repository.commits.get(sha)?.files.get(path) ?? ""));
    return this.#newRun(repository, {
      path,
      workflow,
      branch,
      sha,
      inputs: {},
      actorId,
      event,
      ...(headRepositoryId === undefined ? {} : { headRepositoryId }),
    });
  }

  #newRun(
    repository: RepositoryState,
    of: {
      path: string;
      workflow: Table;
      branch: string;
      sha: string;
      inputs: Record<string, string>;
      actorId: number;
      event: string;
      headRepositoryId?: number;
    },
  ): RunState {
    const name = String(of.workflow["name"] ?? of.path);
    const run: RunState = {
      id: this.#core.id(),
      number: repository.nextRunNumber++,
      repositoryId: repository.id,
      workflowId: 1,
      workflowName: name,
      path: of.path,
      title:
        typeof of.workflow["run-name"] === "string"
          ? of.workflow["run-name"].replace(/\$\{\{\s*inputs\.(\w+)\s*\}\}/g, (_, key: string) => of.inputs[key] ?? "")
          : name,
      event: of.event,
      headSha: of.sha,
      headBranch: of.branch,
      headRepositoryId: of.headRepositoryId ?? repository.id,
      actorId: of.actorId,
      inputs: of.inputs,
      checkSuiteId: this.#core.id(),
      createdAt: this.#core.now(),
      attempts: [],
      approvals: [],
    };
    repository.runs.set(run.id, run);
    this.#attempt(repository, run, of.actorId);
    return run;
  }

  /** A re-run: the same run and commit, the next attempt; every gate is asked again. */
  rerun(repository: RepositoryState, run: RunState, actorId: number): void {
    if (last(run).status !== "completed") throw invalid("This workflow run is already running");
    this.#attempt(repository, run, actorId);
  }

  #attempt(repository: RepositoryState, run: RunState, actorId: number): void {
    const number = run.attempts.length + 1;
    const attempt: AttemptState = {
      number,
      triggeringActorId: actorId,
      status: "queued",
      conclusion: null,
      startedAt: this.#core.now(),
      updatedAt: this.#core.now(),
      jobs: this.#jobsOf(repository, run, number),
    };
    run.attempts.push(attempt);
    this.#runEvent(repository, run, "requested");
    this.#advance(repository, run);
  }

  #jobsOf(repository: RepositoryState, run: RunState, attempt: number): JobState[] {
    const text = repository.commits.get(run.headSha)?.files.get(run.path) ?? "";
    const jobs = table(table(parse(text))["jobs"]);
    return Object.entries(jobs).flatMap(([key, value]) => {
      const job = table(value);
      const environment = job["environment"];
      const name = typeof environment === "string" ? environment : table(environment)["name"];
      const matrix = Object.values(table(table(job["strategy"])["matrix"])).find((one) => Array.isArray(one)) as
        unknown[] | undefined;
      const title = typeof job["name"] === "string" ? job["name"] : key;
      return (matrix?.map((one) => `${title} (${String(one)})`) ?? [title]).map((jobName): JobState => ({
        id: this.#core.id(),
        runId: run.id,
        attempt,
        key,
        name: jobName,
        needs:
          typeof job["needs"] === "string"
            ? [job["needs"]]
            : Array.isArray(job["needs"])
              ? job["needs"].map(String)
              : [],
        status: "queued",
        conclusion: null,
        createdAt: this.#core.now(),
        startedAt: null,
        completedAt: null,
        steps: [],
        environment: typeof name === "string" ? name : null,
        deployment: null,
        gates: [],
        log: "",
        rawLog: "",
      }));
    });
  }

  /** Lets every job go as far as it can, and ends the run when all have ended. */
  #advance(repository: RepositoryState, run: RunState): void {
    const attempt = last(run);
    for (const job of attempt.jobs) {
      if (job.status !== "queued" || job.gates.length > 0 || job.deployment !== null || this.#running.has(job.id))
        continue;
      const needed = attempt.jobs.filter((one) => job.needs.includes(one.key));
      if (needed.some((one) => one.status !== "completed")) continue;
      if (needed.some((one) => one.conclusion !== "success")) this.#endJob(repository, run, job, "skipped");
      else if (job.environment !== null) this.#reachEnvironment(repository, run, job, job.environment);
      else this.#begin(repository, run, job);
    }
    this.#settleRun(repository, run);
  }

  #reachEnvironment(repository: RepositoryState, run: RunState, job: JobState, name: string): void {
    // A workflow that names a missing environment creates it, unprotected (docs, "Managing environments").
    const environment = this.#core.environmentNamed(repository, name) ?? this.#core.newEnvironment(repository, name);
    const at = this.#core.now();
    job.deployment = {
      id: this.#core.id(),
      environmentName: environment.name,
      sha: run.headSha,
      ref: run.headBranch,
      creatorId: run.actorId,
      createdAt: at,
      updatedAt: at,
    };
    if (environment.branchPolicy === "custom" && !branchAllowed(environment.branchPatterns, run.headBranch))
      return this.#endJob(repository, run, job, "failure");
    if (environment.branchPolicy === "protected" && !repository.protectedBranches.has(run.headBranch))
      return this.#endJob(repository, run, job, "failure");
    this.#jobEvent(repository, run, job, "queued");
    this.#addGates(environment, job);
    if (job.gates.length === 0) return this.#begin(repository, run, job);
    job.status = "waiting";
    last(run).status = "waiting";
    this.#jobEvent(repository, run, job, "waiting");
    for (const gate of job.gates) {
      if (gate.kind === "custom" && gate.appId !== null)
        this.#hooks.emit(
          repository,
          run.actorId,
          (where) => this.#core.shapes.webhook.deploymentProtectionRule(where, run, job),
          gate.appId,
        );
      if (gate.kind === "reviewers")
        this.#hooks.emit(repository, run.actorId, (where) =>
          this.#core.shapes.webhook.reviewRequested(where, run, job, environment, run.actorId),
        );
    }
  }

  #addGates(environment: EnvironmentState, job: JobState): void {
    const since = this.#core.now();
    const gate = (kind: "custom" | "reviewers" | "wait-timer", appId: number | null = null): void =>
      void job.gates.push({ kind, appId, state: "pending", reports: 0, since });
    for (const rule of environment.customRules) if (rule.enabled) gate("custom", rule.appId);
    if (environment.reviewers !== null) gate("reviewers");
    if (environment.waitTimer > 0) gate("wait-timer");
  }

  /** Opens or closes one gate of a waiting job. */
  decide(
    repository: RepositoryState,
    run: RunState,
    job: JobState,
    gate: JobState["gates"][number],
    state: "approved" | "rejected",
  ): void {
    gate.state = state;
    if (state === "rejected") {
      this.#endJob(repository, run, job, "failure");
      return this.#advance(repository, run);
    }
    if (job.gates.every((one) => one.state === "approved")) this.#begin(repository, run, job);
  }

  /** Wait timers whose time is over by the clock. */
  tick(): void {
    for (const repository of this.#core.state.repositories.values())
      for (const run of repository.runs.values())
        for (const job of last(run).jobs) {
          const minutes = this.#core.environmentNamed(repository, job.environment ?? "")?.waitTimer ?? 0;
          const timer = job.gates.find((gate) => gate.kind === "wait-timer" && gate.state === "pending");
          if (
            timer !== undefined &&
            job.status === "waiting" &&
            this.#core.now().getTime() - timer.since.getTime() >= minutes * 60_000
          )
            this.decide(repository, run, job, timer, "approved");
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
          this.#core.changed();
        }),
    );
  }

  /** A runner takes jobs again that stayed queued. */
  releaseQueue(): void {
    this.#core.queueHeld = false;
    this.#core.news.emit("queue");
  }

  async #execute(repository: RepositoryState, run: RunState, job: JobState): Promise<void> {
    while (this.#core.queueHeld && job.status === "queued")
      await new Promise<void>((go) => this.#core.news.once("queue", go));
    if (job.status !== "queued") return;
    job.status = "in_progress";
    job.startedAt = this.#core.now();
    const first = last(run).status !== "in_progress";
    last(run).status = "in_progress";
    if (first) this.#runEvent(repository, run, "in_progress");
    // The environment's secrets are read here, when the job starts (docs, "Secrets": when GitHub Actions reads secrets).
    const order = this.#order(repository, run, job);
    this.#jobEvent(repository, run, job, "in_progress", false);
    const running = this.#core.runner.start(order, (steps) => {
      job.steps = steps;
      this.#core.changed();
    });
    this.#running.set(job.id, running);
    const result = await running.done.catch((error: unknown) => ({
      conclusion: "failure" as const,
      steps: job.steps,
      log: String(error),
      rawLog: String(error),
    }));
    this.#running.delete(job.id);
    job.log = result.log;
    job.rawLog = result.rawLog;
    job.steps = result.steps;
    this.#endJob(repository, run, job, result.conclusion);
    this.#advance(repository, run);
  }

  #order(repository: RepositoryState, run: RunState, job: JobState): JobOrder {
    const owner =
      this.#core.state.organizations.get(repository.ownerId)?.user ?? this.#core.state.users.get(repository.ownerId);
    const person = (id: number): { id: number; login: string } => ({
      id,
      login: this.#core.state.users.get(id)?.login ?? "ghost",
    });
    const attempt = last(run);
    return {
      runId: run.id,
      runNumber: run.number,
      runAttempt: attempt.number,
      jobId: job.id,
      jobKey: job.key,
      workflow: repository.commits.get(run.headSha)?.files.get(run.path) ?? "",
      workflowPath: run.path,
      sha: run.headSha,
      ref: `refs/heads/${run.headBranch}`,
      repository: {
        id: repository.id,
        owner: owner?.login ?? "",
        ownerId: repository.ownerId,
        name: repository.name,
        visibility: repository.private ? "private" : "public",
      },
      actor: person(run.actorId),
      triggeringActor: person(attempt.triggeringActorId),
      event: { name: run.event, payload: { inputs: run.inputs }, inputs: run.inputs },
      environment: job.environment,
      files: repository.commits.get(run.headSha)?.files ?? new Map(),
      actions: this.#core.actions,
      secrets: this.#secretsFor(repository, job),
      serverUrl: this.#core.url,
      apiUrl: `${this.#core.url}/api/v3`,
      hostEnv: this.#core.hostEnv,
    };
  }

  /** The lowest level wins: environment, then repository, then organisation. */
  #secretsFor(repository: RepositoryState, job: JobState): Record<string, string> {
    const layers = [
      this.#core.state.organizations.get(repository.ownerId)?.secrets,
      repository.secrets,
      job.environment === null ? undefined : this.#core.environmentNamed(repository, job.environment)?.secrets,
    ];
    const found: Record<string, string> = { GITHUB_TOKEN: `ghs_job${job.id}` };
    for (const layer of layers) for (const secret of layer?.values() ?? []) found[secret.name] = secret.value;
    return found;
  }

  #endJob(repository: RepositoryState, run: RunState, job: JobState, conclusion: Conclusion): void {
    if (job.status === "completed") return;
    job.status = "completed";
    job.conclusion = conclusion;
    job.completedAt = this.#core.now();
    job.startedAt ??= conclusion === "skipped" ? this.#core.now() : job.startedAt;
    this.#jobEvent(repository, run, job, "completed", false);
  }

  #settleRun(repository: RepositoryState, run: RunState): void {
    const attempt = last(run);
    attempt.updatedAt = this.#core.now();
    if (attempt.status === "completed" || attempt.jobs.some((job) => job.status !== "completed"))
      return this.#core.changed();
    const ends = attempt.jobs.map((job) => job.conclusion);
    attempt.status = "completed";
    attempt.conclusion = ends.includes("failure") ? "failure" : ends.includes("cancelled") ? "cancelled" : "success";
    this.#runEvent(repository, run, "completed");
    this.#core.changed();
  }

  /** Cancels what waits at once, and what runs through its runner. False where the run is over. */
  cancel(repository: RepositoryState, run: RunState): boolean {
    const attempt = last(run);
    if (attempt.status === "completed") return false;
    for (const job of attempt.jobs) {
      const running = this.#running.get(job.id);
      if (running !== undefined) running.cancel();
      else if (job.status !== "completed" && job.status !== "in_progress")
        this.#endJob(repository, run, job, "cancelled");
    }
    this.#core.news.emit("queue");
    this.#settleRun(repository, run);
    return true;
  }

  #runEvent(repository: RepositoryState, run: RunState, action: "requested" | "in_progress" | "completed"): void {
    this.#hooks.emit(repository, last(run).triggeringActorId, (where) =>
      this.#core.shapes.webhook.workflowRun(where, action, run),
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
      this.#core.shapes.webhook.workflowJob(where, action, run, job, deployment),
    );
  }
}

/** The present attempt. */
export function last(run: RunState): AttemptState {
  return run.attempts.at(-1) as AttemptState;
}

function defaultsOf(declared: Table): Record<string, string> {
  const defaults = Object.entries(declared).map(([name, input]) => [name, table(input)["default"]] as const);
  return Object.fromEntries(
    defaults.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]),
  );
}
