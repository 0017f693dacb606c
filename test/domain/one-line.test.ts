import fc from "fast-check";
import { expect, test } from "vitest";
import { commitAuthor, commitTitle, oneLine, visible } from "../../src/domain/one-line.ts";

test.each([
  ["Count widgets\n\nAt length.", "Count widgets"],
  ["\n\nCount widgets\r\nmore", "Count widgets"],
  ["a\tb\u0000c", "a b c"],
  ["safe \u202eevil", "safe evil"],
  ["", null],
  ["\u0007", null],
])("of the message %j the title is %j", (message, title) => {
  expect(commitTitle(message)).toBe(title);
});

test("an author is a login, else a name, else nobody", () => {
  expect(commitAuthor("carol", "Carol C.")).toBe("carol");
  expect(commitAuthor(null, "Carol\nC.")).toBe("Carol C.");
  expect(commitAuthor(undefined, null)).toBeNull();
});

test("a line is one line, short enough, and can be stored", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const line = oneLine(text, 50);
      expect([...line].length).toBeLessThanOrEqual(50);
      // PostgreSQL takes neither NUL nor half a character.
      expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u);
    }),
  );
});

test("what can't be seen in a file is made visible", () => {
  expect(visible("run: \u202ea\u200bb\r")).toBe("run: ⟨U+202E⟩a⟨U+200B⟩b⟨U+000D⟩");
  expect(visible("\tindented 👩‍💻 ü")).toBe("\tindented 👩‍💻 ü");
});
