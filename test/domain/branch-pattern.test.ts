import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { branchAllowed, branchMatches } from "../../src/domain/branch-pattern.ts";

describe("a branch pattern", () => {
  test.each([
    ["main", "main"],
    ["*", "main"],
    ["release/*", "release/1"],
    ["release/*/*", "release/1/2"],
    ["**/x", "a/b/x"],
    ["**/x", "x"],
    ["feature/**/*", "feature/a/b/c"],
    ["**/**/x", "a/x"],
    ["a**/b", "ab/b"],
    ["a**/b", "a/b"],
    ["v?.x", "v1.x"],
    ["[a-c]x", "bx"],
    ["[^a]x", "bx"],
    ["[!a]x", "bx"],
    ["[\\]]x", "]x"],
    ["\\*", "*"],
    ["*a*b", "xxaxxb"],
    ["*", ""],
    ["dev-😀-*", "dev-😀-1"],
    ["?", "😀"],
  ])("%s matches %s", (pattern, branch) => {
    expect(branchMatches(pattern, branch)).toBe(true);
  });

  test.each([
    ["main", "Main"],
    ["main", "main2"],
    ["*", "a/b"],
    ["**", "a/b"],
    ["a**/b", "a/x/b"],
    ["a?c", "a/c"],
    ["a[/]c", "a/c"],
    ["a[^x]c", "a/c"],
    ["release/*", "release/1/2"],
    ["release/*", "release"],
    ["[", "["],
    ["[a", "a"],
    ["[]a]", "a"],
    ["*.x", ".x"],
    ["\\*", "a"],
    ["{a,b}", "a"],
    ["", "main"],
    ["m.in", "main"],
  ])("%s doesn't match %s", (pattern, branch) => {
    expect(branchMatches(pattern, branch)).toBe(false);
  });

  test("without wildcards matches itself and nothing else", () => {
    const plain = fc.stringMatching(/^[a-z0-9/_-]{1,12}$/);
    fc.assert(
      fc.property(plain, plain, (pattern, branch) => {
        expect(branchMatches(pattern, branch)).toBe(pattern === branch);
      }),
    );
  });

  test("matches what a plain reading of its stars and slashes matches", () => {
    const pattern = fc
      .array(fc.constantFrom("a", "b", "/", "*", "?", "**/"), { maxLength: 8 })
      .map((parts) => parts.join(""));
    const branch = fc.array(fc.constantFrom("a", "b", "/"), { maxLength: 8 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(pattern, branch, (one, other) => {
        expect(branchMatches(one, other)).toBe(plainly(one).test(other));
      }),
      { numRuns: 2000 },
    );
  });

  test("of many stars takes no time", () => {
    const before = performance.now();
    expect(branchMatches(`${"*a".repeat(50)}b`, "a".repeat(250))).toBe(false);
    expect(branchMatches(`${"**/a/".repeat(50)}b`, "a/".repeat(250))).toBe(false);
    expect(performance.now() - before).toBeLessThan(500);
  });

  test("of a tag lets no branch through", () => {
    expect(branchAllowed([{ name: "main", type: "tag" }], "main")).toBe(false);
    expect(
      branchAllowed(
        [
          { name: "x", type: "branch" },
          { name: "ma*", type: "branch" },
        ],
        "main",
      ),
    ).toBe(true);
    expect(branchAllowed([], "main")).toBe(false);
  });

  test("never throws and always ends", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
        branchMatches(one, other);
        branchMatches(`[${one}`, other);
      }),
    );
  });
});

/** The same pattern as a regular expression, where `**` followed by a slash stands only at the beginning of a part. */
function plainly(pattern: string): RegExp {
  const deep = pattern.replace(/(^|\/)(?:\*\*\/)+/g, "$1\u0001");
  const parts = [...deep.replace(/\*+/g, "*")].map(
    (char) => ({ "\u0001": "(?:[^/]*/)*", "*": "[^/]*", "?": "[^/]" })[char] ?? char,
  );
  return new RegExp(`^${parts.join("")}$`);
}
