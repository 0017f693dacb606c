import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobOrder, JobResult, StepResult } from "../types.ts";
import { inputVariables, readAction } from "./actions.ts";
import { checkout, setupNode } from "./built-in.ts";
import { contextsOf, runnerEnv } from "./contexts.ts";
import type { Folders, Present } from "./contexts.ts";
import { fill, holds } from "./expressions.ts";
import type { Standing } from "./expressions.ts";
import { commandFiles } from "./file-commands.ts";
import type { Grant, Issuer } from "./issuer.ts";
import { JobLog } from "./log.ts";
import { start } from "./process.ts";
import type { Running } from "./process.ts";
import { planOf, table, workflowNameOf } from "./workflow.ts";
import type { JobPlan, Table } from "./workflow.ts";

type Variables = Record<string, string>;
type Outcome = "success" | "failure" | "cancelled";

interface Post {
  name: string;
  script: string;
  condition: string;
  env: Variables;
  state: Variables;
}

interface Command {
  name: string;
  args: string[];
  /** Names the step's files and, where it isn't a post step, its outputs. */
  id: string;
  env: Variables;
  cwd: string;
  /** Filled from GITHUB_STATE. */
  state: Variables;
  /** A post step runs to its end even where the job was cancelled. */
  post: boolean;
}

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
  #plan: JobPlan = { name: "", job: {}, steps: [], env: [], idToken: false };
  #folders: Folders = { work: "", temp: "", home: "" };
  #grant: Grant | null = null;
  #running: Running | null = null;
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

  async run(): Promise<JobResult> {
    const folder = await mkdtemp(join(tmpdir(), "countersign-job-"));
    let outputs: Variables = {};
    try {
      await this.#prepare(folder);
      for (const index of this.#plan.steps.keys()) await this.#runStep(index);
      for (const post of this.#posts.toReversed()) await this.#runPost(post);
      outputs = this.#fillAll(table(this.#plan.job["outputs"]), this.#jobEnv());
    } catch (error) {
      this.#fault(error);
      this.#standing.failed = true;
    } finally {
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
      const called = step["name"] ?? (step["uses"] === undefined ? undefined : `Run ${String(step["uses"])}`);
      const name = String(called ?? `Run ${String(step["run"]).split("\n")[0]}`);
      this.#steps.push({ number: index + 1, name, status: "queued", conclusion: null });
    }
  }

  async #runStep(index: number): Promise<void> {
    const [step, shown] = [this.#plan.steps[index], this.#steps[index]];
    if (step === undefined || shown === undefined) return;
    const id = typeof step["id"] === "string" ? step["id"] : `__${index + 1}`;
    let outcome: Outcome = "failure";
    this.#beganCancelled = this.#standing.cancelled;
    try {
      const env = this.#stepEnv(step);
      shown.name = fill(shown.name, this.#contexts(env), this.#standing);
      if (!holds(step["if"] === undefined ? undefined : String(step["if"]), this.#contexts(env), this.#standing)) {
        Object.assign(shown, { status: "completed", conclusion: "skipped" });
        this.#done[id] = { outputs: {}, outcome: "skipped", conclusion: "skipped" };
        return;
      }
      shown.status = "in_progress";
      this.#tell(structuredClone(this.#steps));
      outcome = await this.#perform(step, id, env);
    } catch (error) {
      this.#fault(error);
    }
    const forgiven = outcome === "failure" && step["continue-on-error"] === true;
    if (outcome === "failure" && !forgiven) this.#standing.failed = true;
    Object.assign(shown, { status: "completed", conclusion: forgiven ? "success" : outcome });
    this.#done[id] = { outputs: {}, ...this.#done[id], outcome, conclusion: shown.conclusion };
    this.#tell(structuredClone(this.#steps));
  }

  async #perform(step: Table, id: string, env: Variables): Promise<Outcome> {
    if (typeof step["run"] === "string") return await this.#runScript(step, step["run"], id, env);
    const uses = String(step["uses"] ?? "");
    const given = this.#fillAll(table(step["with"]), env);
    this.#announce(`Run ${uses}`, [], given, env);
    if (uses.startsWith("actions/checkout@")) await checkout(this.#order, this.#folders, given);
    else if (uses.startsWith("actions/setup-node@")) {
      const { NODE_AUTH_TOKEN: standIn, ...rest } = await setupNode(this.#folders, given);
      Object.assign(this.#exported, rest);
      if (standIn !== undefined) this.#exported["NODE_AUTH_TOKEN"] = env["NODE_AUTH_TOKEN"] ?? standIn;
    } else return await this.#runAction(uses, given, id, env);
    return "success";
  }

  async #runScript(step: Table, text: string, id: string, env: Variables): Promise<Outcome> {
    const script = fill(text, this.#contexts(env), this.#standing);
    const shell = step["shell"] ?? "bash";
    if (shell !== "bash") throw new Error(`This runner has bash only, not ${String(shell)}.`);
    this.#announce(`Run ${script.split("\n")[0]}`, script.trimEnd().split("\n"), {}, env);
    const file = join(this.#folders.temp, `${id}.sh`);
    await writeFile(file, script);
    return await this.#execute({
      name: "bash",
      args: ["--noprofile", "--norc", "-eo", "pipefail", file],
      id,
      env,
      cwd: join(this.#folders.work, String(step["working-directory"] ?? ".")),
      state: {},
      post: false,
    });
  }

  async #runAction(uses: string, given: Variables, id: string, env: Variables): Promise<Outcome> {
    const action = await readAction(this.#order, uses);
    const inputs = { ...inputVariables(this.#fillAll(action.defaults, env)), ...inputVariables(given) };
    const stepEnv = { ...env, ...inputs, GITHUB_ACTION_PATH: action.folder };
    const state: Variables = {};
    const { post: script, postIf: condition, main } = action;
    if (script !== null) this.#posts.push({ name: `Post Run ${uses}`, script, condition, env: stepEnv, state });
    const cwd = this.#folders.work;
    return await this.#execute({ name: process.execPath, args: [main], id, env: stepEnv, cwd, state, post: false });
  }

  async #runPost({ name, script, condition, env, state }: Post): Promise<void> {
    const number = this.#steps.length + 1;
    const shown: StepResult = { number, name, status: "in_progress", conclusion: null };
    this.#steps.push(shown);
    let conclusion: StepResult["conclusion"] = "failure";
    try {
      const states = Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]));
      const all = { ...this.#exported, ...env, ...states };
      const wanted = holds(condition, this.#contexts(all), this.#standing);
      this.#tell(structuredClone(this.#steps));
      const command = { name: process.execPath, args: [script], id: `__post-${number}`, env: all, post: true };
      conclusion = wanted ? await this.#execute({ ...command, cwd: this.#folders.work, state: {} }) : "skipped";
    } catch (error) {
      this.#fault(error);
    }
    Object.assign(shown, { status: "completed", conclusion });
    if (conclusion === "failure") this.#standing.failed = true;
    this.#tell(structuredClone(this.#steps));
  }

  async #execute({ name, args, id, env, cwd, state, post }: Command): Promise<Outcome> {
    const files = await commandFiles(this.#folders.temp, id);
    const known = { ...runnerEnv(this.#present(), this.#paths), GITHUB_ACTION: id, ...files.env, ...this.#tokenEnv() };
    const running = start(name, args, { cwd, env: { ...known, ...env }, line: (text) => this.#log.line(text) });
    this.#groups.push(running);
    if (!post) this.#running = running;
    if (!post && this.#standing.cancelled && !this.#beganCancelled) running.kill();
    const { status, killed } = await running.done;
    this.#running = null;
    const written = await files.read();
    Object.assign(this.#exported, written.env);
    Object.assign(state, written.state);
    this.#paths.unshift(...written.paths.toReversed());
    if (!post) this.#done[id] = { outputs: written.outputs };
    for (const line of written.summary) this.#log.say(`[summary] ${line}`);
    if (killed) {
      this.#log.say("##[error]The operation was canceled.");
      return "cancelled";
    }
    if (status !== 0) this.#log.say(`##[error]Process completed with exit code ${status ?? "none"}.`);
    return status === 0 ? "success" : "failure";
  }

  /** As GitHub opens a step's log: the script, the inputs and the variables, secrets masked. */
  #announce(title: string, script: string[], given: Variables, env: Variables): void {
    const pairs = (head: string, of: Variables): string[] =>
      Object.keys(of).length === 0 ? [] : [head, ...Object.entries(of).map(([name, value]) => `  ${name}: ${value}`)];
    for (const line of [
      `##[group]${title}`,
      ...script,
      ...pairs("with:", given),
      ...pairs("env:", env),
      "##[endgroup]",
    ])
      this.#log.announce(line);
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
