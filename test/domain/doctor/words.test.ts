import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { code, plain } from "../../../src/domain/markdown.ts";
import { rules } from "../../../src/domain/doctor/rules.ts";
import { plainWords, spans } from "../../../src/domain/doctor/words.ts";

describe("a rule's sentence", () => {
  test("is text, code, emphasis and links, and nothing else", () => {
    expect(
      spans("Tick *Prevent self-review*, run `npm owner ls <p>`, see [the page](../policy.md#x) \\*now\\*."),
    ).toEqual([
      { kind: "text", text: "Tick " },
      { kind: "emphasis", text: "Prevent self-review" },
      { kind: "text", text: ", run " },
      { kind: "code", text: "npm owner ls <p>" },
      { kind: "text", text: ", see " },
      { kind: "link", text: "the page", href: "../policy.md#x" },
      { kind: "text", text: " *now*." },
    ]);
    expect(plainWords("See *this*: [the page](../policy.md#x) and [that](https://github.test/).")).toBe(
      "See this: the page (`docs/policy.md`) and that.",
    );
    for (const odd of ["2 * 3 * 4", "a ` b", "[x] (y)", "[x](", "**", "![x](y z)", ""])
      expect(plainWords(odd), odd).toBe(odd.replaceAll("`", "'"));
  });

  test("shows what somebody wrote as they wrote it, where it was escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const read = spans(`Ask ${plain(text)} about ${code(text)}.`);
        expect(read.filter(({ kind }) => kind === "link" || kind === "emphasis")).toEqual([]);
        const shown = read.map((span) => span.text).join("");
        expect(shown).toContain(plain(text).replaceAll(/\\([!-/:-@[-`{-~])/g, "$1"));
      }),
    );
  });

  test("loses no letter of what it doesn't understand", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab `*[]()\\") }), (text) => {
        const letters = (of: string): string => of.replaceAll(/[^ab]/g, "");
        const read = spans(text).map((span) => span.text + (span.kind === "link" ? span.href : ""));
        expect(letters(read.join(""))).toBe(letters(text));
      }),
    );
  });

  test.each(rules.map((rule) => [rule.id, rule] as const))("%s reads as it was meant", (_id, rule) => {
    for (const sentence of [rule.why, rule.mend]) {
      expect(plainWords(sentence)).not.toMatch(/\]\(|\*(?!\.)/);
      expect((sentence.match(/`/g) ?? []).length % 2, sentence).toBe(0);
      expect(sentence).toMatch(/^[A-Z`].*[.!]$/s);
    }
    expect(rule.title).not.toMatch(/\.$|\*|\]\(/);
    for (const span of spans(rule.mend)) if (span.kind === "link") expect(span.href).toMatch(/^\.\.\/[\w-]+\.md/);
  });
});
