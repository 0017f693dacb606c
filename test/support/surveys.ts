import { createHash } from "node:crypto";
import { describe, fileChanges, worthReading } from "../../src/domain/inside/compare.ts";
import { fileDiffs } from "../../src/domain/inside/diffs.ts";
import { createScanner } from "../../action/src/inside/scan.ts";
import type { Seen, Survey } from "../../src/domain/inside/survey.ts";
import type { ReadContents } from "../../src/domain/inside/types.ts";

/** Files of a package: text or bytes, or with more that a tarball says of them. */
export type Files = Record<string, string | Uint8Array | (Partial<Seen> & { text: string | Uint8Array })>;

/** A package as the step would have seen it. */
export function surveyOf(files: Files, packed?: number): Survey {
  const entries = Object.entries(files).map(([name, file]): [string, Seen] => [name, seenOf(file)]);
  const unpacked = entries.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const manifest = files["package.json"];
  return {
    ...{ bytes: packed ?? Math.round(unpacked / 3), unpacked, files: entries.length, seen: new Map(entries) },
    manifest: manifest === undefined ? null : textOf(manifest),
  };
}

function seenOf(file: Files[string]): Seen {
  const bytes = Buffer.from(bytesOf(file));
  const scanner = createScanner();
  scanner.add(bytes);
  const seen: Seen = {
    ...{ kind: "file", bytes: bytes.length, digest: createHash("sha256").update(bytes).digest("base64") },
    ...{ executable: false, outside: false, twice: false, scan: scanner.end() },
  };
  if (typeof file === "string" || file instanceof Uint8Array) return seen;
  const { text: _, ...more } = file;
  return { ...seen, ...more };
}

function bytesOf(file: Files[string]): string | Uint8Array {
  return typeof file === "string" || file instanceof Uint8Array ? file : file.text;
}

function textOf(file: Files[string]): string {
  return Buffer.from(bytesOf(file)).toString();
}

/** What the step would tell of a package beside the version before; null: there is none. */
export function contentsOf(
  now: Files,
  before: { version: string; files: Files } | null | { why: string },
  shasum: string = "d".repeat(40),
): ReadContents {
  const then = before !== null && "files" in before ? before : null;
  const [today, was] = [surveyOf(now), then === null ? null : surveyOf(then.files)];
  const changes = fileChanges(today, was);
  const compared =
    then !== null && was !== null
      ? { survey: was, version: then.version }
      : before !== null && "why" in before
        ? before
        : { first: true as const };
  const texts = worthReading(changes, today, was).map(({ name }) => {
    const old = then !== null && Object.hasOwn(then.files, name) ? then.files[name] : undefined;
    return { name, now: textOf(now[name] ?? ""), was: old === undefined ? null : textOf(old) };
  });
  const { diffs, leftOut } = fileDiffs(texts, () => true);
  const told = describe(today, compared, changes);
  return { ...told, shasum, diffs, leftOut: { ...told.leftOut, diffs: leftOut } };
}
