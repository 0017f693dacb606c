import type { DiffLine } from "../line-diff.ts";

const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;
const kinds: Readonly<Record<string, DiffLine["kind"]>> = { " ": "same", "-": "removed", "+": "added" };

/** A unified diff as the comparison that pages show, one part for each of its hunks; null: it is none. Never throws. */
export function readUnified(diff: string): DiffLine[][] | null {
  const parts: DiffLine[][] = [];
  let [before, after] = [1, 1];
  for (const line of diff.replace(/\n$/, "").split("\n")) {
    const [, from, to] = header.exec(line) ?? [];
    const part = parts.at(-1);
    if (from !== undefined && to !== undefined) {
      [before, after] = [Number(from), Number(to)];
      parts.push([]);
    } else if (part === undefined) {
      // Names of the two files, which everybody knows already.
      if (!/^(?:---|\+\+\+|diff |index )/.test(line)) return null;
    } else if (!line.startsWith("\\")) {
      const kind = line === "" ? "same" : kinds[line.charAt(0)];
      if (kind === undefined) return null;
      part.push({
        ...{ kind, text: line.slice(1) },
        before: kind === "added" ? null : before++,
        after: kind === "removed" ? null : after++,
      });
    }
  }
  return parts.length === 0 ? null : parts;
}
