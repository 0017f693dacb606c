import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import type { Survey } from "../../../src/domain/inside/survey.ts";
import { packagePath } from "./package-path.ts";
import { createScanner } from "./scan.ts";
import type { Scanner } from "./scan.ts";
import { readTarball } from "./read-tarball.ts";
import type { Reading } from "./read-tarball.ts";
import type { Entry } from "./tar.ts";

/** Bytes of a package.json that is read; npm's own largest have some hundred kilobytes. */
const mostManifest = 1024 * 1024;

interface Current {
  entry: Entry;
  path: string;
  outside: boolean;
  hash: Hash;
  scanner: Scanner;
  kept: Buffer[] | null;
}

/** Reads a tarball once: size, digest and look of each file, and its package.json. Of the rest no byte is kept. @throws TarballError */
export async function surveyTarball(file: string, reading: Reading = {}): Promise<Survey> {
  const survey: Survey = { bytes: 0, unpacked: 0, files: 0, seen: new Map(), manifest: null };
  let current: Current | null = null;
  survey.bytes = await readTarball(
    file,
    {
      begin(entry) {
        current = entry.kind === "folder" ? null : begun(entry);
      },
      data(bytes) {
        current?.hash.update(bytes);
        current?.scanner.add(bytes);
        current?.kept?.push(Buffer.from(bytes));
      },
      end() {
        if (current !== null) note(survey, current);
        current = null;
      },
    },
    reading,
  );
  survey.files = survey.seen.size;
  return survey;
}

function begun(entry: Entry): Current {
  const { path, outside } = packagePath(entry.name);
  const keeps = path === "package.json" && entry.kind === "file" && entry.bytes <= mostManifest;
  return { entry, path, outside, hash: createHash("sha256"), scanner: createScanner(), kept: keeps ? [] : null };
}

/** A name that comes twice counts as the last one, as npm unpacks it; npm passes over links and devices. */
function note(survey: Survey, { entry, path, outside, hash, scanner, kept }: Current): void {
  const before = survey.seen.get(path);
  survey.unpacked += entry.bytes;
  if (before?.kind === "file" && entry.kind !== "file") {
    survey.seen.set(path, { ...before, twice: true });
    return;
  }
  if (path === "package.json") survey.manifest = kept === null ? null : Buffer.concat(kept).toString("utf8");
  survey.seen.set(path, {
    kind: entry.kind === "link" ? "link" : entry.kind === "odd" ? "odd" : "file",
    bytes: entry.bytes,
    digest: hash.digest("base64"),
    executable: entry.executable,
    outside,
    twice: before !== undefined,
    scan: entry.kind === "file" ? scanner.end() : null,
  });
}
