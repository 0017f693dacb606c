import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linesOf } from "../../../src/domain/inside/diffs.ts";
import { bytesOf, limits } from "../../../src/domain/inside/limits.ts";
import { notable } from "../../../src/domain/inside/points.ts";
import type { Contents, ReadContents } from "../../../src/domain/inside/types.ts";
import { contentsSchema, readContents } from "../../../src/domain/inside/wire.ts";
import { contentsOf } from "../../support/surveys.ts";
import type { Files } from "../../support/surveys.ts";

const manifest = (more: object = {}): string => JSON.stringify({ name: "widget", version: "1.0.0", ...more }, null, 2);
const old: Files = { "package.json": manifest(), "index.js": "1\n", "lib/a.js": "a\n", "README.md": "# Widget\n" };

/** What is said of a package beside the old one: weight and code of each point. */
function codes(now: Files, before: Files = old): string[] {
  return notable(contentsOf({ ...before, ...now }, { version: "0.9.0", files: before })).map(
    ({ weight, code }) => `${weight} ${code}`,
  );
}
const about = (contents: Contents, code: string): string[] =>
  notable(contents).find((one) => one.code === code)?.about ?? [];
const beside = (now: Files, before: Files = old): ReadContents => contentsOf(now, { version: "0.9.0", files: before });

describe("what is worth knowing of a package", () => {
  test("is nothing where only its own files went on as people write them", () => {
    expect(codes({ "index.js": "2\n", "lib/b.js": "b\n", "package.json": manifest({ version: "1.0.1" }) })).toEqual([]);
  });

  test("is that nothing differs", () => {
    expect(codes({})).toEqual(["look same"]);
  });

  test.each<[string, Files, string[]]>([
    [
      "a new install script",
      { "package.json": manifest({ scripts: { postinstall: "node x.js" } }) },
      ["danger install-script-new"],
    ],
    ["one that npm infers from a .gyp file", { "binding.gyp": "{}" }, ["danger install-script-new", "look unusual"]],
    [
      "a script for installations from git",
      { "package.json": manifest({ scripts: { prepare: "tsc" } }) },
      ["look prepare-changed"],
    ],
    ["a new dependency", { "package.json": manifest({ dependencies: { a: "^1.0.0" } }) }, ["look dependency-new"]],
    [
      "one from an address",
      { "package.json": manifest({ dependencies: { a: "https://evil.test/a.tgz" } }) },
      ["danger dependency-elsewhere"],
    ],
    [
      "one from a repository",
      { "package.json": manifest({ optionalDependencies: { a: "evil/a#main" } }) },
      ["danger dependency-elsewhere"],
    ],
    ["a new command", { "package.json": manifest({ bin: { npm: "index.js" } }) }, ["look bin"]],
    ["another entry", { "package.json": manifest({ exports: { ".": "./lib/a.js" } }) }, ["look entry"]],
    ["other engines", { "package.json": manifest({ engines: { node: ">=30" } }) }, ["look engines"]],
    ["another repository", { "package.json": manifest({ repository: "evil/widget" }) }, ["look repository"]],
    ["a package.json that is none", { "package.json": "{" }, ["danger manifest"]],
    ["unseen characters in a text", { "lib/a.js": "if (a\u202e) {}\n" }, ["danger hidden"]],
    ["unseen characters that carry something", { "lib/a.js": `x("${"\u{e0141}".repeat(9)}")\n` }, ["danger hidden"]],
    ["unseen characters in a name", { "lib/a\u200b.js": "a\n" }, ["danger hidden-name"]],
    ["a program", { "lib/a.js": Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]) }, ["danger program"]],
    ["a package that comes along", { "lib/node_modules/x/index.js": "x\n" }, ["danger bundled"]],
    ["a token", { ".npmrc": `//r/:_authToken=npm_${"a1".repeat(18)}\n` }, ["danger secret", "look unusual"]],
    ["a new folder", { "scripts/x.js": "x\n" }, ["look unusual"]],
    ["a file that can be run", { "lib/b.js": { text: "b\n", executable: true } }, ["look executable"]],
    ["a link", { "lib/b.js": { text: "", kind: "link", scan: null } }, ["danger link"]],
    ["a name that climbs out", { "../../x": { text: "x\n", outside: true } }, ["danger outside", "look unusual"]],
    ["a name that comes twice", { "lib/a.js": { text: "b\n", twice: true } }, ["danger twice"]],
    ["a file that has grown", { "lib/a.js": "a\n".repeat(20_000) }, ["look file-grown"]],
    ["a package that has grown", { "lib/b.js": "b\n".repeat(100_000) }, ["look size"]],
  ])("is %s", (_what, now, expected) => {
    expect(codes(now)).toEqual(expected);
  });

  test("is what has gone", () => {
    const before = { ...old, "package.json": manifest({ dependencies: { a: "1" }, scripts: { install: "make" } }) };
    const { "README.md": _gone, ...rest } = old;
    const contents = beside(rest, before);
    expect(notable(contents).map(({ code }) => code)).toEqual(["install-script-gone", "dependency-gone", "removed"]);
    expect(about(contents, "removed")).toEqual(["README.md"]);
  });

  test("is an install script that has changed, or that runs something else than before", () => {
    const before = { ...old, "package.json": manifest({ scripts: { postinstall: "node ./lib/a" } }) };
    expect(codes({ "lib/a.js": "b\n" }, before)).toEqual(["danger install-script-file", "note install-script-same"]);
    expect(codes({ "index.js": "3\n" }, before)).toEqual(["note install-script-same"]);
    const changed = { "package.json": manifest({ scripts: { postinstall: "node ./lib/b" } }) };
    expect(codes(changed, before)).toEqual(["danger install-script-changed"]);
    expect(about(beside({ ...before, ...changed }, before), "install-script-changed")).toEqual([
      "postinstall: node ./lib/b (was: node ./lib/a)",
    ]);
  });

  test("is only what is odd in itself where there is no version before", () => {
    const first = contentsOf({ ...old, "bin/x": { text: "#!/bin/sh\n", executable: true } }, null);
    expect(notable(first).map(({ code }) => code)).toEqual(["first"]);
    const odd = {
      ...old,
      "package.json": manifest({ scripts: { install: "make" }, dependencies: { a: "1", b: "x/y" } }),
    };
    expect(notable(contentsOf(odd, null)).map(({ code }) => code)).toEqual([
      ...["install-script-new", "dependency-elsewhere", "dependency-new", "first"],
    ]);
  });

  test("is that it couldn't be compared, or not be read at all", () => {
    const unknown = contentsOf(old, { why: "The registry answered 503." });
    expect(notable(unknown)).toMatchObject([
      { weight: "look", sentence: "It could not be compared with the version before: The registry answered 503." },
    ]);
    const unread: Contents = { form: 1, state: "unread", shasum: "d".repeat(40), why: "It is a bomb." };
    expect(notable(unread)).toMatchObject([
      { weight: "danger", sentence: "What is inside could not be read. It is a bomb." },
    ]);
  });

  test("comes in the order of its danger, and names a few of many", () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`new-${at}/a.js`, "a\n"]));
    const points = notable(
      beside({ ...old, ...many, "lib/a.js": "a\u202e\n", "package.json": manifest({ bin: "x" }) }),
    );
    expect(points.map(({ weight }) => weight)).toEqual(["danger", "look", "look"]);
    expect(points.find(({ code }) => code === "unusual")).toMatchObject({ more: 4 });
    expect(points.find(({ code }) => code === "unusual")?.about).toHaveLength(5);
  });
});

describe("what is told", () => {
  test("has the lines that differ, with what can't be seen made visible", () => {
    const { diffs } = beside({ ...old, "lib/a.js": "a\nb\u202e\n", "index.js": "1\r\n" });
    const [ends, text] = [diffs.find(({ path }) => path === "index.js"), diffs.find(({ path }) => path === "lib/a.js")];
    expect(text?.parts).toEqual([{ before: 1, after: 1, lines: [" a", "+b⟨U+202E⟩"] }]);
    expect(linesOf(text!)).toEqual([
      [
        { kind: "same", text: "a", before: 1, after: 1 },
        { kind: "added", text: "b⟨U+202E⟩", before: null, after: 2 },
      ],
    ]);
    // Whoever changes all line ends changes nothing that runs.
    expect(ends?.parts).toEqual([]);
  });

  test("shows where in a long line something was put", () => {
    const long = "var a=1;".repeat(2000);
    const now = `${long.slice(0, 9000)}steal();${long.slice(9000)}`;
    const [diff] = beside({ ...old, "index.js": now }, { ...old, "index.js": long }).diffs;
    const [removed = "", added = ""] = diff?.parts[0]?.lines ?? [];
    expect(added).toMatch(/^\+….*steal\(\);/);
    expect(removed).toMatch(/^-…/);
    expect(added.length).toBeLessThanOrEqual(limits.line + 1);
  });

  test("has no token in it, wherever one is packed", () => {
    const token = `npm_${"x9".repeat(18)}`;
    const now = {
      ...old,
      "package.json": manifest({ config: { key: token }, [token]: 1 }),
      "lib/a.js": `${"y".repeat(1000)}${token}${"y".repeat(1000)}\n`,
      [`lib/${token}.js`]: token,
    };
    for (const contents of [beside(now), contentsOf(now, null)]) {
      expect(JSON.stringify(contents)).not.toMatch(/x9x9/);
      expect(JSON.stringify(notable(contents))).not.toMatch(/x9x9/);
    }
  });

  test("is never more than the server takes, whatever is packed", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom(
        "語".repeat(3000),
        "\u0000".repeat(500),
        `${"x".repeat(20)}\n`.repeat(3000),
        "\u202e".repeat(900),
      ),
    );
    const files = fc.dictionary(text, text, { maxKeys: 30 });
    const fields = fc.dictionary(text, fc.oneof(text, fc.dictionary(text, text, { maxKeys: 40 }), fc.jsonValue()), {
      maxKeys: 20,
    });
    fc.assert(
      fc.property(files, files, fields, fields, (one, other, now, was) => {
        const contents = contentsOf(
          { ...one, "package.json": JSON.stringify(now) },
          { version: "1.0.0", files: { ...other, "package.json": JSON.stringify(was) } },
        );
        expect(contentsSchema.safeParse(contents).error?.issues ?? []).toEqual([]);
        expect(bytesOf(contents)).toBeLessThanOrEqual(limits.report);
        notable(contents);
      }),
      { numRuns: 15 },
    );
  });

  test("counts what it leaves out", () => {
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`lib/${at}.js`, `${at}\n`.repeat(50)]));
    const contents = beside({ ...old, ...many });
    expect(contents.counts).toEqual({ added: 1500, changed: 0, removed: 0, same: 4 });
    expect(contents.files.length + contents.leftOut.files).toBe(1504);
    expect(contents.diffs.length + contents.leftOut.diffs).toBe(1500);
    expect(bytesOf(contents)).toBeLessThan(limits.report);
    expect(notable(contents).map(({ code }) => code)).toContain("left-out");
  });

  test("is read again as it was kept, and not where its form isn't known", () => {
    const contents = beside({ ...old, "index.js": "2\n" });
    expect(readContents(JSON.parse(JSON.stringify(contents)))).toEqual(contents);
    for (const other of [null, {}, { ...contents, form: 2 }, { ...contents, files: [{ path: "\u0000" }] }])
      expect(readContents(other)).toBeNull();
  });
});
