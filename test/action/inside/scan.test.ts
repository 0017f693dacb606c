import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { told } from "../../../src/domain/inside/hidden.ts";
import { createScanner } from "../../../action/src/inside/scan.ts";
import { looks } from "../../../src/domain/inside/scan.ts";
import type { Scan } from "../../../src/domain/inside/scan.ts";
import { visible } from "../../../src/domain/one-line.ts";

function scan(bytes: Buffer, ...cuts: number[]): Scan {
  const scanner = createScanner();
  let at = 0;
  for (const cut of [...cuts.filter((one) => one < bytes.length).sort((a, b) => a - b), bytes.length]) {
    scanner.add(bytes.subarray(at, cut));
    at = cut;
  }
  return scanner.end();
}
const scanText = (text: string): Scan => scan(Buffer.from(text));
const look = (path: string, text: string): string | null => looks(path, Buffer.byteLength(text), scanText(text));

describe("what bytes tell of a file", () => {
  test("is the same however they come", () => {
    const text = fc.array(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 30 }),
        fc.constantFrom("\n", "\u202e", "\u{e0101}", "\ufeff", "_0x", "\\x41", "a".repeat(40), "é語"),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat(400), { maxLength: 8 }), (parts, cuts) => {
        const bytes = Buffer.from(parts.join(""));
        expect(scan(bytes, ...cuts)).toEqual(scan(bytes));
      }),
    );
  });

  test("finds the characters that `visible` names, and no others", () => {
    for (let point = 0x80; point < 0x110000; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const sign = String.fromCodePoint(point);
      const named = visible(sign) !== sign;
      if (scanText(`a${sign}b`).hidden !== (named ? 1 : 0)) expect.fail(`U+${point.toString(16)} is counted wrongly`);
    }
  });

  test("counts lines, the longest of them, and the longest run", () => {
    expect(scanText("")).toMatchObject({ lines: 0, longest: 0, text: true });
    expect(scanText("one\nthree!\ntwo")).toMatchObject({ lines: 3, longest: 6, blob: 0 });
    for (const before of [0, 1, 999, 1000, 1500, 2999])
      expect(scanText(`${" ".repeat(before)}${"QWxs".repeat(500)};`).blob, `${before}`).toBe(2000);
    expect(scanText(`${"QWxs".repeat(499)};`.repeat(20)).blob).toBe(0);
    expect(scanText(`${"a\n".repeat(600_000)}${"b".repeat(9000)}`)).toMatchObject({ lines: 600_001, longest: 9000 });
  });

  test("knows that a mark at the beginning says how a file is written", () => {
    expect(scanText("\ufeffa").hidden).toBe(0);
    expect(scanText("a\ufeff").hidden).toBe(1);
  });

  test.each<[string, number[]]>([
    ["ELF", [0x7f, 0x45, 0x4c, 0x46, 2]],
    ["Mach-O", [0xcf, 0xfa, 0xed, 0xfe, 7]],
    ["PE", [0x4d, 0x5a, 0x90, 0]],
    ["WebAssembly", [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]],
  ])("knows a program by its beginning: %s", (_name, bytes) => {
    expect(scan(Buffer.from(bytes)).program).toBe(true);
    expect(scan(Buffer.from(bytes), 1, 2).program).toBe(true);
    expect(scanText("#!/bin/sh\n").program).toBe(false);
  });

  test("finds tokens of npm and GitHub, and tells none of them", () => {
    const tokens = [`npm_${"a1".repeat(18)}`, `ghp_${"b2".repeat(18)}`, `github_pat_${"c3_".repeat(20)}`];
    for (const token of tokens) {
      expect(scanText(`//registry/:_authToken=${token}\n`).secrets, token).toBe(1);
      expect(scanText(`x=${token}`).secrets, token).toBe(1);
      for (const most of [20, 60, 400]) expect(told(`key = "${token}"`, most)).not.toContain(token.slice(4, 20));
    }
    expect(scanText("npm_config_registry=1 npm_lifecycle_event_of_a_package").secrets).toBe(0);
  });
});

describe("how code looks", () => {
  const line = "export function count(widgets) { return widgets.length; }\n";

  test("is nothing to speak of where people wrote it", () => {
    expect(look("lib/index.js", line.repeat(200))).toBeNull();
    expect(look("data.json", `"${"QWxs".repeat(2000)}"`)).toBeNull();
    expect(look("index.js.map", `{"mappings":"${"AAAA,".repeat(5000)}"}`)).toBeNull();
  });

  test("is minified where lines are as only a minifier writes them", () => {
    expect(look("dist/index.min.js", line.trim().repeat(200))).toBe("minified");
    // One long line among many is a table or an address.
    expect(look("lib/index.js", line.repeat(2000) + line.trim().repeat(100))).toBeNull();
  });

  test.each<[string, string]>([
    [
      "names as obfuscators coin them",
      Array.from({ length: 30 }, (_, at) => `var _0x${(4096 + at).toString(16)};`).join("\n"),
    ],
    ["a long text in base64", `eval(atob("${"QWxs".repeat(600)}"))`],
    ["escapes in place of letters", `x="${"\\x41".repeat(300)}"`],
  ])("is made unreadable: %s", (_what, text) => {
    expect(look("lib/index.js", text)).toBe("encoded");
    expect(look("bin/run", text)).toBe("encoded");
    expect(look("image.svg", text)).toBeNull();
  });
});
