import { isTable, own } from "../../../workflow/unfit.ts";
import type { YamlPath } from "../../../yaml.ts";
import { embedded, parseExpression, sourcesOf } from "../expressions.ts";
import { capital, finding, jobSaid } from "../look.ts";
import type { Check } from "../look.ts";
import { lineOf } from "../model.ts";
import type { Workflow } from "../model.ts";
import { blockKey, diffOf, lineText } from "../patch.ts";
import type { Edit } from "../patch.ts";
import { valueAt } from "./actions.ts";

/** Two releases don't run side by side, and none is cut off. */
export const concurrency: Check = ({ workflow, job }) => {
  const places: Array<{ value: unknown; path: YamlPath }> = [
    { value: own(workflow.root, "concurrency"), path: ["concurrency"] },
    { value: job === null ? undefined : own(job.table, "concurrency"), path: [...(job?.path ?? []), "concurrency"] },
  ].filter(({ value }) => value !== undefined && value !== null);
  if (places.length === 0) {
    if (job === null) return [];
    const text = `Nothing keeps ${jobSaid(job)} from running twice at once.`;
    const diff = diffOf(workflow, addedTo(workflow), (after) => valueAt(after, ["concurrency", "group"]) === "publish");
    return [finding(workflow, "concurrency", lineOf(workflow, job.path), text, diff)];
  }
  const cut = places.filter(({ value }) => isTable(value) && isTrue(own(value, "cancel-in-progress")));
  if (cut.length > 0)
    return cut.map(({ path }) => {
      const at = [...path, "cancel-in-progress"];
      const text = "`cancel-in-progress: true` cuts a release off in the middle where another one starts.";
      const diff = diffOf(workflow, turnedOff(workflow, at), (after) => valueAt(after, at) === false);
      return finding(workflow, "concurrency", lineOf(workflow, at), text, diff);
    });
  const loose = places.every(({ value }) => isOwnGroup(isTable(value) ? own(value, "group") : value));
  if (!loose || job === null) return [];
  const path = places[0]?.path ?? [];
  const text = `The group of \`concurrency:\` is another one for each run, so nothing keeps ${jobSaid(job)} from running twice at once.`;
  return [finding(workflow, "concurrency", lineOf(workflow, path), capital(text))];
};

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

/** Whether each run has a group of its own. */
function isOwnGroup(group: unknown): boolean {
  if (typeof group !== "string") return false;
  return embedded(group).some(({ body }) => {
    const expression = parseExpression(body);
    const sources = expression === null ? [] : sourcesOf(expression);
    return sources.length === 1 && ["github.run_id", "github.run_number"].includes(sources[0]?.join(".") ?? "");
  });
}

/** Above `jobs:`, and above what is said of it. */
function addedTo(workflow: Workflow): Edit[] | null {
  const key = blockKey(workflow, ["jobs"]);
  if (key === null || key.indent !== "") return null;
  let { line } = key;
  while (line > 1 && lineText(workflow, line - 1).startsWith("#")) line -= 1;
  return [{ line, remove: 0, insert: ["concurrency:", "  group: publish", "  cancel-in-progress: false", ""] }];
}

function turnedOff(workflow: Workflow, path: YamlPath): Edit[] | null {
  const { line, column } = workflow.file.position(path, "value");
  const text = lineText(workflow, line);
  if (!text.slice(column - 1).startsWith("true")) return null;
  return [{ line, remove: 1, insert: [`${text.slice(0, column - 1)}false${text.slice(column + 3)}`] }];
}
