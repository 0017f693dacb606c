import { diffParts, lineDiff } from "../line-diff.ts";
import type { DiffLine } from "../line-diff.ts";
import { told } from "./hidden.ts";
import { bytesOf, limits } from "./limits.ts";
import { sameUntil } from "./manifest.ts";
import { withoutSecrets } from "./secrets.ts";
import type { FileDiff } from "./types.ts";

/** A file's text, now and in the version before; `was` null: it is new. */
export interface Texts {
  name: string;
  now: string;
  was: string | null;
}

/**
 * What differs, file after file, until so much is told or `mayGoOn` says no. `leftOut`: how many files would have more to tell.
 * A file of which only the line ends differ has no parts.
 */
export function fileDiffs(texts: Iterable<Texts>, mayGoOn: () => boolean): { diffs: FileDiff[]; leftOut: number } {
  const diffs: FileDiff[] = [];
  let [bytes, leftOut] = [0, 0];
  for (const file of texts) {
    const left = limits.diffBytes - bytes;
    if (diffs.length >= limits.diffs || left < 4096 || !mayGoOn()) {
      leftOut += 1;
      continue;
    }
    const diff = fileDiff(file, left);
    bytes += bytesOf(diff);
    diffs.push(diff);
  }
  return { diffs, leftOut };
}

/** What differs in one file, in at most so many bytes. */
export function fileDiff({ name, now, was }: Texts, most: number): FileDiff {
  const [before, after] = [plainLines(was ?? ""), plainLines(now)];
  const parts = diffParts(lineDiff(before, after)).map(centred);
  const diff: FileDiff = { path: told(name, limits.path), parts: [], more: 0 };
  // A new file says the same at length: its beginning will do.
  let lines: number = was === null ? limits.diffLines / 4 : limits.diffLines;
  let bytes = bytesOf(diff) + 100;
  for (const part of parts) {
    const [first] = part;
    if (first === undefined) continue;
    const shown: string[] = [];
    for (const line of part) {
      const text = signs[line.kind] + told(line.text, limits.line);
      bytes += bytesOf(text);
      lines -= 1;
      if (lines >= 0 && bytes <= most) shown.push(text);
      else if (line.kind !== "same") diff.more += 1;
    }
    bytes += 60;
    if (shown.length > 0) diff.parts.push({ ...startOf(part), lines: shown });
  }
  return diff;
}

/** The lines as a page shows them. */
export function linesOf({ parts }: FileDiff): DiffLine[][] {
  return parts.map(({ before, after, lines }) => {
    let [x, y] = [before, after];
    return lines.map((line): DiffLine => {
      const kind = line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
      const numbers = { before: kind === "added" ? null : x, after: kind === "removed" ? null : y };
      if (kind !== "added") x += 1;
      if (kind !== "removed") y += 1;
      return { kind, text: line.slice(1), ...numbers };
    });
  });
}

const signs: Record<DiffLine["kind"], string> = { same: " ", added: "+", removed: "-" };

/** The numbers that the first line would have on either side. */
function startOf(part: readonly DiffLine[]): { before: number; after: number } {
  const before = part.find((line) => line.before !== null)?.before ?? 1;
  const after = part.find((line) => line.after !== null)?.after ?? 1;
  return { before, after };
}

/** Whoever changes all line ends changes nothing that runs. Tokens go before a long line is cut: half of one would pass for a word. */
function plainLines(text: string): string {
  return withoutSecrets(text).replaceAll("\r\n", "\n");
}

/** Where a long line is replaced by another, both are shown from where they begin to differ. */
function centred(part: DiffLine[]): DiffLine[] {
  const shown: DiffLine[] = [];
  for (let at = 0; at < part.length;) {
    const removed = runOf(part, at, "removed");
    const added = runOf(part, at + removed.length, "added");
    if (removed.length + added.length === 0) {
      shown.push(part[at] as DiffLine);
      at += 1;
      continue;
    }
    const starts = removed.map((line, index) => startFor(line.text, added[index]?.text));
    shown.push(
      ...removed.map((line, index) => from(line, starts[index] ?? 0)),
      ...added.map((line, index) => from(line, starts[index] ?? 0)),
    );
    at += removed.length + added.length;
  }
  return shown;
}

function runOf(part: readonly DiffLine[], from: number, kind: DiffLine["kind"]): DiffLine[] {
  let until = from;
  while (part[until]?.kind === kind) until += 1;
  return part.slice(from, until);
}

function startFor(one: string, other: string | undefined): number {
  if (other === undefined || Math.max(one.length, other.length) <= limits.line) return 0;
  return Math.max(0, sameUntil(one, other) - 60);
}

function from(line: DiffLine, start: number): DiffLine {
  return start === 0 ? line : { ...line, text: `…${line.text.slice(start)}` };
}
