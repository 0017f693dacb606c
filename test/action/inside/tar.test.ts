import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTarReader, tarLimits } from "../../../action/src/inside/tar.ts";
import type { Entry } from "../../../action/src/inside/tar.ts";
import { TarballError } from "../../../action/src/inside/tarball-error.ts";
import { pax, tarEntry, tarOf } from "../../support/tarball.ts";
import type { TarEntry } from "../../support/tarball.ts";

type Heard = Entry & { body: string };

/** Reads an archive in pieces of these sizes, over and over. */
function read(archive: Buffer, sizes: readonly number[] = [archive.length], limits = tarLimits): Heard[] {
  const heard: Heard[] = [];
  let parts: Buffer[] = [];
  const reader = createTarReader(
    {
      begin: (entry) => void heard.push({ ...entry, body: "" }),
      data: (bytes) => void parts.push(Buffer.from(bytes)),
      end() {
        const last = heard.at(-1);
        if (last !== undefined) last.body = Buffer.concat(parts).toString("latin1");
        parts = [];
      },
    },
    limits,
  );
  for (let at = 0, turn = 0; at < archive.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    reader.write(archive.subarray(at, at + size));
    at += size;
  }
  reader.end();
  return heard;
}

const refusal = (entries: readonly TarEntry[]): string => {
  try {
    read(tarOf(entries));
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(TarballError);
    return (error as Error).message;
  }
};

const name = fc
  .array(fc.string({ unit: fc.constantFrom(..."abcXYZ09._-é語"), minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => `package/${parts.join("/")}`)
  .filter((one) => Buffer.byteLength(one) <= 100);
const body = fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes));
const sizes = fc.array(fc.integer({ min: 1, max: 1300 }), { minLength: 1, maxLength: 6 });

describe("the reader of archives", () => {
  test("gives back what was written, however the bytes come", () => {
    const entry = fc.record({
      name,
      body,
      mode: fc.constantFrom(0o644, 0o755),
      form: fc.constantFrom("ustar", "gnu", "old"),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), sizes, (entries, cut) => {
        expect(read(tarOf(entries as TarEntry[]), cut)).toEqual(
          entries.map((one) => ({
            ...{ name: one.name, kind: "file", bytes: one.body.length, executable: one.mode === 0o755 },
            body: one.body.toString("latin1"),
          })),
        );
      }),
    );
  });

  test("takes a long name from wherever it stands: pax, GNU's own entry, ustar's front half", () => {
    const long = `package/${"a-long-folder/".repeat(20)}index.js`;
    const named = (entries: TarEntry[]): string[] => read(tarOf(entries)).map((one) => one.name);
    expect(
      named([{ name: "PaxHeader", type: "x", body: pax({ path: long, mtime: "1.5" }) }, { name: "short" }]),
    ).toEqual([long]);
    expect(named([{ name: "././@LongLink", type: "L", body: `${long}\0`, form: "gnu" }, { name: "short" }])).toEqual([
      long,
    ]);
    expect(named([{ name: "index.js", prefix: "package/lib" }])).toEqual(["package/lib/index.js"]);
    // It is for the next entry only.
    expect(named([{ name: "x", type: "x", body: pax({ path: long }) }, { name: "one" }, { name: "two" }])).toEqual([
      long,
      "two",
    ]);
    // What GNU writes there is no name.
    expect(named([{ name: "index.js", prefix: "12345670123", form: "gnu" }])).toEqual(["index.js"]);
  });

  test("tells links, devices and folders from files, and follows none of them", () => {
    const kinds = read(
      tarOf([
        { name: "package/link", type: "2", target: "/etc/passwd" },
        { name: "package/hard", type: "1", target: "package/index.js" },
        { name: "package/pipe", type: "6" },
        { name: "package/lib/", type: "5" },
        { name: "package/old/" },
        { name: "package/one-piece", type: "7", body: "x" },
        { name: "/etc/passwd", body: "root" },
        { name: "package/../../up", body: "up" },
      ]),
    ).map((one) => `${one.name} ${one.kind}`);
    expect(kinds).toEqual([
      ...["package/link link", "package/hard link", "package/pipe odd", "package/lib/ folder", "package/old/ folder"],
      ...["package/one-piece file", "/etc/passwd file", "package/../../up file"],
    ]);
  });

  test("refuses what lies behind the end, which some programs read and npm doesn't", () => {
    const archive = Buffer.concat([tarOf([{ name: "one", body: "1" }]), tarOf([{ name: "two", body: "2" }])]);
    expect(() => read(archive)).toThrow("something follows its end");
    // One block of zeros alone is none.
    const one = Buffer.concat([tarEntry({ name: "one" }), Buffer.alloc(512), tarOf([{ name: "two" }])]);
    expect(read(one).map(({ name: given }) => given)).toEqual(["one", "two"]);
  });

  const hidden = tarOf([{ name: "package/hidden.js", body: "evil" }]);
  test.each<[string, TarEntry[]]>([
    ["a file with a link's target: npm takes its body for headers", [{ name: "a", target: "b", body: hidden }]],
    ["a link without a target: likewise", [{ name: "a", type: "2", body: hidden }]],
    ["an old form of pax", [{ name: "x", type: "X", body: pax({ path: "package/b" }) }, { name: "a" }]],
    ["an old form of a long name", [{ name: "x", type: "N", body: "package/b\0" }, { name: "a" }]],
    ["a type that some take for a file", [{ name: "a", type: "Z", body: "1" }]],
    ["a name that goes on behind a zero", [{ name: "package/a\0\nb" }]],
    ["a long name that does", [{ name: "L", type: "L", body: "package/a\0\nb" }, { name: "a" }]],
    ["a name with a line end", [{ name: "x", type: "x", body: pax({ path: "package/a\nb=c.js" }) }, { name: "a" }]],
    [
      "a record within another",
      [{ name: "x", type: "x", body: pax({ comment: `x\n${pax({ path: "b" }).trimEnd()}` }) }],
    ],
    ["a record behind a zero", [{ name: "x", type: "x", body: `${pax({ path: "b" })}\0\n${pax({ path: "c" })}` }]],
    ["a target that isn't a link's", [{ name: "x", type: "x", body: pax({ linkpath: "../../b" }) }, { name: "a" }]],
    ["a size that npm reads in spite of a tab", [{ name: "a", size: "\t0000000017", body: "1" }]],
    ["a file in one piece with a folder's name", [{ name: "a/", type: "7", body: "1" }]],
  ])("refuses %s", (_what, entries) => {
    expect(refusal(entries)).toBe("something in it can be read in two ways");
  });

  test.each<[string, TarEntry[], string]>([
    ["a wrong checksum", [{ name: "index.js", damaged: true }], "a header in it is damaged"],
    ["no name", [{ name: "" }], "something in it has no name"],
    [
      "a size beyond all measure",
      [{ name: "a", size: `\u0080${"\u00ff".repeat(11)}` }],
      "a header in it has an impossible size",
    ],
    ["a negative size", [{ name: "a", size: "\u00ff".repeat(12) }], "a header in it has an impossible size"],
    ["a body that isn't there", [{ name: "a", size: 5000 }], "it ends in the middle of something"],
    ["a pax header of nonsense", [{ name: "x", type: "x", body: "27 path" }], "an extended header in it is damaged"],
    [
      "a pax record without a value",
      [{ name: "x", type: "x", body: "7 path\n" }],
      "an extended header in it is damaged",
    ],
    [
      "a pax size of words",
      [{ name: "x", type: "x", body: pax({ size: "large" }) }],
      "a header in it has an impossible size",
    ],
    [
      "a name that is too long",
      [{ name: "x", type: "x", body: pax({ path: "a".repeat(5000) }) }, { name: "a" }],
      "a name in it is too long",
    ],
    ["an extended header without end", [{ name: "x", type: "x", size: 70_000, body: "" }], "a name in it is too long"],
    [
      "sizes for all that follows",
      [{ name: "g", type: "g", body: pax({ size: "0" }) }],
      "it has names or sizes that are for all that follows",
    ],
    ["holes", [{ name: "x", type: "x", body: pax({ "GNU.sparse.major": "1" }) }], "it has a file with holes"],
  ])("refuses %s", (_what, entries, why) => {
    expect(refusal(entries)).toBe(why);
  });

  test("stops at more entries than it is to read", () => {
    const many = tarOf(Array.from({ length: 6 }, (_, index) => ({ name: `f${index}` })));
    expect(() => read(many, [512], { ...tarLimits, entries: 5 })).toThrow("it has more than 5 entries");
  });

  test("ends with its own error or none, whatever the bytes are", () => {
    const nonsense = fc.oneof(
      fc.uint8Array({ maxLength: 4000 }).map((bytes) => Buffer.from(bytes)),
      // A good archive with some bytes changed: what is nearly right goes deepest.
      fc
        .tuple(
          fc.array(fc.record({ name, body, type: fc.constantFrom(..."0125xgLKS\0") }), { minLength: 1, maxLength: 4 }),
          fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 6 }),
          fc.nat(4000),
        )
        .map(([entries, changes, length]) => {
          const archive = tarOf(entries);
          for (const [at, byte] of changes) if (at < archive.length) archive[at] = byte;
          return archive.subarray(0, Math.max(1, archive.length - length));
        }),
      // Sums that fit again, so that what stands in the header is taken.
      fc
        .tuple(fc.string({ unit: "binary", maxLength: 12 }), fc.constantFrom(..."0125xgLK"), body)
        .map(([size, type, bytes]) => tarEntry({ name: "package/a", size, type, body: bytes })),
    );
    fc.assert(
      fc.property(nonsense, sizes, (bytes, cut) => {
        try {
          read(bytes, cut);
        } catch (error) {
          expect(error).toBeInstanceOf(TarballError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("beside npm and tar", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "countersign-tar-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }

  test("reads what `npm pack` writes, long names and foreign letters too", () => {
    const files = {
      "package.json": JSON.stringify({ name: "widget", version: "1.0.0", bin: "bin/widget.js" }),
      "bin/widget.js": "#!/usr/bin/env node\n",
      [`${"a-rather-long-folder/".repeat(9)}a-long-name-with-ümläut.js`]: "1\n",
      "empty.txt": "",
      "large.txt": "0123456789".repeat(20_000),
    };
    write(files);
    chmodSync(join(folder, "bin/widget.js"), 0o755);
    const npm = join(import.meta.dirname, "../../../node_modules/npm/bin/npm-cli.js");
    execFileSync(process.execPath, [npm, "pack", "--ignore-scripts", "--silent"], { cwd: folder });
    const heard = read(gunzipSync(readFileSync(join(folder, "widget-1.0.0.tgz"))), [700]);
    const utf8 = (one: Heard): string => Buffer.from(one.body, "latin1").toString();
    expect(Object.fromEntries(heard.map((one) => [one.name.replace("package/", ""), utf8(one)]))).toEqual(files);
    expect(heard.filter((one) => one.executable).map((one) => one.name)).toEqual(["package/bin/widget.js"]);
  });

  test.each(["ustar", "pax", "gnu", "v7"])("reads what tar writes in the form %s", (form) => {
    write({ "package/lib/index.js": "1\n".repeat(700), "package/package.json": "{}" });
    const archive = execFileSync("tar", ["-cf", "-", `--format=${form}`, "package"], { cwd: folder, maxBuffer: 1e8 });
    const heard = read(archive, [100]);
    expect(heard.filter((one) => one.kind === "file").map((one) => [one.name, one.bytes])).toEqual(
      expect.arrayContaining([
        ["package/lib/index.js", 1400],
        ["package/package.json", 2],
      ]),
    );
    expect(heard.filter((one) => one.kind === "folder").map((one) => one.name)).toContain("package/lib/");
  });
});
