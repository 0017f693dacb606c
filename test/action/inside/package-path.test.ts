import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownManifest } from "../../../action/src/inside/own-manifest.ts";
import { mayBeManifest, packagePath } from "../../../action/src/inside/package-path.ts";
import { surveyTarball } from "../../../action/src/inside/survey.ts";
import { TarballError } from "../../../action/src/inside/tarball-error.ts";
import { StepError } from "../../../action/src/step-error.ts";
import { pax, tarOf } from "../../support/tarball.ts";
import type { TarEntry } from "../../support/tarball.ts";

/** npm's own reader, as the npm of this repository has it. */
interface Pacote {
  manifest(spec: string, options: object): Promise<{ name?: string; version?: string }>;
  extract(spec: string, target: string, options: object): Promise<unknown>;
}
const pacote = createRequire(import.meta.url)("../../../node_modules/npm/node_modules/pacote") as Pacote;

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "countersign-paths-"))));
afterAll(() => rmSync(folder, { recursive: true }));

function pack(entries: readonly TarEntry[]): string {
  const file = join(folder, "a.tgz");
  writeFileSync(file, gzipSync(tarOf(entries)));
  return file;
}

const manifest = (name: string): string => JSON.stringify({ name, version: "1.0.0" });
const refusal = async (entries: readonly TarEntry[]): Promise<string> =>
  await ownManifest(pack(entries), "It").then(
    () => "",
    (error: unknown) => (error instanceof StepError ? error.message : String(error)),
  );

test.each([
  ["package/lib/a.js", "lib/a.js", false],
  ["widget-1.0/a.js", "a.js", false],
  ["package/./lib//a.js", "lib/a.js", false],
  ["./package/a.js", "package/a.js", false],
  ["a.js", "./a.js", true],
  ["/etc/passwd", "etc/passwd", true],
  ["a/C:/package.json", "package.json", true],
  ["package//a.js", "a.js", true],
  ["package/../../a", "./package/../../a", true],
  ["C:\\a", "./C:\\a", true],
  ["package/a\\..\\b", "./package/a\\..\\b", true],
  ["package/..a", "..a", false],
])("npm takes the name %j as %j", (name, path, outside) => {
  expect(packagePath(name)).toEqual({ path, outside });
});

test.each([
  ...["package.json", "./package.json", "a/package.json", "./package/package.json", "/package/package.json"],
  ...[
    "a/C:/package.json",
    "a//package.json",
    "package/lib/../package.json",
    "package/PACKAGE.JSON",
    "a/package.json/x",
  ],
  ...["package/pac\u212aage.json", "package/pack\u200bage.json", "package/package.json. ", "package\\package.json"],
  ...["package/\\\\s\\h\\package.json", "package/c:package.json"],
])("some program takes %j for the package's own package.json", (name) => {
  expect(mayBeManifest(name)).toBe(true);
});

test.each(["package/lib/package.json", "package/package.json5", "package/package.jsonc", "package/my-package.json"])(
  "no program takes %j for it",
  (name) => expect(mayBeManifest(name)).toBe(false),
);

describe("a tarball's own package.json", () => {
  test("is the one in the package's folder", async () => {
    const file = pack([
      { name: "package/index.js", body: "1" },
      { name: "package/package.json", body: manifest("widget") },
      { name: "package/lib/package.json", body: manifest("other") },
    ]);
    expect((await ownManifest(file, "It")).text).toBe(manifest("widget"));
  });

  const good = { name: "package/package.json", body: manifest("widget") };
  test.each<[string, TarEntry[], string]>([
    ["none", [{ name: "package/index.js", body: "/**package {} **/" }], "has no package.json"],
    ["two of one name", [good, good], "has more than one file that may count"],
    ["another below a dot", [good, { ...good, name: "./package/package.json" }], "has more than one file"],
    ["another below a drive", [good, { ...good, name: "a/C:/package.json" }], "has more than one file"],
    ["another beside the folder", [good, { ...good, name: "package.json" }], "has more than one file"],
    ["another in capitals", [good, { ...good, name: "package/Package.json" }], "has more than one file"],
    ["a folder of that name", [good, { name: "package/package.json/", type: "5" }], "has more than one file"],
    [
      "another in a pax header",
      [good, { name: "x", type: "x", body: pax({ path: "b/package.json" }) }, { name: "package/a.txt", body: "{}" }],
      "has more than one file",
    ],
    ["a link", [{ name: "package/package.json", type: "2", target: "a.json" }], "isn't a file in the package's folder"],
    ["one that npm doesn't unpack", [{ ...good, name: "package.json" }], "isn't a file in the package's folder"],
    ["something behind the end", [good, { name: "", type: "\0", mode: 0 }], "can't be read as npm reads it"],
  ])("is refused where there is %s", async (_what, entries, sentence) => {
    expect(await refusal(entries)).toContain(sentence);
  });
});

describe("beside npm's own reader", () => {
  const places = [
    "package/",
    "./package/",
    "a/",
    "/",
    "",
    "../",
    "C:/",
    "package/C:/",
    "a//",
    "package/./",
    "package/lib/",
  ];
  const more = [
    "package/../",
    "package/lib/../",
    "package/\\\\s\\h\\",
    "package/a\\",
    "package/d:",
    "/package/",
    "package/%2e/",
  ];
  const ends = ["package.json", "index.js", "Package.json", "a.js"];
  const name = fc.tuple(fc.constantFrom(...places, ...more), fc.constantFrom(...ends)).map((parts) => parts.join(""));
  const odd = fc.record({
    name,
    how: fc.constantFrom("plain", "plain", "pax", "gnu", "link", "twice"),
    owner: fc.constantFrom("one", "two", "three"),
  });
  const entriesOf = (
    { name: given, how, owner }: { name: string; how: string; owner: string },
    at: number,
  ): TarEntry[] => {
    const entry = { name: given, body: JSON.stringify({ name: owner, version: `1.0.${at}` }) };
    if (how === "pax")
      return [
        { name: "x", type: "x", body: pax({ path: given }) },
        { ...entry, name: "package/b.js" },
      ];
    if (how === "gnu")
      return [
        { name: "L", type: "L", body: `${given}\0` },
        { ...entry, name: "package/b.js" },
      ];
    if (how === "link") return [{ name: given, type: "2", target: "index.js" }];
    return how === "twice" ? [entry, { ...entry, body: `${entry.body} ` }] : [entry];
  };

  test("what is described is what npm unpacks, and the package.json is the one that it goes by", async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(odd, { maxLength: 5 }), async (whole, some) => {
        const first = { name: `package/${whole ? "package.json" : "readme"}`, body: manifest("widget") };
        const file = pack([first, ...some.flatMap(entriesOf)]);
        const survey = await surveyTarball(file);
        const target = await unpack(file);
        const onDisk = filesIn(target).map((one) => [
          one,
          createHash("sha256")
            .update(readFileSync(join(target, one)))
            .digest("base64"),
        ]);
        const told = [...survey.seen].filter(([path, { kind }]) => !path.startsWith("./") && kind === "file");
        expect(told.map(([path, { digest }]) => [path, digest]).toSorted()).toEqual(onDisk.toSorted());
        const text = await ownManifest(file, "It").then(
          (own) => own.text,
          () => null,
        );
        if (text === null) return;
        const { name: own, version } = JSON.parse(text) as { name: string; version: string };
        expect(await pacote.manifest(file, { cache: join(folder, "cache") })).toMatchObject({ name: own, version });
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  test("archives with bytes changed are read as npm does, or not at all", async () => {
    const blocks = tarOf([
      { name: "package/package.json", body: manifest("widget") },
      { name: "x", type: "x", body: pax({ path: "package/long.js" }) },
      { name: "package/b.js", body: tarOf([{ name: "package/hidden.js", body: "evil" }]) },
      { name: "package/c.js", body: "3" },
    ]);
    const change = fc.tuple(fc.nat(blocks.length - 1), fc.constantFrom(0, 10, 32, 48, 49, 55, 78, 88, 120, 128));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async (changes) => {
        const archive = Buffer.from(blocks);
        for (const [at, byte] of changes) archive[at] = byte;
        mendSums(archive);
        const file = join(folder, "a.tgz");
        writeFileSync(file, gzipSync(archive));
        const survey = await surveyTarball(file).catch((error: unknown) => {
          expect(error).toBeInstanceOf(TarballError);
          return null;
        });
        if (survey === null) return;
        const onDisk = filesIn(await unpack(file));
        const told = [...survey.seen].filter(([path, { kind }]) => !path.startsWith("./") && kind === "file");
        expect(told.map(([path]) => path).toSorted()).toEqual(onDisk.toSorted());
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

/** npm's own unpacking; where there is no package.json it complains only after that. */
async function unpack(file: string): Promise<string> {
  const target = join(folder, "unpacked");
  await pacote.extract(file, target, { cache: join(folder, "cache") }).catch((error: unknown) => {
    expect(String(error)).toMatch(/package\.json/);
  });
  return target;
}

function filesIn(target: string): string[] {
  return globSync("**", { cwd: target, dot: true } as object).filter((one) => statSync(join(target, one)).isFile());
}

/** Checksums that fit again, so that what was changed in a header is taken. */
function mendSums(archive: Buffer): void {
  for (let at = 0; at + 512 <= archive.length; at += 512) {
    const block = archive.subarray(at, at + 512);
    if (block.toString("latin1", 257, 262) !== "ustar") continue;
    block.write(" ".repeat(8), 148, "latin1");
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  }
}
