import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readYaml } from "../../src/domain/yaml.ts";

const limits = { bytes: 64 * 1024, anchors: false };
const firstFault = (text: string, anchors = false): string => {
  const read = readYaml(text, { ...limits, anchors });
  const fault = read.ok ? undefined : read.faults[0];
  return fault === undefined ? "fine" : `${fault.line}:${fault.column} ${fault.text}`;
};

describe("a YAML file", () => {
  test("is read as YAML 1.2, where `on` and `yes` are texts", () => {
    const read = readYaml("on: yes\n", limits);
    expect(read.ok && read.file.value).toEqual({ on: "yes" });
  });

  test("tells where a key and its value stand", () => {
    const read = readYaml("a:\n  - b: 1\n    c:  2\n", limits);
    if (!read.ok) throw new Error("not read");
    expect(read.file.position(["a", 0, "c"], "key")).toEqual({ line: 3, column: 5 });
    expect(read.file.position(["a", 0, "c"], "value")).toEqual({ line: 3, column: 9 });
    expect(read.file.position(["a", 0, "missing"], "value")).toEqual({ line: 2, column: 5 });
    expect(read.file.position(["nowhere"], "key")).toEqual({ line: 1, column: 1 });
  });

  test.each([
    ["a: @acme/core", '1:4 a text that begins with `@` needs quotes in YAML: write `"@acme/core"`.'],
    ["a: `x`", "1:4 a text that begins with a backtick needs quotes in YAML."],
    ["a:\n\tb: 1", "2:1 this line is indented with a tab: YAML takes only spaces."],
    ["a: 1\na: 2", "2:1 the key `a` stands here twice: keep one."],
    ["a: 1\n---\nb: 2", "2:1 a second document begins here (`---`): keep one."],
    ["a: &x 1", "1:4 anchors (`&…`) and aliases (`*…`) aren't read here: write it out, or put the text in quotes."],
    ["a: !x 1", "1:4 tags (`!…`) aren't read here: leave the tag out, or put the text in quotes."],
    ["%YAML 1.1\n---\non: 1", "1:1 directives (`%…`) aren't read here: delete this line."],
    ["a: 1\n? b\n: c", "2:1 keys that begin with `?` aren't read here: write `key: value`."],
    ["a: 1\n2: b", "2:1 a key has to be a word: put it in quotes, or check the spaces after `-` and `:`."],
    ["a: x\u0000y", "1:5 there is a control character here: delete it and type the line again."],
    ["a: [1", "1:6 the indentation here doesn't fit the lines above: line it up with them, and close what was opened."],
    [
      "a: b: c",
      "1:4 a `key: value` can't stand here: check the indentation, and put a text that holds `: ` in quotes.",
    ],
  ])("is refused with place and cure: %j", (text, said) => {
    expect(firstFault(text)).toBe(said);
  });

  test("may use anchors where they are allowed, but no bombs, circles or missing ones", () => {
    const read = readYaml("a: &x [1]\nb: *x\n", { ...limits, anchors: true });
    expect(read.ok && read.file.value).toEqual({ a: [1], b: [1] });
    const nine = (name: string): string => `[${Array.from({ length: 9 }, () => `*${name}`).join(",")}]`;
    const bomb = `a: &a [1,1,1,1,1,1,1,1,1]\nb: &b ${nine("a")}\nc: &c ${nine("b")}\nd: ${nine("c")}\n`;
    for (const text of [bomb, "a: &x {b: *x}", "a: *x"])
      expect(firstFault(text, true)).toContain("unfold to too much, or to nothing");
  });

  test.each(["[", "{a: ", "- ", "? ", "a: ", '"', "'\n", "k: v\n'\n  \\", "- a\n", "\n"])(
    "made of nothing but %j is answered within two seconds of the processor",
    (part) => {
      const text = part.repeat(Math.floor(limits.bytes / part.length));
      // Of this process alone: a machine that is busy with other work makes nothing slower here.
      const before = process.cpuUsage();
      readYaml(text, limits);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000).toBeLessThan(2000);
    },
  );

  test("is refused where it is too large, too deep, or has too many keys", () => {
    expect(firstFault("é".repeat(40_000))).toContain("larger than 64 KB");
    expect(firstFault(`a: ${"[".repeat(21)}${"]".repeat(21)}`)).toContain("nests too deeply");
    expect(firstFault(Array.from({ length: 5001 }, (_, index) => `k${index}: 1`).join("\n"))).toContain("5000 keys");
  });

  test("never throws, whatever it holds", () => {
    const part = fc.constantFrom(
      "a",
      "a: ",
      "- ",
      "\n",
      "  ",
      "{",
      "}",
      "[",
      "]",
      '"',
      "'",
      "|",
      "#",
      "&a ",
      "*a",
      "!",
      "@",
      "---\n",
      "\t",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(part).map((parts) => parts.join("")),
        ),
        (text) => {
          const read = readYaml(text, { ...limits, anchors: true });
          if (read.ok) return;
          for (const { line, column } of read.faults) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(column).toBeGreaterThanOrEqual(1);
          }
        },
      ),
    );
  });

  test("gives back what was written as JSON, which is YAML", () => {
    const key = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.oneof(fc.stringMatching(/^[ -~]{0,20}$/), fc.integer(), fc.boolean())),
        (value) => {
          const read = readYaml(JSON.stringify(value), limits);
          expect(read.ok && read.file.value).toEqual({ ...value });
        },
      ),
    );
  });
});
