import { shown } from "../../../shown.ts";
import { isTable, own } from "../../../workflow/unfit.ts";
import type { Finding } from "../../report.ts";
import { embedded, parseExpression, sourcesOf } from "../expressions.ts";
import type { Source } from "../expressions.ts";
import { finding, stepSaid } from "../look.ts";
import type { Check } from "../look.ts";
import { input, lineWithin, tableAt } from "../model.ts";
import type { Job, Step, Workflow } from "../model.ts";

/** What comes from outside reaches scripts through variables. */
export const templateInjection: Check = ({ workflow }) => {
  const known: Known = new Map();
  return workflow.jobs.flatMap((job) => job.steps.flatMap((step) => injected({ workflow, job, step, known })));
};

/** What was found of a source before: variables may name each other, also in circles. */
type Known = Map<string, boolean>;

interface Here {
  workflow: Workflow;
  job: Job;
  step: Step;
  known: Known;
  /** How many variables were followed to come here. */
  depth?: number;
}

function injected(here: Here): Finding[] {
  const { workflow, step } = here;
  const script = step.action === "script" ? input(step, "script") : null;
  const [text, path] =
    script === null ? [step.run, [...step.path, "run"]] : [script.value, [...step.path, "with", script.key]];
  if (typeof text !== "string") return [];
  const lines = new Map<number, Finding>();
  for (const { start, end, body } of embedded(text)) {
    const expression = parseExpression(body);
    const outside = expression === null ? undefined : sourcesOf(expression).find((source) => isOutside(here, source));
    if (outside === undefined) continue;
    const line = lineWithin(workflow, path, text, start, text.slice(start, end));
    const said = `${shown(text.slice(start, end), 60)} is put into the script of ${stepSaid(step)} before it is run, and \`${pathSaid(outside)}\` can hold any text.`;
    if (!lines.has(line)) lines.set(line, finding(workflow, "template-injection", line, said));
  }
  return [...lines.values()];
}

function pathSaid(source: Source): string {
  return source.join(".").replaceAll("`", "'").slice(0, 60);
}

/** Parts of `github` that can't hold what a shell would take for its own: numbers, digests, names of GitHub's own making. */
const harmless = new Set(
  "action action_path action_ref action_repository action_status actor actor_id api_url env event_name event_path graphql_url job job_workflow_sha path ref_protected ref_type repository repository_id repository_owner repository_owner_id repositoryurl retention_days run_attempt run_id run_number secret_source server_url sha token triggering_actor workflow_ref workflow_sha workspace".split(
    " ",
  ),
);
/** In what an event tells, by the last word. */
const harmlessInEvents = new Set(
  "id node_id number sha after before created_at updated_at draft merged login type visibility private fork size distinct forced created deleted full_name additions deletions changed_files commits action event status conclusion run_id run_number run_attempt head_sha site_admin author_association".split(
    " ",
  ),
);

/** Variables made of variables are followed so many times. */
const mostDeep = 30;

/** Whether somebody outside the file decides what is there. What a step or a job before it gives can't be told, unless it is written out. */
function isOutside(here: Here, source: Source): boolean {
  const { workflow, job, step, known } = here;
  const [context = "", name = "", ...rest] = source;
  if (context === "inputs") return isFreeText(workflow, name);
  if (context === "github") return isOutsideGitHub(workflow, [name, ...rest]);
  const key = JSON.stringify([context === "env" ? step.path : job.key, source]);
  const before = known.get(key);
  if (before !== undefined) return before;
  // Nobody follows this by eye either: what is wrapped up so deeply isn't taken for harmless.
  if ((here.depth ?? 0) > mostDeep) return true;
  known.set(key, false);
  const found = madeOf(here, source).some(({ value, from }) =>
    textsIn(value).some((text) => holdsOutside({ ...here, job: from, depth: (here.depth ?? 0) + 1 }, text)),
  );
  known.set(key, found);
  return found;
}

/** The values in the file that a source stands for, each with the job in which it is written. */
function madeOf(
  { workflow, job, step }: Here,
  [context = "", name = "", ...rest]: Source,
): Array<{ value: unknown; from: Job }> {
  if (context === "env") return [{ value: variable(workflow, job, step, name), from: job }];
  if (context === "matrix") return [{ value: tableAt(job.table, "strategy")["matrix"], from: job }];
  if (context !== "needs" || rest[0] !== "outputs") return [];
  return workflow.jobs
    .filter(({ key }) => name === "*" || key.toLowerCase() === name)
    .map((from) => ({ value: valueOf(tableAt(from.table, "outputs"), rest[1] ?? "*"), from }));
}

function holdsOutside(here: Here, text: string): boolean {
  return embedded(text).some(({ body }) => {
    const expression = parseExpression(body);
    return expression !== null && sourcesOf(expression).some((source) => isOutside(here, source));
  });
}

function isOutsideGitHub(workflow: Workflow, [name = "", ...rest]: string[]): boolean {
  if (name === "" || name === "*") return true;
  if (name !== "event") return !harmless.has(name);
  if (rest[0] === "inputs") return isFreeText(workflow, rest[1] ?? "*");
  if (rest[0] === "repository" && ["name", "default_branch", "owner", "html_url"].includes(rest[1] ?? "")) return false;
  const last = rest.findLast((part) => part !== "*");
  return last === undefined || !harmlessInEvents.has(last);
}

/** GitHub takes only what fits for an input of these types. */
const checkedTypes = ["boolean", "number", "choice"];

function isFreeText(workflow: Workflow, name: string): boolean {
  if (name === "" || name === "*") return true;
  const on = own(workflow.root, "on");
  if (!isTable(on)) return true;
  const types = ["workflow_dispatch", "workflow_call"].flatMap((trigger) => {
    const inputs = tableAt(tableAt(on, trigger), "inputs");
    const given = valueOf(inputs, name);
    return given === undefined ? [] : [isTable(given) ? own(given, "type") : undefined];
  });
  return types.length === 0 || types.some((type) => !checkedTypes.includes(String(type)));
}

function variable(workflow: Workflow, job: Job, step: Step, name: string): unknown {
  const tables = [step.table, job.table, workflow.root].map((table) => tableAt(table, "env"));
  return tables.map((table) => valueOf(table, name)).find((value) => value !== undefined);
}

/** A key without regard to case; every value for `*`. */
function valueOf(table: Record<string, unknown>, name: string): unknown {
  if (name === "*") return Object.values(table);
  const key = Object.keys(table).find((one) => one.toLowerCase() === name);
  return key === undefined ? undefined : table[key];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
