import { isTable, own } from "../../workflow/unfit.ts";
import type { Table } from "../../workflow/unfit.ts";
import type { YamlFile, YamlPath } from "../../yaml.ts";
import type { Act } from "./acts.ts";
import { readActs } from "./acts.ts";
import { knownAction } from "./known-actions.ts";
import type { KnownAction } from "./known-actions.ts";
import { dialectOf } from "./shells.ts";

/** A workflow file with its parts, each with its path, so that its line can be told. */
export interface Workflow {
  path: string;
  text: string;
  file: YamlFile;
  root: Table;
  triggers: Trigger[];
  jobs: Job[];
  /** Web origins of the registry that releases go to, where it isn't npm's. */
  origins?: readonly string[];
}

export interface Trigger {
  name: string;
  path: YamlPath;
}

export interface Job {
  key: string;
  path: YamlPath;
  table: Table;
  needs: string[];
  steps: Step[];
  /** Name of its environment as it is written; null: it has none. */
  environment: string | null;
  /** The workflow that it calls; null: it has steps of its own. */
  calls: string | null;
}

export interface Step {
  path: YamlPath;
  table: Table;
  /** `owner/name/path@ref`, `./path`, `docker://…`. */
  uses: string | null;
  action: KnownAction | null;
  run: string | null;
  /** What its script does. */
  acts: Act[];
}

/** The parts of a file that was read. What isn't of the form that GitHub knows is left out: its own parser speaks of it. */
export function workflowOf(path: string, text: string, file: YamlFile): Workflow {
  const root = isTable(file.value) ? file.value : {};
  const workflow: Workflow = { path, text, file, root, triggers: triggersOf(root), jobs: [] };
  const jobs = own(root, "jobs");
  if (!isTable(jobs)) return workflow;
  for (const [key, table] of Object.entries(jobs)) if (isTable(table)) workflow.jobs.push(jobOf(root, key, table));
  return workflow;
}

function triggersOf(root: Table): Trigger[] {
  const on = own(root, "on");
  if (typeof on === "string") return [{ name: on, path: ["on"] }];
  if (Array.isArray(on)) return on.map((name, index) => ({ name: String(name), path: ["on", index] }));
  return isTable(on) ? Object.keys(on).map((name) => ({ name, path: ["on", name] })) : [];
}

function jobOf(root: Table, key: string, table: Table): Job {
  const path = ["jobs", key];
  const steps = own(table, "steps");
  const calls = own(table, "uses");
  return {
    ...{ key, path, table },
    needs: texts(own(table, "needs")),
    environment: environmentOf(own(table, "environment")),
    calls: typeof calls === "string" ? calls : null,
    steps: (Array.isArray(steps) ? steps : []).flatMap((step, index) =>
      isTable(step) ? [stepOf(root, table, [...path, "steps", index], step)] : [],
    ),
  };
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function environmentOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  const name = isTable(value) ? own(value, "name") : undefined;
  return typeof name === "string" ? name : null;
}

function stepOf(root: Table, job: Table, path: YamlPath, table: Table): Step {
  const uses = own(table, "uses");
  const run = own(table, "run");
  const dialect = dialectOf(root, job, table);
  return {
    ...{ path, table },
    uses: typeof uses === "string" ? uses.trim() : null,
    action: typeof uses === "string" ? knownAction(uses.trim()) : null,
    run: typeof run === "string" ? run : null,
    acts: typeof run === "string" && dialect !== null ? readActs(run, dialect) : [],
  };
}

/** GitHub compares environments' names without regard to case. */
export function isSameName(one: string | null, other: string): boolean {
  return one !== null && one.normalize("NFC").toLowerCase() === other.normalize("NFC").toLowerCase();
}

/** Line of a part of the file, by its key where it has one. */
export function lineOf(workflow: Workflow, path: YamlPath, of: "key" | "value" = "key"): number {
  return workflow.file.position(path, of).line;
}

/**
 * Line of the file on which a place in a text stands. In a `|` block the lines are the file's own; elsewhere what stands there is looked
 * for, so many times as it stands before it in the text.
 */
export function lineWithin(workflow: Workflow, path: YamlPath, value: string, offset: number, what: string): number {
  const extent = workflow.file.extent(path);
  const first = lineOf(workflow, path, "value");
  if (extent === null) return first;
  if (extent.literal) return first + 1 + count(value.slice(0, offset), "\n");
  const source = workflow.text.slice(extent.from, extent.to);
  let at = -1;
  for (let nth = count(value.slice(0, offset), what); nth >= 0; nth -= 1) {
    at = source.indexOf(what, at + 1);
    if (at === -1) return first;
  }
  return first + count(source.slice(0, at), "\n");
}

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at !== -1 && part !== ""; at = text.indexOf(part, at + 1)) found += 1;
  return found;
}

/** Line on which something that a script does stands. */
export function actLine(workflow: Workflow, step: Step, act: Act): number {
  const [first = ""] = (step.run ?? "").slice(act.offset).split(/\s/, 1);
  return lineWithin(workflow, [...step.path, "run"], step.run ?? "", act.offset, first);
}

/** An input of an action, whose names GitHub compares without regard to case; null: it isn't given. */
export function input(step: Step, name: string): { key: string; value: unknown } | null {
  const given = own(step.table, "with");
  if (!isTable(given)) return null;
  const key = Object.keys(given).find((one) => one.toLowerCase() === name);
  return key === undefined ? null : { key, value: given[key] };
}

/** An input as a text, as an action reads it; null: it isn't given. */
export function inputText(step: Step, name: string): string | null {
  const found = input(step, name);
  return found === null || found.value === null ? null : String(found.value).trim();
}

/** A table below a key, or an empty one. */
export function tableAt(table: Table, key: string): Table {
  const value = own(table, key);
  return isTable(value) ? value : {};
}

/** The jobs that a job waits for, and those that they wait for. */
export function needed(workflow: Workflow, job: Job): Set<string> {
  const found = new Set<string>();
  const waiting = [...job.needs];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    waiting.push(...(workflow.jobs.find((one) => one.key === key)?.needs ?? []));
  }
  return found;
}
