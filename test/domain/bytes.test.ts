import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { otherBytes, otherBytesWords } from "../../src/domain/bytes.ts";
import type { KnownBytes, Witness } from "../../src/domain/bytes.ts";
import { buildDifference, buildLimits, differenceWords } from "../../src/domain/inside/build.ts";
import type { Build } from "../../src/domain/inside/build.ts";

const [one, other] = ["a".repeat(40), "b".repeat(40)];
const witnesses: Witness[] = ["described", "built", "packed", "asked", "held", "published"];

describe("the bytes of a release", () => {
  test("are the same where all who tell of them tell the same, whoever is silent", () => {
    const some = fc.record(Object.fromEntries(witnesses.map((name) => [name, fc.constantFrom(one, null, undefined)])));
    fc.assert(fc.property(some, (known) => otherBytes(known) === null));
  });

  test("differ as soon as one tells of others, and what was described counts as what was countersigned", () => {
    const some = fc.record(Object.fromEntries(witnesses.map((name) => [name, fc.constantFrom(one, other, null)])));
    fc.assert(
      fc.property(some, (known: KnownBytes) => {
        const told = witnesses.flatMap((name) => known[name] ?? []);
        const found = otherBytes(known);
        expect(found !== null).toBe(new Set(told).size > 1);
        if (found === null) return;
        expect(found.expected.shasum).toBe(told[0]);
        expect(found.other.shasum).not.toBe(told[0]);
      }),
    );
  });

  test("are named where they differ: whose they are, and which", () => {
    const found = otherBytes({ described: one, packed: one, held: other });
    expect(found === null ? "" : otherBytesWords(found)).toBe(
      `what npm holds as staged (\`${other}\`) isn't the bytes that the step described (\`${one}\`)`,
    );
  });
});

describe("two builds of a commit", () => {
  const build = (files: Record<string, string>, leftOut = 0): Build => ({
    ...{ shasum: one, leftOut },
    files: Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  });

  test("differ in the files that are named, and in no other", () => {
    const files = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.constantFrom("x", "y"), {
      ...{ maxKeys: 12, noNullPrototype: true },
    });
    fc.assert(
      fc.property(files, files, (first, second) => {
        const { changed, onlyFirst, onlySecond, more } = buildDifference(build(first), build(second));
        const has = (table: Record<string, string>, name: string): boolean => Object.hasOwn(table, name);
        for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
          expect(onlyFirst.includes(name)).toBe(has(first, name) && !has(second, name));
          expect(onlySecond.includes(name)).toBe(has(second, name) && !has(first, name));
          expect(changed.includes(name)).toBe(has(first, name) && has(second, name) && first[name] !== second[name]);
        }
        expect(more).toBe(0);
      }),
    );
  });

  test("of which one was told in part are compared as far as both were told, and that is said", () => {
    const found = buildDifference(build({ a: "x", b: "x" }, 3), build({ a: "y", b: "x", c: "z" }));
    expect(found).toEqual({ changed: ["a"], onlyFirst: [], onlySecond: [], more: 0, unlisted: true });
    expect(differenceWords(found)).toBe("They differ in: `a`.");
  });

  test("that differ in very many files are told with some of their names and the number of the rest", () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`f${at}`, "x"]));
    const found = buildDifference(build(many), build({}));
    expect([found.onlyFirst.length, found.more]).toEqual([buildLimits.named, 30]);
    expect(differenceWords(found)).toContain("and 45 more. 30 more files differ.");
  });

  test("with the same files differ in how they were put together", () => {
    expect(differenceWords(buildDifference(build({ a: "x" }), build({ a: "x" })))).toContain("put together");
  });
});
