import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffParts, lineDiff } from "../../src/domain/line-diff.ts";
import type { DiffLine } from "../../src/domain/line-diff.ts";

const shown = (lines: DiffLine[]): string[] =>
  lines.map(({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`);
const texts = fc.array(fc.constantFrom("a", "b", "c", "", "on: push"), { maxLength: 14 }).map((all) => all.join("\n"));
const whole = (text: string): string => text.replace(/\n$/, "");

describe("a comparison line by line", () => {
  test("says what was removed and what was added, with the lines' numbers", () => {
    const lines = lineDiff("a\nb\nc\nd\n", "a\nc\nx\nd\n");
    expect(shown(lines)).toEqual([" a", "-b", " c", "+x", " d"]);
    expect(lines.map(({ before, after }) => [before, after])).toEqual([
      ...[
        [1, 1],
        [2, null],
        [3, 2],
        [null, 3],
      ],
      [4, 4],
    ]);
  });

  test.each([
    ["", "", []],
    ["", "a", ["+a"]],
    ["a", "", ["-a"]],
    ["a", "a\n", [" a"]],
    ["a\n\n", "a\n", [" a", "-"]],
  ])("%j becomes %j", (before, after, lines) => {
    expect(shown(lineDiff(before, after))).toEqual(lines);
  });

  test("holds both texts whole", () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const lines = lineDiff(before, after);
        const side = (out: DiffLine["kind"]) => lines.filter(({ kind }) => kind !== out).map(({ text }) => text);
        expect(side("added").join("\n")).toBe(whole(before));
        expect(side("removed").join("\n")).toBe(whole(after));
        expect(lines.flatMap(({ before: line }) => line ?? [])).toEqual(side("added").map((_, index) => index + 1));
        expect(lines.flatMap(({ after: line }) => line ?? [])).toEqual(side("removed").map((_, index) => index + 1));
      }),
    );
  });

  test("has no more changes than the longest common lines leave", () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const same = lineDiff(before, after).filter(({ kind }) => kind === "same").length;
        expect(same).toBe(longestCommon(lines(before), lines(after)));
      }),
    );
  });

  test("of texts that have nothing in common is quick, and shows one replaced by the other", () => {
    const many = (word: string): string => Array.from({ length: 20_000 }, (_, index) => `${word}${index}`).join("\n");
    const began = performance.now();
    const kinds = lineDiff(many("a"), many("b")).map(({ kind }) => kind);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(kinds.lastIndexOf("removed")).toBeLessThan(kinds.indexOf("added"));
  });
});

describe("the parts of it", () => {
  const long = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);
  const changed = (...at: number[]): string =>
    long.map((text, index) => (at.includes(index + 1) ? "new" : text)).join("\n");
  const parts = (...at: number[]): string[][] => diffParts(lineDiff(long.join("\n"), changed(...at)), 2).map(shown);

  test("have each change with what stands around it", () => {
    expect(parts(1, 20)).toEqual([
      ["-line 1", "+new", " line 2", " line 3"],
      [" line 18", " line 19", "-line 20", "+new", " line 21", " line 22"],
    ]);
    expect(parts(40)).toEqual([[" line 38", " line 39", "-line 40", "+new"]]);
  });

  test("run together where changes are near", () => {
    expect(parts(10, 14)).toHaveLength(1);
    expect(parts(10, 16)).toHaveLength(2);
  });

  test("are none where nothing changed, and leave no change out", () => {
    expect(parts()).toEqual([]);
    fc.assert(
      fc.property(texts, texts, fc.nat(4), (before, after, around) => {
        const all = lineDiff(before, after);
        const changes = (some: DiffLine[]) => some.filter(({ kind }) => kind !== "same");
        const found = diffParts(all, around);
        expect(changes(found.flat())).toEqual(changes(all));
        expect(new Set(found.flat()).size).toBe(found.flat().length);
      }),
    );
  });
});

function lines(text: string): string[] {
  return text === "" ? [] : whole(text).split("\n");
}

/** The plain way, by a table. */
function longestCommon(a: string[], b: string[]): number {
  let row = Array<number>(b.length + 1).fill(0);
  for (const one of a) {
    const next = [0];
    for (const [index, other] of b.entries())
      next.push(one === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}
