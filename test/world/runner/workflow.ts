import { parse } from "yaml";
import type { JobOrder } from "../types.ts";

export type Table = Record<string, unknown>;

export const table = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};

export interface JobPlan {
  /** The workflow's `name`, or its path where it has none, as GitHub has it. */
  name: string;
  job: Table;
  steps: Table[];
  /** `env` of the workflow and of the job, the outer one first. */
  env: Table[];
  /** Whether the job may ask for OIDC tokens. */
  idToken: boolean;
  /** `defaults.run`, the job's before the workflow's. */
  runDefaults: Table;
}

export function workflowNameOf(order: JobOrder): string {
  const { name } = parse(order.workflow) as { name?: unknown };
  return typeof name === "string" ? name : order.workflowPath;
}

/** What GitHub calls a step that has no name of its own. */
export function stepNameOf(step: Table): string {
  const called = step["name"] ?? (step["uses"] === undefined ? undefined : `Run ${String(step["uses"])}`);
  return String(called ?? `Run ${String(step["run"]).split("\n")[0]}`);
}

/** The job of an order. Throws a sentence for what this runner can't run, so that no job passes that did nothing. */
export function planOf(order: JobOrder): JobPlan {
  const workflow = table(parse(order.workflow));
  const job = table(table(workflow["jobs"])[order.jobKey]);
  const refuse = (what: string): never => {
    throw new Error(`This runner can't run the job ${order.jobKey}: ${what}.`);
  };
  const steps = job["steps"];
  if (job["uses"] !== undefined) return refuse("it calls another workflow");
  if (!Array.isArray(steps) || steps.length === 0) return refuse("it has no steps");
  for (const part of ["strategy", "container", "services"])
    if (job[part] !== undefined) return refuse(`it has ${part}`);
  const permissions = job["permissions"] ?? workflow["permissions"];
  const runDefaults = (of: Table): Table => table(table(of["defaults"])["run"]);
  return {
    name: workflowNameOf(order),
    job,
    steps: steps.map(table),
    env: [table(workflow["env"]), table(job["env"])],
    idToken: permissions === "write-all" || table(permissions)["id-token"] === "write",
    runDefaults: { ...runDefaults(workflow), ...runDefaults(job) },
  };
}
