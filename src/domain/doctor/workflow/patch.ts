import { diffParts, lineDiff } from "../../line-diff.ts";
import { readYaml } from "../../yaml.ts";
import type { YamlPath } from "../../yaml.ts";
import { workflowLimits } from "../../workflow.ts";
import type { Workflow } from "./model.ts";

/** A change of whole lines: so many are taken away from a line (from 1) on, and others put there. */
export interface Edit {
  line: number;
  remove: number;
  insert: readonly string[];
}

/** A text with its lines changed. New lines end as the text's own do. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const lines = text.split("\n");
  const end = text.includes("\r\n") ? "\r" : "";
  for (const { line, remove, insert } of [...edits].sort((one, other) => other.line - one.line))
    lines.splice(line - 1, remove, ...insert.map((one) => `${one}${end}`));
  return lines.join("\n");
}

/** What differs between two texts of one file, as `git apply` and `patch` take it. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const parts = diffParts(lineDiff(before, after));
  const open = (text: string): boolean => text !== "" && !text.endsWith("\n");
  const last = { before: before.split("\n").length, after: after.split("\n").length };
  const hunks = parts.map((part) => {
    const olds = part.filter((line) => line.before !== null);
    const news = part.filter((line) => line.after !== null);
    const span = (lines: typeof part, of: "before" | "after"): string => `${lines[0]?.[of] ?? 0},${lines.length}`;
    const rows = part.flatMap((line) => {
      const row = `${line.kind === "same" ? " " : line.kind === "removed" ? "-" : "+"}${line.text}`;
      const ends =
        (line.before === last.before && open(before)) ||
        (line.before === null && line.after === last.after && open(after));
      return ends ? [row, "\\ No newline at end of file"] : [row];
    });
    return [`@@ -${span(olds, "before")} +${span(news, "after")} @@`, ...rows].join("\n");
  });
  return parts.length === 0 ? "" : [`--- a/${path}`, `+++ b/${path}`, ...hunks, ""].join("\n");
}

/**
 * The edits as a diff, where the file then is still read and says what was meant; otherwise none: a mend that doesn't hold is worse than a
 * sentence alone.
 */
export function diffOf(
  workflow: Workflow,
  edits: readonly Edit[] | null,
  holds: (after: unknown) => boolean,
): { diff?: string } {
  if (edits === null || edits.length === 0) return {};
  const after = applyEdits(workflow.text, edits);
  const read = readYaml(after, workflowLimits);
  if (!read.ok || !holds(read.file.value)) return {};
  return { diff: unifiedDiff(workflow.path, workflow.text, after) };
}

/** A line of the file without what ends it. */
export function lineText(workflow: Workflow, line: number): string {
  return (workflow.text.split("\n")[line - 1] ?? "").replace(/\r$/, "");
}

/** Line and indentation of a key that begins its line, with or without the `- ` of a list before it; null: it stands within a line. */
export function blockKey(workflow: Workflow, path: YamlPath): { line: number; indent: string } | null {
  const { line, column } = workflow.file.position(path, "key");
  const before = lineText(workflow, line).slice(0, column - 1);
  return /^ *(?:- +)*$/.test(before) ? { line, indent: " ".repeat(column - 1) } : null;
}

/** The line on which a value ends. */
export function lastLine(workflow: Workflow, path: YamlPath): number | null {
  const extent = workflow.file.extent(path);
  if (extent === null) return null;
  return workflow.text.slice(0, extent.to).trimEnd().split("\n").length;
}

/** Adds a key to the table below a key of a step, which is made behind another key of the step where it isn't there. */
export function addToTable(
  workflow: Workflow,
  step: { path: YamlPath; table: Record<string, unknown> },
  table: "with" | "env",
  line: string,
  behind: "uses" | "run",
): Edit[] | null {
  const given = step.table[table];
  if (given !== undefined && given !== null) {
    const [first] = typeof given === "object" ? Object.keys(given) : [];
    const key = first === undefined ? null : blockKey(workflow, [...step.path, table, first]);
    return key === null ? null : [{ line: key.line, remove: 0, insert: [`${key.indent}${line}`] }];
  }
  const key = blockKey(workflow, [...step.path, behind]);
  const end = lastLine(workflow, [...step.path, behind]);
  if (key === null || end === null || Object.hasOwn(step.table, table)) return null;
  return [{ line: end + 1, remove: 0, insert: [`${key.indent}${table}:`, `${key.indent}  ${line}`] }];
}
