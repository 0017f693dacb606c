import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";

/** The one job that publishes, as a workflow file has it. */
export interface PublishingJob {
  /** Key below `jobs:`. */
  key: string;
  /** What GitHub's list of jobs calls it: its `name:`, or the key. */
  name: string;
}

export type WorkflowReading = { ok: true; job: PublishingJob } | { ok: false; line: number | null; problem: string };

/** GitHub reads workflow files up to 1 MB through its contents API; a publishing workflow is far smaller. */
const largest = 512 * 1024;

class Unfit extends Error {
  readonly path: ReadonlyArray<string | number>;
  constructor(path: ReadonlyArray<string | number>, problem: string) {
    super(problem);
    this.path = path;
  }
}

/**
 * Reads a workflow file for what arming needs to know: that it is dispatched with `version` and `tag`, and that exactly one job
 * uses the environment, under a name that doesn't change. What can't be told from the file is refused.
 */
export function readWorkflow(text: string, place: { environment: string; secret: string }): WorkflowReading {
  if (text.length > largest)
    return { ok: false, line: null, problem: "the file is larger than 512 KB; a publishing workflow isn't." };
  const lines = new LineCounter();
  // YAML 1.2, as GitHub's own parser: `on` is a string, not true.
  const document = parseDocument(text, { lineCounter: lines, version: "1.2", uniqueKeys: true });
  const fault = document.errors[0];
  if (fault !== undefined)
    return { ok: false, line: fault.linePos?.[0].line ?? null, problem: "this isn't valid YAML." };
  try {
    const root = plainValue(document);
    checkTriggers(root);
    const job = publishingJob(root, place);
    return { ok: true, job };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { ok: false, line: lineOf(document, lines, error.path), problem: error.message };
  }
}

type Table = Record<string, unknown>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function plainValue(document: Document): Table {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch {
    throw new Unfit([], "its anchors unfold to too much; write it out.");
  }
  if (!isTable(value)) throw new Unfit([], "it isn't a workflow: it has no `on:` and no `jobs:`.");
  return value;
}

function checkTriggers(root: Table): void {
  const on = root["on"];
  const names = typeof on === "string" ? [on] : Array.isArray(on) ? on.map(String) : isTable(on) ? Object.keys(on) : [];
  if (names.includes("pull_request_target"))
    throw new Unfit(
      ["on"],
      "it also runs on `pull_request_target`, with which a stranger's pull request reaches secrets: remove that trigger.",
    );
  if (!names.includes("workflow_dispatch"))
    throw new Unfit(
      ["on"],
      "it has no `workflow_dispatch` trigger, so it can't be started: add one with the inputs `version` and `tag`.",
    );
  const dispatch = isTable(on) ? on["workflow_dispatch"] : null;
  const inputs = isTable(dispatch) && isTable(dispatch["inputs"]) ? dispatch["inputs"] : {};
  for (const name of ["version", "tag"])
    if (!Object.hasOwn(inputs, name))
      throw new Unfit(
        ["on", "workflow_dispatch"],
        `its \`workflow_dispatch\` has no input \`${name}\`: add it (type string), since it is started with \`version\` and \`tag\`.`,
      );
  for (const [name, input] of Object.entries(inputs)) {
    const needed = isTable(input) && input["required"] === true && input["default"] === undefined;
    if (needed && name !== "version" && name !== "tag")
      throw new Unfit(
        ["on", "workflow_dispatch", "inputs", name],
        `its input \`${name}\` is required and has no default; Countersign gives only \`version\` and \`tag\`.`,
      );
  }
}

function publishingJob(root: Table, place: { environment: string; secret: string }): PublishingJob {
  const jobs = isTable(root["jobs"]) ? root["jobs"] : {};
  const using: Array<[string, Table]> = [];
  for (const [key, job] of Object.entries(jobs)) {
    if (!isTable(job)) continue;
    const environment = environmentOf(job["environment"], ["jobs", key, "environment"]);
    if (environment !== null && environment.toLowerCase() === place.environment.toLowerCase()) using.push([key, job]);
    else if (JSON.stringify(job).includes(`secrets.${place.secret}`))
      throw new Unfit(
        ["jobs", key],
        `the job \`${key}\` uses \`secrets.${place.secret}\` outside the environment \`${place.environment}\`, where it would be empty: only the publishing job may use it.`,
      );
  }
  const [first, second] = using;
  if (first === undefined)
    throw new Unfit(
      ["jobs"],
      `no job uses the environment \`${place.environment}\`: give the publishing job \`environment: ${place.environment}\`.`,
    );
  if (second !== undefined)
    throw new Unfit(
      ["jobs", second[0]],
      `two jobs (\`${first[0]}\`, \`${second[0]}\`) use the environment \`${place.environment}\`; the secret may reach only one.`,
    );
  return plainJob(first[0], first[1]);
}

function environmentOf(value: unknown, path: string[]): string | null {
  if (isTable(value)) {
    if (value["deployment"] === false)
      throw new Unfit(
        [...path, "deployment"],
        "`deployment: false` makes a job with a protection rule fail at once (GitHub): remove it.",
      );
    return environmentOf(value["name"], [...path, "name"]);
  }
  if (typeof value !== "string") return null;
  if (value.includes("${{"))
    throw new Unfit(
      path,
      "the environment's name is an expression, so it can't be told which jobs reach the secret: write it out.",
    );
  return value;
}

function plainJob(key: string, job: Table): PublishingJob {
  if (job["strategy"] !== undefined)
    throw new Unfit(
      ["jobs", key, "strategy"],
      `the job \`${key}\` has a matrix, so the secret would reach several jobs: publish from one.`,
    );
  if (job["uses"] !== undefined)
    throw new Unfit(
      ["jobs", key, "uses"],
      `the job \`${key}\` calls another workflow; this version needs the publishing steps in this file.`,
    );
  const name = job["name"] ?? key;
  if (typeof name !== "string" || name.includes("${{"))
    throw new Unfit(
      ["jobs", key, "name"],
      `the name of the job \`${key}\` isn't a fixed text, so its run can't be followed: write it out.`,
    );
  return { key, name };
}

/** Line of the deepest part of a path that the document has. */
function lineOf(document: Document, lines: LineCounter, path: ReadonlyArray<string | number>): number | null {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    if (!isMap(parent)) continue;
    const key = parent.items.map((pair) => pair.key).find((one) => isScalar(one) && one.value === path[depth - 1]);
    if (isScalar(key) && key.range) return lines.linePos(key.range[0]).line;
  }
  return null;
}
