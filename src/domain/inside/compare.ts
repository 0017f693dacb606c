import { hasHidden, told } from "./hidden.ts";
import { fitting, limits } from "./limits.ts";
import { manifestChanges, readManifest, scriptChanges } from "./manifest.ts";
import { looks } from "./scan.ts";
import type { Seen, Survey } from "./survey.ts";
import { marks } from "./types.ts";
import type { FileChange, FileState, Mark, ReadContents } from "./types.ts";

/** A file's row with the name that the tarball has, which may be longer than what is told. */
export interface FoundChange extends FileChange {
  name: string;
}

/** All files of two tarballs, the most telling first. `before` null: there is nothing to compare with. */
export function fileChanges(now: Survey, before: Survey | null): FoundChange[] {
  const roots = before === null ? null : new Set([...before.seen.keys()].map(rootOf));
  const changes: FoundChange[] = [];
  for (const [name, seen] of now.seen) {
    const was = before?.seen.get(name) ?? null;
    const state = was === null ? "added" : isSame(seen, was) ? "same" : "changed";
    const found = marksOf(name, seen, was, roots);
    changes.push({ ...row(name, state, seen.bytes, was?.bytes ?? null), marks: found });
  }
  for (const [name, was] of before?.seen ?? [])
    if (!now.seen.has(name)) changes.push(row(name, "removed", null, was.bytes));
  return changes.sort(mostTelling);
}

/** All that is told of the files and of package.json; the lines that differ are added to it by whoever can read them. */
export function describe(
  now: Survey,
  compared: { survey: Survey; version: string } | { first: true } | { why: string },
  changes: readonly FoundChange[],
): Omit<ReadContents, "shasum" | "diffs"> {
  const before = "survey" in compared ? compared.survey : null;
  const counts: Record<FileState, number> = { added: 0, changed: 0, removed: 0, same: 0 };
  for (const { state } of changes) counts[state] += 1;
  const [today, then] = [readManifest(now.manifest), before === null ? {} : readManifest(before.manifest)];
  const gyp = { now: bringsGyp(now), was: before !== null && bringsGyp(before) };
  const values = today === null || then === null ? null : manifestChanges(then, today);
  const shown = values === null ? null : fitting(values, { count: limits.manifest, bytes: limits.manifestBytes });
  const files = fitting(changes.map(tell), { count: limits.files, bytes: limits.fileBytes });
  return {
    form: 1,
    state: "read",
    now: sideOf(now),
    before:
      "survey" in compared
        ? { state: "compared", version: told(compared.version, 100), ...sideOf(compared.survey) }
        : "first" in compared
          ? { state: "first" }
          : { state: "unknown", why: told(compared.why, limits.sentence) },
    counts,
    scripts: scriptChanges(then ?? {}, today ?? {}, gyp).slice(0, limits.scripts),
    manifest: shown,
    files,
    leftOut: {
      files: changes.length - files.length,
      manifest: (values?.length ?? 0) - (shown?.length ?? 0),
      diffs: 0,
    },
  };
}

/** Whose lines are worth reading, in this order: of package.json first, then as the list of files has it. */
export function worthReading(changes: readonly FoundChange[], now: Survey, before: Survey | null): FoundChange[] {
  const wanted = changes.filter(({ name, state }) => {
    if (state !== "added" && state !== "changed") return false;
    const [seen, was] = [now.seen.get(name), before?.seen.get(name)];
    return isReadable(seen) && (was === undefined || isReadable(was));
  });
  const first = (change: FoundChange): number => (change.name === "package.json" ? 0 : 1);
  return wanted.sort((one, other) => first(one) - first(other) || weigh(one) - weigh(other));
}

/** What was in a file of the version before needn't be readable for what is new in it to be shown, but there is nothing to compare. */
function isReadable(seen: Seen | undefined): boolean {
  return seen?.kind === "file" && seen.scan?.text === true && !seen.twice;
}

function weigh({ marks: found, state, path }: FoundChange): number {
  const worst = Math.min(...found.map((mark) => marks.indexOf(mark)), marks.length);
  return worst * 10 + (state === "changed" ? 0 : 4) + (isSource(path) ? 0 : 2);
}

/** What is made of other files says the same a second time. */
function isSource(path: string): boolean {
  return !/\.map$|\.min\.|\.d\.[cm]?ts$|(?:^|\/)(?:CHANGELOG|README|LICENSE)\b/i.test(path);
}

function row(name: string, state: FileState, bytes: number | null, was: number | null): FoundChange {
  return { name, path: told(name, limits.path), state, bytes, was, marks: [] };
}

function tell({ path, state, bytes, was, marks: found }: FoundChange): FileChange {
  return { path, state, bytes, was, marks: found };
}

function isSame(one: Seen, other: Seen): boolean {
  return one.kind === other.kind && one.digest === other.digest && one.executable === other.executable;
}

/** What is odd about it now; what was the same before is nobody's news, but for what should be in no tarball at all. */
function marksOf(name: string, now: Seen, was: Seen | null, roots: ReadonlySet<string> | null): Mark[] {
  const found = new Set<Mark>();
  if (now.kind === "link") found.add("link");
  if (now.kind === "odd") found.add("odd");
  if (now.outside) found.add("outside");
  if (now.twice) found.add("twice");
  if (hasHidden(name)) found.add("hidden-name");
  if (was?.digest === now.digest && was.executable === now.executable) return [...found];
  if ((now.scan?.secrets ?? 0) > 0) found.add("secret");
  if (now.scan?.text === true && now.scan.hidden > (was?.scan?.text === true ? was.scan.hidden : 0))
    found.add("hidden");
  const look = now.scan === null ? null : looks(name, now.bytes, now.scan);
  const looked = was === null || was.scan === null ? null : looks(name, was.bytes, was.scan);
  if (look !== null && look !== looked && looked !== "encoded") found.add(look);
  if (isProgram(name, now) && !(was !== null && isProgram(name, was))) found.add("program");
  if (now.executable && was?.executable !== true) found.add("executable");
  if (was !== null) return [...found];
  if (/(?:^|\/)node_modules\//.test(name)) found.add("bundled");
  if (/(?:^|\/)(?:\.env|\.npmrc|\.netrc|id_[a-z0-9]+|.*\.(?:pem|key|p12|pfx))$/i.test(name)) found.add("unusual");
  if (roots !== null && !roots.has(rootOf(name))) found.add("unusual");
  return [...found];
}

function isProgram(name: string, { scan }: Seen): boolean {
  return scan?.program === true || (scan?.text === false && name.endsWith(".node"));
}

/** The folder at the top; of a file at the top its ending, since a second README is nothing new and a first shell script is. */
function rootOf(name: string): string {
  const slash = name.indexOf("/");
  if (slash >= 0) return name.slice(0, slash + 1);
  return /^(?:README|LICEN[CS]E|CHANGELOG|NOTICE|HISTORY|SECURITY|AUTHORS)\b/i.test(name)
    ? "README"
    : name.replace(/^.+(?=\.)/, "");
}

function bringsGyp({ seen }: Survey): boolean {
  return [...seen.keys()].some((name) => /^[^/]+\.gyp$/.test(name));
}

function mostTelling(one: FoundChange, other: FoundChange): number {
  const worst = ({ marks: found }: FoundChange): number =>
    Math.min(...found.map((mark) => marks.indexOf(mark)), marks.length);
  const same = (change: FoundChange): number => (change.state === "same" ? 1 : 0);
  return (
    worst(one) - worst(other) || same(one) - same(other) || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0)
  );
}

function sideOf({ bytes, unpacked, files }: Survey): { bytes: number; unpacked: number; files: number } {
  return { bytes, unpacked, files };
}
