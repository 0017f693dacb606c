import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parse } from "yaml";
import type { JobOrder, JobResult, StepResult } from "../types.ts";
import { fill, holds } from "./expressions.ts";
import type { Standing } from "./expressions.ts";
import type { Issuer } from "./issuer.ts";
import { start } from "./process.ts";
import type { Ran } from "./process.ts";

type Table = Record<string, unknown>;
const table = (value: unknown): Table => (typeof value === "object" && value !== null ? (value as Table) : {});
const root = join(import.meta.dirname, "..", "..", "..");

interface ActionFile {
  inputs?: Record<string, { default?: unknown }>;
  runs: { using: string; main: string; post?: string };
}

interface Post {
  name: string;
  script: string;
  env: Record<string, string>;
  state: Record<string, string>;
}

/** One job on a runner: its steps in order, then the post steps backwards, as GitHub's runner does it. */
export class Job {
  readonly #order: JobOrder;
  readonly #issuer: Issuer;
  readonly #tell: (steps: StepResult[]) => void;
  readonly #lines: string[] = [];
  readonly #masks = new Set<string>();
  readonly #standing: Standing = { failed: false, cancelled: false };
  readonly #steps: StepResult[] = [];
  readonly #outputs: Record<string, Table> = {};
  readonly #posts: Post[] = [];
  #env: Record<string, string> = {};
  #paths: string[] = [];
  #folder = "";
  #running: { kill(): void } | null = null;

  constructor(order: JobOrder, issuer: Issuer, tell: (steps: StepResult[]) => void) {
    this.#order = order;
    this.#issuer = issuer;
    this.#tell = tell;
    for (const value of Object.values(order.secrets)) if (value !== "") this.#masks.add(value);
  }

  cancel(): void {
    this.#standing.cancelled = true;
    this.#running?.kill();
  }

  async run(): Promise<JobResult> {
    this.#folder = await mkdtemp(join(tmpdir(), "countersign-job-"));
    try {
      for (const folder of ["work", "temp", "home"]) await mkdir(join(this.#folder, folder));
      await this.#runSteps();
      for (const post of this.#posts.toReversed()) await this.#runPost(post);
    } catch (error) {
      this.#standing.failed = true;
      this.#say(`##[error]${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await rm(this.#folder, { recursive: true, force: true });
    }
    const { failed, cancelled } = this.#standing;
    const rawLog = this.#lines.join("\n");
    return {
      conclusion: cancelled ? "cancelled" : failed ? "failure" : "success",
      steps: this.#steps,
      log: this.#masked(rawLog),
      rawLog,
      outputs: {},
    };
  }

  #say(line: string): void {
    this.#lines.push(line);
  }

  #masked(text: string): string {
    let out = text;
    for (const mask of this.#masks) out = out.replaceAll(mask, "***");
    return out;
  }

  get #workflow(): Table {
    return table(parse(this.#order.workflow));
  }

  get #job(): Table {
    return table(table(this.#workflow["jobs"])[this.#order.jobKey]);
  }

  #contexts(env: Record<string, string>): Table {
    const { repository, ref, sha, event, actor, triggeringActor, runId, runNumber, runAttempt, serverUrl, apiUrl } =
      this.#order;
    return {
      github: {
        repository: `${repository.owner}/${repository.name}`,
        repository_owner: repository.owner,
        ref,
        ref_name: ref.replace(/^refs\/heads\//, ""),
        sha,
        event_name: event.name,
        event: event.payload,
        actor: actor.login,
        actor_id: String(actor.id),
        triggering_actor: triggeringActor.login,
        run_id: String(runId),
        run_number: String(runNumber),
        run_attempt: String(runAttempt),
        server_url: serverUrl,
        api_url: apiUrl,
        workflow: String(this.#workflow["name"] ?? ""),
        workspace: join(this.#folder, "work"),
        token: this.#order.secrets["GITHUB_TOKEN"] ?? "",
      },
      env,
      inputs: event.inputs,
      secrets: this.#order.secrets,
      steps: this.#outputs,
      job: { status: this.#standing.failed ? "failure" : "success" },
      runner: { os: "Linux", temp: join(this.#folder, "temp") },
      needs: {},
      vars: {},
    };
  }

  async #runSteps(): Promise<void> {
    const steps = (this.#job["steps"] ?? []) as Table[];
    for (const [index, step] of steps.entries()) {
      const name = String(step["name"] ?? step["uses"] ?? String(step["run"] ?? "").split("\n")[0]);
      this.#steps.push({ number: index + 1, name, status: "queued", conclusion: null });
    }
    for (const [index, step] of steps.entries()) {
      const shown = this.#steps[index];
      if (shown === undefined) continue;
      const env = this.#stepEnv(step);
      if (!holds(step["if"] === undefined ? undefined : String(step["if"]), this.#contexts(env), this.#standing)) {
        Object.assign(shown, { status: "completed", conclusion: "skipped" });
        continue;
      }
      shown.status = "in_progress";
      this.#tell(this.#steps);
      const good = await this.#runStep(step, index, env);
      shown.status = "completed";
      shown.conclusion = this.#standing.cancelled ? "cancelled" : good ? "success" : "failure";
      if (!good && step["continue-on-error"] !== true) this.#standing.failed = true;
      this.#tell(this.#steps);
    }
  }

  #stepEnv(step: Table): Record<string, string> {
    const merged: Record<string, string> = { ...this.#env };
    for (const level of [this.#workflow["env"], this.#job["env"], step["env"]])
      for (const [name, value] of Object.entries(table(level)))
        merged[name] = fill(String(value), this.#contexts(merged), this.#standing);
    return merged;
  }

  async #runStep(step: Table, index: number, env: Record<string, string>): Promise<boolean> {
    const id = typeof step["id"] === "string" ? step["id"] : `step-${index}`;
    if (typeof step["run"] === "string") return await this.#runScript(step, step["run"], id, env);
    const uses = String(step["uses"] ?? "");
    const given = Object.fromEntries(
      Object.entries(table(step["with"])).map(([name, value]) => [
        name,
        fill(String(value), this.#contexts(env), this.#standing),
      ]),
    );
    if (uses.startsWith("actions/checkout@")) return await this.#checkout();
    if (uses.startsWith("actions/setup-node@")) return await this.#setupNode(given);
    return await this.#runAction(uses, given, id, env);
  }

  async #runScript(step: Table, script: string, id: string, env: Record<string, string>): Promise<boolean> {
    const file = join(this.#folder, "temp", `${id}.sh`);
    await writeFile(file, fill(script, this.#contexts(env), this.#standing));
    const cwd = join(this.#folder, "work", String(step["working-directory"] ?? "."));
    const { status } = await this.#execute(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", file],
      id,
      env,
      cwd,
      {},
    );
    return status === 0;
  }

  async #checkout(): Promise<boolean> {
    for (const [path, text] of this.#order.files) {
      const target = join(this.#folder, "work", path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
    return true;
  }

  /** As the real one: an .npmrc that takes the token from the environment. */
  async #setupNode(given: Record<string, string>): Promise<boolean> {
    const registry = given["registry-url"];
    if (registry === undefined || registry === "") return true;
    const file = join(this.#folder, "temp", ".npmrc");
    const base = registry.endsWith("/") ? registry : `${registry}/`;
    await writeFile(file, `${base.replace(/^https?:/, "")}:_authToken=\${NODE_AUTH_TOKEN}\nregistry=${base}\n`);
    this.#env["NPM_CONFIG_USERCONFIG"] = file;
    return true;
  }

  async #runAction(
    uses: string,
    given: Record<string, string>,
    id: string,
    env: Record<string, string>,
  ): Promise<boolean> {
    const [path = ""] = uses.split("@");
    const [owner = "", name = "", ...sub] = path.split("/");
    const known = this.#order.actions.get(`${owner}/${name}`);
    const folder = known === undefined ? "" : join(known, ...sub);
    if (!existsSync(join(folder, "action.yml"))) {
      this.#say(`##[error]This runner doesn't have the action ${uses}.`);
      return false;
    }
    const action = parse(await readFile(join(folder, "action.yml"), "utf8")) as ActionFile;
    const inputs: Record<string, string> = {};
    for (const [input, { default: otherwise }] of Object.entries(action.inputs ?? {}))
      inputs[`INPUT_${input.replaceAll(" ", "_").toUpperCase()}`] =
        given[input] ?? fill(String(otherwise ?? ""), this.#contexts(env), this.#standing);
    for (const [input, value] of Object.entries(given))
      inputs[`INPUT_${input.replaceAll(" ", "_").toUpperCase()}`] = value;
    const stepEnv = { ...env, ...inputs };
    const state: Record<string, string> = {};
    if (action.runs.post !== undefined)
      this.#posts.push({ name: `Post ${uses}`, script: join(folder, action.runs.post), env: stepEnv, state });
    const { status } = await this.#execute(
      process.execPath,
      [join(folder, action.runs.main)],
      id,
      stepEnv,
      join(this.#folder, "work"),
      state,
    );
    return status === 0;
  }

  async #runPost(post: Post): Promise<void> {
    const step: StepResult = {
      number: this.#steps.length + 1,
      name: post.name,
      status: "in_progress",
      conclusion: null,
    };
    this.#steps.push(step);
    const env = {
      ...post.env,
      ...Object.fromEntries(Object.entries(post.state).map(([name, value]) => [`STATE_${name}`, value])),
    };
    const { status } = await this.#execute(
      process.execPath,
      [post.script],
      `post-${step.number}`,
      env,
      join(this.#folder, "work"),
      {},
    );
    Object.assign(step, { status: "completed", conclusion: status === 0 ? "success" : "failure" });
    if (status !== 0) this.#standing.failed = true;
    this.#tell(this.#steps);
  }

  async #execute(
    command: string,
    args: string[],
    id: string,
    env: Record<string, string>,
    cwd: string,
    state: Record<string, string>,
  ): Promise<Ran> {
    const files = { OUTPUT: "", ENV: "", PATH: "", STATE: "", STEP_SUMMARY: "" } as Record<string, string>;
    for (const name of Object.keys(files)) {
      files[name] = join(this.#folder, "temp", `${id}-${name.toLowerCase()}`);
      await writeFile(files[name] ?? "", "");
    }
    const running = start(command, args, { cwd, env: this.#processEnv(env, files), line: (text) => this.#line(text) });
    this.#running = running;
    if (this.#standing.cancelled && !id.startsWith("post-")) running.kill();
    const ran = await running.done;
    this.#running = null;
    Object.assign(this.#env, await readFileCommand(files["ENV"] ?? ""));
    Object.assign(state, await readFileCommand(files["STATE"] ?? ""));
    this.#paths.push(...(await readFile(files["PATH"] ?? "", "utf8")).split("\n").filter(Boolean));
    this.#outputs[id] = {
      outputs: await readFileCommand(files["OUTPUT"] ?? ""),
      outcome: ran.status === 0 ? "success" : "failure",
      conclusion: ran.status === 0 ? "success" : "failure",
    };
    for (const line of (await readFile(files["STEP_SUMMARY"] ?? "", "utf8")).split("\n").filter(Boolean))
      this.#say(`[summary] ${line}`);
    return ran;
  }

  #line(text: string): void {
    const mask = /^::add-mask::(.*)$/.exec(text)?.[1];
    if (mask !== undefined && mask !== "")
      this.#masks.add(mask.replaceAll("%25", "%").replaceAll("%0D", "\r").replaceAll("%0A", "\n"));
    // The runner doesn't print the command itself.
    this.#say(mask === undefined ? text : "::add-mask::***");
  }

  #processEnv(env: Record<string, string>, files: Record<string, string>): Record<string, string> {
    const permissions = table(this.#job["permissions"] ?? this.#workflow["permissions"]);
    const grant = permissions["id-token"] === "write" ? this.#issuer.grant(this.#order) : null;
    const { repository, ref, sha, event, actor, runId, runNumber, runAttempt, serverUrl, apiUrl } = this.#order;
    return {
      PATH: [
        ...this.#paths,
        dirname(process.execPath),
        join(root, "node_modules", ".bin"),
        process.env["PATH"] ?? "",
      ].join(delimiter),
      HOME: join(this.#folder, "home"),
      LANG: "C.UTF-8",
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_REPOSITORY: `${repository.owner}/${repository.name}`,
      GITHUB_REPOSITORY_ID: String(repository.id),
      GITHUB_REF: ref,
      GITHUB_SHA: sha,
      GITHUB_EVENT_NAME: event.name,
      GITHUB_ACTOR: actor.login,
      GITHUB_RUN_ID: String(runId),
      GITHUB_RUN_NUMBER: String(runNumber),
      GITHUB_RUN_ATTEMPT: String(runAttempt),
      GITHUB_SERVER_URL: serverUrl,
      GITHUB_API_URL: apiUrl,
      GITHUB_WORKSPACE: join(this.#folder, "work"),
      RUNNER_TEMP: join(this.#folder, "temp"),
      RUNNER_OS: "Linux",
      ...Object.fromEntries(Object.entries(files).map(([name, path]) => [`GITHUB_${name}`, path])),
      ...this.#order.hostEnv,
      ...(grant === null
        ? {}
        : { ACTIONS_ID_TOKEN_REQUEST_URL: grant.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: grant.bearer }),
      ...env,
    };
  }
}

/** `name=value` lines, and `name<<END … END` blocks. */
async function readFileCommand(path: string): Promise<Record<string, string>> {
  const lines = (await readFile(path, "utf8")).split("\n");
  const found: Record<string, string> = {};
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const block = /^(.+?)<<(.+)$/.exec(line);
    if (block !== null) {
      const value: string[] = [];
      for (index += 1; index < lines.length && lines[index] !== block[2]; index += 1) value.push(lines[index] ?? "");
      found[block[1] ?? ""] = value.join("\n");
    } else if (line.includes("=")) found[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
  }
  return found;
}
