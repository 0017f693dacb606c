import { parse } from "yaml";
import { invalid } from "./errors.ts";

type Table = Record<string, unknown>;

/** A value as a table; anything else is an empty one. */
export const table = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};

/** A job as the workflow writes it; a matrix makes several of it. */
export interface JobPlan {
  key: string;
  /** With its expressions, but for those of the matrix. */
  name: string;
  needs: string[];
  condition: string | undefined;
  environment: string | null;
  /** False: the job uses the environment without a deployment (`deployment: false`). */
  deployment: boolean;
  /** Names of the matrix and this job's values. */
  matrix: Readonly<Record<string, unknown>>;
}

export interface WorkflowFile {
  name: string | null;
  runName: string | null;
  triggers: Table;
  /** Inputs of `workflow_dispatch`. */
  inputs: Readonly<Record<string, Table>>;
  jobs: JobPlan[];
}

/** Reads a workflow file as far as GitHub's server needs it; 422 where it isn't YAML. */
export function readWorkflow(text: string): WorkflowFile {
  const file = table(parsed(text));
  const triggers = triggersOf(file["on"]);
  const inputs = table(table(triggers["workflow_dispatch"])["inputs"]);
  return {
    name: typeof file["name"] === "string" ? file["name"] : null,
    runName: typeof file["run-name"] === "string" ? file["run-name"] : null,
    triggers,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, table(input)])),
    jobs: Object.entries(table(file["jobs"])).flatMap(([key, job]) => plansOf(key, table(job))),
  };
}

function parsed(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw invalid(`failed to parse workflow: ${String(error).split("\n")[0] ?? ""}`);
  }
}

/** What a job's GITHUB_TOKEN may do: the job's `permissions`, or else the workflow's; names as apps have them. */
export function grantsOf(text: string, jobKey: string): Record<string, "read" | "write"> {
  const file = table(parsed(text));
  const given = table(table(file["jobs"])[jobKey])["permissions"] ?? file["permissions"];
  const granted = Object.entries(table(given)).filter(
    (entry): entry is [string, "read" | "write"] => entry[1] === "read" || entry[1] === "write",
  );
  return Object.fromEntries(granted.map(([name, access]) => [name.replaceAll("-", "_"), access]));
}

/** `on:` may be one word, a list of words, or a table. */
function triggersOf(on: unknown): Table {
  if (typeof on === "string") return { [on]: null };
  if (Array.isArray(on)) return Object.fromEntries(on.map((one) => [String(one), null]));
  return table(on);
}

function plansOf(key: string, job: Table): JobPlan[] {
  const written = job["environment"];
  const environment = typeof written === "string" ? written : table(written)["name"];
  const title = typeof job["name"] === "string" ? job["name"] : key;
  const needs = job["needs"];
  return combinations(table(table(job["strategy"])["matrix"])).map((matrix) => ({
    key,
    name: titled(title, matrix),
    needs: typeof needs === "string" ? [needs] : Array.isArray(needs) ? needs.map(String) : [],
    condition: job["if"] === undefined ? undefined : String(job["if"]),
    environment: typeof environment === "string" ? environment : null,
    deployment: table(written)["deployment"] !== false,
    matrix,
  }));
}

/** `publish (18, ubuntu)`, unless the name uses the matrix itself. */
function titled(title: string, matrix: JobPlan["matrix"]): string {
  const names = Object.keys(matrix);
  if (names.length === 0) return title;
  const filled = title.replace(/\$\{\{\s*matrix\.([\w-]+)\s*\}\}/g, (_, name: string) => String(matrix[name] ?? ""));
  return filled === title ? `${title} (${names.map((name) => String(matrix[name])).join(", ")})` : filled;
}

/** Every combination of a matrix's lists; `include` and `exclude` are not for this world. */
function combinations(matrix: Table): Array<Record<string, unknown>> {
  const lists = Object.entries(matrix).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  return lists
    .filter(([name]) => name !== "include" && name !== "exclude")
    .reduce<Array<Record<string, unknown>>>(
      (before, [name, values]) => before.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
      [{}],
    );
}

/** The inputs that a dispatched run has: those given, checked as GitHub does, and defaults for the others. */
export function inputsOf(file: WorkflowFile, given: Readonly<Record<string, unknown>>): Record<string, string> {
  const surplus = Object.keys(given).filter((name) => !Object.hasOwn(file.inputs, name));
  if (surplus.length > 0) throw invalid(`Unexpected inputs provided: ${JSON.stringify(surplus)}`);
  const all = Object.entries(file.inputs).flatMap(([name, input]): Array<[string, string]> => {
    const value = given[name] ?? input["default"];
    if (value === undefined || value === null) {
      if (input["required"] === true) throw invalid(`Required input '${name}' not provided`);
      return [];
    }
    const options = input["options"];
    if (input["type"] === "choice" && Array.isArray(options) && !options.map(String).includes(String(value)))
      throw invalid(`Provided value '${String(value)}' for input '${name}' not in the list of allowed values`);
    if (input["type"] === "boolean" && !["true", "false"].includes(String(value)))
      throw invalid(`Provided value '${String(value)}' for input '${name}' is not a boolean`);
    return [[name, String(value)]];
  });
  return Object.fromEntries(all);
}
