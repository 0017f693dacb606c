import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readUnified } from "../../../src/domain/doctor/unified.ts";
import { diffParts, lineDiff } from "../../../src/domain/line-diff.ts";
import type { DiffLine } from "../../../src/domain/line-diff.ts";

const signs: Record<DiffLine["kind"], string> = { same: " ", removed: "-", added: "+" };

function written(parts: DiffLine[][]): string {
  const hunk = (part: DiffLine[]): string[] => {
    const old = part.filter(({ kind }) => kind !== "added");
    const now = part.filter(({ kind }) => kind !== "removed");
    const at = `@@ -${old[0]?.before ?? 1},${old.length} +${now[0]?.after ?? 1},${now.length} @@`;
    return [at, ...part.map(({ kind, text }) => signs[kind] + text)];
  };
  return ["--- a/publish.yml", "+++ b/publish.yml", ...parts.flatMap(hunk)].join("\n");
}

describe("a unified diff", () => {
  test("is read back as the comparison that it was made of", () => {
    const line = fc.constantFrom("a", "b", "", "- c", "+ d", "@@ -1 +1 @@ no header", "--- x", "\\ y", "e\u202e");
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (one, other) => {
        const both = [...one.map((text) => `${text}\n`), "end\n"].join("");
        const parts = diffParts(lineDiff(both, [...other.map((text) => `${text}\n`), "end\n"].join("")));
        // A part without a line of one side has its number from the other side's end, which a diff doesn't tell.
        fc.pre(parts.length > 0 && parts.every((part) => part.some(({ kind }) => kind === "same")));
        expect(readUnified(`${written(parts)}\n`)).toEqual(parts);
      }),
    );
  });

  test("may lack the names of the files, and say that a line doesn't end", () => {
    expect(readUnified("@@ -3 +3 @@\n-a\n+b\n\\ No newline at end of file\n")).toEqual([
      [
        { kind: "removed", text: "a", before: 3, after: null },
        { kind: "added", text: "b", before: null, after: 3 },
      ],
    ]);
  });

  test.each(["", "no diff", "--- a\n+++ b", "@@ -1 +1 @@\nx", "<b>\n@@ -1 +1 @@\n-a"])("%j is none", (text) => {
    expect(readUnified(text)).toBeNull();
  });

  test("never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        readUnified(text);
        readUnified(`@@ -1 +1 @@\n${text}`);
      }),
    );
  });
});
