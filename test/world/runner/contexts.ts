import { delimiter, dirname, join } from "node:path";
import type { JobOrder } from "../types.ts";
import type { Standing } from "./expressions.ts";
import { refNameOf, refTypeOf, workflowRefOf } from "./refs.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** GitHub's command line as far as the world has it: a machine of GitHub's has the real one. */
export const ghFolder = join(root, "test", "world", "gh");

/** The Node that runs JavaScript actions: this one, or where it is older than actions expect the one among the packages. */
export const node =
  Number(process.versions.node.split(".")[0]) >= 22
    ? process.execPath
    : join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");

/** The job's own folders. */
export interface Folders {
  work: string;
  temp: string;
  home: string;
}

export interface Present {
  order: JobOrder;
  workflowName: string;
  folders: Folders;
  standing: Standing;
  steps: Record<string, unknown>;
}

/** The contexts of expressions (GitHub docs, "Contexts reference"), as far as a publish workflow uses them. */
export function contextsOf(present: Present, env: Record<string, string>): Record<string, unknown> {
  const { order, workflowName, folders, standing, steps } = present;
  const { repository, ref, sha, event, actor, triggeringActor } = order;
  return {
    github: {
      repository: `${repository.owner}/${repository.name}`,
      repository_id: String(repository.id),
      repository_owner: repository.owner,
      repository_owner_id: String(repository.ownerId),
      repository_visibility: repository.visibility,
      ref,
      ref_name: refNameOf(ref),
      ref_type: refTypeOf(ref),
      sha,
      event_name: event.name,
      event: event.payload,
      actor: actor.login,
      actor_id: String(actor.id),
      triggering_actor: triggeringActor.login,
      run_id: String(order.runId),
      run_number: String(order.runNumber),
      run_attempt: String(order.runAttempt),
      server_url: order.serverUrl,
      api_url: order.apiUrl,
      workflow: workflowName,
      workflow_ref: workflowRefOf(order),
      workflow_sha: sha,
      job: order.jobKey,
      workspace: folders.work,
      token: order.secrets["GITHUB_TOKEN"] ?? "",
    },
    env,
    inputs: event.inputs,
    secrets: order.secrets,
    steps,
    job: { status: standing.cancelled ? "cancelled" : standing.failed ? "failure" : "success" },
    runner: { os: "Linux", arch: "X64", temp: folders.temp, environment: "github-hosted" },
    needs: order.needs ?? {},
    vars: order.vars ?? {},
  };
}

/**
 * What a step finds in its environment before its own variables, which win over these. Of this process's own environment only
 * the last part of PATH gets in, and HOME is the job's: nobody's .npmrc, token or setting does. The repository's own npm comes first.
 */
export function hostEnvOf({ order, folders }: Present, paths: readonly string[]): Record<string, string> {
  const { hostEnv } = order;
  const tools = [join(root, "node_modules", ".bin"), ghFolder, dirname(node), process.env["PATH"] ?? ""];
  return {
    HOME: folders.home,
    LANG: "C.UTF-8",
    CI: "true",
    NPM_CONFIG_GLOBALCONFIG: join(folders.home, "no-global.npmrc"),
    ...hostEnv,
    PATH: [...paths, ...(hostEnv["PATH"] === undefined ? tools : [hostEnv["PATH"]])].join(delimiter),
  };
}

/** What the runner says about the job. A step's own variables don't replace these (docs, "Default environment variables"). */
export function githubEnvOf({ order, workflowName, folders }: Present): Record<string, string> {
  const { repository, ref, event, actor } = order;
  return {
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: `${repository.owner}/${repository.name}`,
    GITHUB_REPOSITORY_ID: String(repository.id),
    GITHUB_REPOSITORY_OWNER: repository.owner,
    GITHUB_REPOSITORY_OWNER_ID: String(repository.ownerId),
    GITHUB_REF: ref,
    GITHUB_REF_NAME: refNameOf(ref),
    GITHUB_REF_TYPE: refTypeOf(ref),
    GITHUB_SHA: order.sha,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: join(folders.temp, "event.json"),
    GITHUB_ACTOR: actor.login,
    GITHUB_ACTOR_ID: String(actor.id),
    GITHUB_TRIGGERING_ACTOR: order.triggeringActor.login,
    GITHUB_RUN_ID: String(order.runId),
    GITHUB_RUN_NUMBER: String(order.runNumber),
    GITHUB_RUN_ATTEMPT: String(order.runAttempt),
    GITHUB_JOB: order.jobKey,
    GITHUB_WORKFLOW: workflowName,
    GITHUB_WORKFLOW_REF: workflowRefOf(order),
    GITHUB_WORKFLOW_SHA: order.sha,
    GITHUB_SERVER_URL: order.serverUrl,
    GITHUB_API_URL: order.apiUrl,
    GITHUB_WORKSPACE: folders.work,
    RUNNER_TEMP: folders.temp,
    RUNNER_OS: "Linux",
    RUNNER_ARCH: "X64",
    RUNNER_ENVIRONMENT: "github-hosted",
    GITHUB_BASE_REF: "",
    GITHUB_HEAD_REF: "",
    GITHUB_GRAPHQL_URL: `${new URL(order.apiUrl).origin}/api/graphql`,
  };
}
