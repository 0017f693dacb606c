import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { JobOrder, JobResult, StepResult } from "../types.ts";
import { inputVariables, readAction } from "./actions.ts";
import { downloadArtifact, uploadArtifact } from "./artifacts.ts";
import { checkout, setupNode } from "./built-in.ts";
import { contextsOf, githubEnvOf, hostEnvOf, node } from "./contexts.ts";
import type { Folders, Present } from "./contexts.ts";
import { fill, holds } from "./expressions.ts";
import type { Standing } from "./expressions.ts";
import { commandFiles } from "./file-commands.ts";
import type { Written } from "./file-commands.ts";
import type { Grant, Issuer } from "./issuer.ts";
import type { Command, Outcome, Post, Variables } from "./job-types.ts";
import { JobLog } from "./log.ts";
import { start } from "./process.ts";
import type { Running } from "./process.ts";
import { planOf, stepNameOf, table, workflowNameOf } from "./workflow.ts";
import type { JobPlan, Table } from "./workflow.ts";

/** Docs, "Workflow syntax": how long a job, and so a step, may take where nothing is said. */
const jobMinutes = 360;
/** Docs, "Actions limits": five days, on a runner of one's own. */
const mostMinutes = 7200;

/** One job on a runner: its steps in order, then the post steps backwards, as GitHub's runner does it. */
export class Job {
  readonly #order: JobOrder;
  readonly #issuer: Issuer;
  readonly #tell: (steps: StepResult[]) => void;
  readonly #log = new JobLog();
  readonly #standing: Standing = { failed: false, cancelled: false };
  readonly #steps: StepResult[] = [];
  readonly #done: Record<string, Table> = {};
  readonly #posts: Post[] = [];
  readonly #groups: Running[] = [];
  readonly #paths: string[] = [];
  /** From GITHUB_ENV. */
  readonly #exported: Variables = {};
  #plan: JobPlan = { name: "", job: {}, steps: [], env: [], idToken: false, runDefaults: {} };
  #folders: Folders = { work: "", temp: "", home: "" };
  #grant: Grant | null = null;
  #running: Running | null = null;
  #abandoned = false;
  /** A step that begins after the job was cancelled asked for that with its `if`, and isn't ended. */
  #beganCancelled = false;

  constructor(order: JobOrder, issuer: Issuer, tell: (steps: StepResult[]) => void) {
    this.#order = order;
    this.#issuer = issuer;
    this.#tell = tell;
    for (const value of Object.values(order.secrets)) this.#log.mask(value);
  }

  /** The running step is ended; steps with `always()` or `cancelled()` and all post steps still run. */
  cancel(): void {
    this.#standing.cancelled = true;
    this.#running?.kill();
  }

  /** The runner goes away: whatever runs is ended by force, and nothing runs after it. */
  abandon(): void {
    this.#abandoned = true;
    this.#standing.cancelled = true;
    for (const group of this.#groups) group.sweep();
  }

  async run(): Promise<JobResult> {
    const folder = await mkdtemp(join(tmpdir(), "countersign-job-"));
    let outputs: Variables = {};
    let limit: NodeJS.Timeout | undefined;
    try {
      await this.#prepare(folder);
      limit = this.#limitJob();
      for (const index of this.#plan.steps.keys()) await this.#runStep(index);
      for (const post of this.#posts.toReversed()) await this.#runPost(post);
      outputs = this.#fillAll(table(this.#plan.job["outputs"]), this.#jobEnv());
    } catch (error) {
      this.#fault(error);
      this.#standing.failed = true;
    } finally {
      clearTimeout(limit);
      this.#grant?.end();
      for (const group of this.#groups) group.sweep();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
    const { failed, cancelled } = this.#standing;
    return {
      conclusion: cancelled ? "cancelled" : failed ? "failure" : "success",
      steps: structuredClone(this.#steps),
      log: this.#log.shown,
      rawLog: this.#log.raw,
      outputs,
    };
  }

  async #prepare(folder: string): Promise<void> {
    this.#folders = { work: join(folder, "work"), temp: join(folder, "temp"), home: join(folder, "home") };
    for (const one of Object.values(this.#folders) as string[]) await mkdir(one);
    await writeFile(join(this.#folders.temp, "event.json"), JSON.stringify(this.#order.event.payload));
    this.#plan = planOf(this.#order);
    if (this.#plan.idToken) this.#grant = this.#issuer.grant(this.#order, workflowNameOf(this.#order));
    if (this.#grant !== null) this.#log.mask(this.#grant.bearer);
    for (const [index, step] of this.#plan.steps.entries()) {
      this.#steps.push({ number: index + 1, name: stepNameOf(step), status: "queued", conclusion: null });
    }
  }

  /** A job that takes too long is cancelled, and says so. */
  #limitJob(): NodeJS.Timeout {
    const minutes = this.#minutes(this.#plan.job, this.#jobEnv());
    return setTimeout(() => {
      this.#log.say(`##[error]The job has exceeded the maximum execution time of ${minutes} minutes.`);
      this.cancel();
    }, minutes * 60_000);
  }

  #minutes(of: Table, env: Variables): number {
    const written = of["timeout-minutes"];
    if (written === undefined) return jobMinutes;
    const minutes = Number(fill(String(written), this.#contexts(env), this.#standing));
    if (!(minutes > 0 && minutes <= mostMinutes))
      throw new Error(`timeout-minutes is ${String(written)}: it has to be a number from 1 to ${mostMinutes}.`);
    return minutes;
  }

  async #runStep(index: number): Promise<void> {
    const [step, shown] = [this.#plan.steps[index], this.#steps[index]];
    if (step === undefined || shown === undefined) return;
    const id = typeof step["id"] === "string" ? step["id"] : `__${index + 1}`;
    let outcome: Outcome = "failure";
    let mayFail = false;
    this.#beganCancelled = this.#standing.cancelled;
    try {
      const env = this.#stepEnv(step);
      shown.name = fill(shown.name, this.#contexts(env), this.#standing);
      if (
        this.#abandoned ||
        !holds(step["if"] === undefined ? undefined : String(step["if"]), this.#contexts(env), this.#standing)
      ) {
        Object.assign(shown, { status: "completed", conclusion: "skipped" });
        this.#done[id] = { outputs: {}, outcome: "skipped", conclusion: "skipped" };
        return;
      }
      const forgive = fill(String(step["continue-on-error"] ?? false), this.#contexts(env), this.#standing);
      mayFail = forgive === "true";
      shown.status = "in_progress";
      this.#tell(structuredClone(this.#steps));
      outcome = await this.#perform(step, id, env);
    } catch (error) {
      this.#fault(error);
    }
    const forgiven = outcome === "failure" && mayFail;
    if (outcome === "failure" && !forgiven) this.#standing.failed = true;
    Object.assign(shown, { status: "completed", conclusion: forgiven ? "success" : outcome });
    this.#done[id] = { outputs: {}, ...this.#done[id], outcome, conclusion: shown.conclusion };
    this.#tell(structuredClone(this.#steps));
  }

  async #perform(step: Table, id: string, env: Variables): Promise<Outcome> {
    if (typeof step["run"] === "string") return await this.#runScript(step, step["run"], id, env);
    const uses = String(step["uses"] ?? "");
    const given = this.#fillAll(table(step["with"]), env);
    this.#log.open(`Run ${uses}`, [], given, env);
    if (uses.startsWith("actions/checkout@")) await checkout(this.#order, this.#folders, given);
    else if (uses.startsWith("actions/upload-artifact@")) await uploadArtifact(this.#order, this.#folders, given);
    else if (uses.startsWith("actions/download-artifact@")) await downloadArtifact(this.#order, this.#folders, given);
    else if (uses.startsWith("actions/setup-node@")) {
      const { NODE_AUTH_TOKEN: standIn, ...rest } = await setupNode(this.#folders, given);
      Object.assign(this.#exported, rest);
      if (standIn !== undefined) this.#exported["NODE_AUTH_TOKEN"] = env["NODE_AUTH_TOKEN"] ?? standIn;
    } else return await this.#runAction(uses, given, id, env, this.#minutes(step, env));
    return "success";
  }

  async #runScript(step: Table, text: string, id: string, env: Variables): Promise<Outcome> {
    const script = fill(text, this.#contexts(env), this.#standing);
    const { runDefaults } = this.#plan;
    const shell = step["shell"] ?? runDefaults["shell"] ?? "bash";
    const place = String(step["working-directory"] ?? runDefaults["working-directory"] ?? ".");
    if (shell !== "bash") throw new Error(`This runner has bash only, not ${String(shell)}.`);
    this.#log.open(`Run ${script.split("\n")[0]}`, script.trimEnd().split("\n"), {}, env);
    const file = join(this.#folders.temp, `${id}.sh`);
    await writeFile(file, script);
    return await this.#execute({
      name: "bash",
      args: ["--noprofile", "--norc", "-eo", "pipefail", file],
      id,
      env,
      cwd: resolve(this.#folders.work, fill(place, this.#contexts(env), this.#standing)),
      state: {},
      post: false,
      minutes: this.#minutes(step, env),
    });
  }

  async #runAction(uses: string, given: Variables, id: string, env: Variables, minutes: number): Promise<Outcome> {
    const action = await readAction(this.#order, uses);
    const inputs = { ...inputVariables(this.#fillAll(action.defaults, env)), ...inputVariables(given) };
    const stepEnv = { ...env, ...inputs, GITHUB_ACTION_PATH: action.folder };
    const state: Variables = {};
    const { post: script, postIf: condition, main } = action;
    if (script !== null) this.#posts.push({ name: `Post Run ${uses}`, script, condition, env: stepEnv, state });
    const cwd = this.#folders.work;
    return await this.#execute({ name: node, args: [main], id, env: stepEnv, cwd, state, post: false, minutes });
  }

  async #runPost({ name, script, condition, env, state }: Post): Promise<void> {
    if (this.#abandoned) return;
    const number = this.#steps.length + 1;
    const shown: StepResult = { number, name, status: "in_progress", conclusion: null };
    this.#steps.push(shown);
    let conclusion: StepResult["conclusion"] = "failure";
    try {
      const states = Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]));
      const all = { ...this.#exported, ...env, ...states };
      const wanted = holds(condition, this.#contexts(all), this.#standing);
      this.#tell(structuredClone(this.#steps));
      const how = { post: true, minutes: jobMinutes };
      const command = { name: node, args: [script], id: `__post-${number}`, env: all, ...how };
      conclusion = wanted ? await this.#execute({ ...command, cwd: this.#folders.work, state: {} }) : "skipped";
    } catch (error) {
      this.#fault(error);
    }
    Object.assign(shown, { status: "completed", conclusion });
    if (conclusion === "failure") this.#standing.failed = true;
    this.#tell(structuredClone(this.#steps));
  }

  async #execute({ name, args, id, env, cwd, state, post, minutes }: Command): Promise<Outcome> {
    const files = await commandFiles(this.#folders.temp, id);
    if (this.#abandoned) return "cancelled";
    const fixed = { ...githubEnvOf(this.#present()), GITHUB_ACTION: id, ...files.env, ...this.#tokenEnv() };
    const all = { ...hostEnvOf(this.#present(), this.#paths), ...env, ...fixed };
    const running = start(name, args, { cwd, env: all, line: (text) => this.#log.line(text) });
    this.#groups.push(running);
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      running.kill();
    }, minutes * 60_000);
    if (!post) this.#running = running;
    if (!post && this.#standing.cancelled && !this.#beganCancelled) running.kill();
    const { status, killed } = await running.done;
    clearTimeout(limit);
    this.#running = null;
    const outputs = this.#takeIn(await files.read(), state);
    if (!post) this.#done[id] = { outputs };
    if (late && !this.#standing.cancelled) {
      this.#log.say(`##[error]The step has timed out after ${minutes} minutes.`);
      return "failure";
    }
    if (killed || this.#abandoned) {
      this.#log.say("##[error]The operation was canceled.");
      return "cancelled";
    }
    if (status !== 0) this.#log.say(`##[error]Process completed with exit code ${status ?? "none"}.`);
    return status === 0 ? "success" : "failure";
  }

  /** What a step wrote into its files, for the steps after it; the answer are its outputs. */
  #takeIn({ env, outputs, paths, state: kept, summary }: Written, state: Variables): Variables {
    const { NODE_OPTIONS: refused, ...allowed } = env;
    if (refused !== undefined)
      this.#log.say("##[error]Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
    Object.assign(this.#exported, allowed);
    Object.assign(state, kept);
    this.#paths.unshift(...paths.toReversed());
    for (const line of summary) this.#log.say(`[summary] ${line}`);
    return outputs;
  }

  #fault(error: unknown): void {
    this.#log.say(`##[error]${error instanceof Error ? error.message : String(error)}`);
  }

  #tokenEnv(): Variables {
    if (this.#grant === null) return {};
    return { ACTIONS_ID_TOKEN_REQUEST_URL: this.#grant.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: this.#grant.bearer };
  }

  #present(): Present {
    const [order, folders, standing, steps] = [this.#order, this.#folders, this.#standing, this.#done];
    return { order, folders, standing, steps, workflowName: this.#plan.name };
  }

  #contexts(env: Variables): Table {
    return contextsOf(this.#present(), env);
  }

  #fillAll(values: Table, env: Variables): Variables {
    const filled = Object.entries(values).map(([name, value]): [string, string] => {
      return [name, fill(value === null ? "" : String(value), this.#contexts(env), this.#standing)];
    });
    return Object.fromEntries(filled);
  }

  /** Workflow, then job, then what steps exported: the later wins. */
  #jobEnv(): Variables {
    const env: Variables = {};
    for (const level of this.#plan.env) Object.assign(env, this.#fillAll(level, env));
    return Object.assign(env, this.#exported);
  }

  #stepEnv(step: Table): Variables {
    const env = this.#jobEnv();
    return { ...env, ...this.#fillAll(table(step["env"]), env) };
  }
}
