import { contextsOf, filled } from "./contexts.ts";
import { Course, last } from "./course.ts";
import { Answer, invalid, notFound } from "./errors.ts";
import type { JobState, RepositoryState, RunState } from "./state.ts";
import { inputsOf, readWorkflow } from "./workflow-file.ts";
import type { JobPlan, WorkflowFile } from "./workflow-file.ts";

export { last } from "./course.ts";

/** Docs, "Re-running workflows and jobs" and "Actions limits": how long a run can be run again, and how often. */
const rerunPatience = 30 * 86_400_000;
const reruns = 50;

/** Where a run comes from. */
interface Origin {
  path: string;
  file: WorkflowFile;
  branch: string;
  refType: "branch" | "tag";
  sha: string;
  inputs: Record<string, string>;
  actorId: number;
  event: string;
  headRepositoryId?: number;
}

/** Runs: how they begin, and begin again. */
export class Engine extends Course {
  /** `workflow_dispatch`: refuses as GitHub does, else makes the run. `file` is a name, a path or a workflow's id. */
  dispatch(
    repository: RepositoryState,
    file: string,
    ref: string,
    inputs: Readonly<Record<string, unknown>>,
    actorId: number,
  ): RunState {
    const { branch, sha, refType } = this.#refOf(repository, ref);
    const path = this.pathOf(repository, file);
    // Only a workflow that is on the default branch can be dispatched (docs, "Events that trigger workflows").
    const known = repository.commits.get(repository.branches.get(repository.defaultBranch) ?? "")?.files.has(path);
    const text = repository.commits.get(sha)?.files.get(path);
    if (known !== true || text === undefined) throw notFound();
    const workflow = readWorkflow(text);
    if (!Object.hasOwn(workflow.triggers, "workflow_dispatch"))
      throw invalid("Workflow does not have 'workflow_dispatch' trigger");
    const full = inputsOf(workflow, inputs);
    const origin = { path, file: workflow, branch, refType, sha, inputs: full, actorId, event: "workflow_dispatch" };
    return this.#newRun(repository, origin);
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
    const file = readWorkflow(repository.commits.get(sha)?.files.get(path) ?? "");
    const fork = headRepositoryId === undefined ? {} : { headRepositoryId };
    return this.#newRun(repository, {
      path,
      file,
      branch,
      refType: "branch",
      sha,
      inputs: {},
      actorId,
      event,
      ...fork,
    });
  }

  /** Path of a workflow that is named by its file, its path or its id. */
  pathOf(repository: RepositoryState, file: string): string {
    const byId = [...(repository.workflowIds ?? [])].find(([, id]) => String(id) === file)?.[0];
    return byId ?? (file.startsWith(".github/") ? file : `.github/workflows/${file}`);
  }

  #refOf(repository: RepositoryState, ref: string): { branch: string; sha: string; refType: "branch" | "tag" } {
    const name = ref.replace(/^refs\/(?:heads|tags)\//, "");
    const branch = ref.startsWith("refs/tags/") ? undefined : repository.branches.get(name);
    const tag = ref.startsWith("refs/heads/") ? undefined : repository.tags?.get(name);
    const sha = branch ?? tag;
    if (sha === undefined) throw invalid(`No ref found for: ${ref}`);
    return { branch: name, sha, refType: branch === undefined ? "tag" : "branch" };
  }

  #newRun(repository: RepositoryState, of: Origin): RunState {
    const name = of.file.name ?? of.path;
    const run: RunState = {
      id: this.core.id(),
      number: repository.nextRunNumber++,
      repositoryId: repository.id,
      workflowId: this.core.workflowId(repository, of.path),
      workflowName: name,
      path: of.path,
      title: name,
      event: of.event,
      headSha: of.sha,
      headBranch: of.branch,
      refType: of.refType,
      headRepositoryId: of.headRepositoryId ?? repository.id,
      actorId: of.actorId,
      inputs: of.inputs,
      checkSuiteId: this.core.id(),
      createdAt: this.core.now(),
      attempts: [],
      approvals: [],
    };
    if (of.file.runName !== null) run.title = filled(of.file.runName, contextsOf(this.core, repository, run));
    repository.runs.set(run.id, run);
    this.#attempt(repository, run, of.actorId, () => false);
    return run;
  }

  /**
   * A re-run: the same run and commit, the next attempt; every gate is asked again. `which` jobs run again with all that need
   * them; the others stand as they ended.
   */
  rerun(
    repository: RepositoryState,
    run: RunState,
    actorId: number,
    which: (job: JobState) => boolean = () => true,
  ): void {
    const before = last(run);
    if (before.status !== "completed") throw new Answer(403, "This workflow is already running");
    if (run.attempts.length > reruns) throw new Answer(403, "This workflow run has been run too many times");
    if (this.core.now().getTime() - run.createdAt.getTime() > rerunPatience)
      throw new Answer(403, "Unable to retry this workflow run because it was created over a month ago");
    const again = new Set(before.jobs.filter(which).map((job) => job.key));
    if (again.size === 0) throw new Answer(403, "There are no jobs to run again");
    for (let size = 0; size !== again.size;) {
      size = again.size;
      for (const job of before.jobs) if (job.needs.some((key) => again.has(key))) again.add(job.key);
    }
    const kept = before.jobs.filter((job) => !again.has(job.key));
    this.#attempt(repository, run, actorId, (plan) => kept.some((job) => job.key === plan.key), kept);
  }

  #attempt(
    repository: RepositoryState,
    run: RunState,
    actorId: number,
    isKept: (plan: JobPlan) => boolean,
    kept: JobState[] = [],
  ): void {
    const text = repository.commits.get(run.headSha)?.files.get(run.path) ?? "";
    const number = run.attempts.length + 1;
    const plans = readWorkflow(text).jobs.filter((plan) => !isKept(plan));
    run.attempts.push({
      number,
      triggeringActorId: actorId,
      status: "queued",
      conclusion: null,
      startedAt: this.core.now(),
      updatedAt: this.core.now(),
      jobs: [...kept, ...plans.map((plan) => this.#newJob(run, number, plan))],
    });
    this.runEvent(repository, run, "requested");
    this.advance(repository, run);
  }

  #newJob(run: RunState, attempt: number, plan: JobPlan): JobState {
    const job: JobState = {
      id: this.core.id(),
      runId: run.id,
      attempt,
      key: plan.key,
      name: plan.name,
      needs: plan.needs,
      status: "queued",
      conclusion: null,
      createdAt: this.core.now(),
      startedAt: null,
      completedAt: null,
      steps: [],
      environment: plan.environment,
      deployment: null,
      gates: [],
      log: "",
      rawLog: "",
    };
    this.plans.set(job, plan);
    return job;
  }
}
