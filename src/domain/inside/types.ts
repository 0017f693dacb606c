/**
 * What the workflow step tells of a tarball before anybody answers for it: what is in it, and how it differs from the version that is
 * published. Made in the runner from the very bytes; texts are strangers' and are shown, never followed.
 */
export type Contents = ReadContents | UnreadContents;

/** The tarball could not be read to its end: too large for the step, or damaged. */
export interface UnreadContents {
  form: 1;
  state: "unread";
  shasum: string;
  /** A sentence. */
  why: string;
}

export interface ReadContents {
  form: 1;
  state: "read";
  /** SHA-1 in hex of the bytes that are described: a description of others is worth nothing. */
  shasum: string;
  now: Side;
  before: Before;
  counts: Record<FileState, number>;
  /** What npm runs by itself at installation, now or in the version before. */
  scripts: ScriptChange[];
  /** What differs between the two package.json; null: one of them can't be read. */
  manifest: ManifestChange[] | null;
  /** The most telling first; at most `limits.files`. */
  files: FileChange[];
  diffs: FileDiff[];
  /** How many of each there are beyond what is told here. */
  leftOut: { files: number; manifest: number; diffs: number };
}

/** One tarball as a whole. */
export interface Side {
  /** Of the tarball, packed. */
  bytes: number;
  unpacked: number;
  files: number;
}

/** The published version that it was compared with. */
export type Before =
  | ({ state: "compared"; version: string } & Side)
  /** Nothing of the package is published yet. */
  | { state: "first" }
  /** `why` is a sentence. */
  | { state: "unknown"; why: string };

export type FileState = "added" | "changed" | "removed" | "same";

/** What is odd about a file, and was not about the same file of the version before. */
export const marks = [
  /** A link; npm leaves it out, other tools follow it. */
  "link",
  /** Its name leads out of the package's folder. */
  "outside",
  /** No file and no folder: a device, or of a kind that isn't known. */
  "odd",
  /** The tarball has this name twice; npm takes the last one. */
  "twice",
  /** A token of npm or GitHub is in it. */
  "secret",
  /** Its name has characters that nobody sees, or that turn the direction of writing. */
  "hidden-name",
  /** Its text has. */
  "hidden",
  /** Code that looks as if it was made unreadable on purpose. */
  "encoded",
  /** A program for a processor, or WebAssembly. */
  "program",
  /** Below `node_modules`: a package that comes along, with its own scripts. */
  "bundled",
  /** Lines as only a minifier writes them. */
  "minified",
  /** May be run as a command. */
  "executable",
  /** In a place that the version before didn't have, or of a name that has no business in a package. */
  "unusual",
] as const;
export type Mark = (typeof marks)[number];

export interface FileChange {
  path: string;
  state: FileState;
  /** In the tarball, and in the version before; null: it isn't there. */
  bytes: number | null;
  was: number | null;
  marks: Mark[];
}

/** A script that npm runs when the package is installed. `implied`: no script says so, a `*.gyp` file does. */
export interface ScriptChange {
  name: string;
  now: string | null;
  was: string | null;
  implied: boolean;
}

/** One value of package.json: where it stands (`["scripts", "test"]`), and what it was and is, as JSON writes it. */
export interface ManifestChange {
  at: string[];
  was: string | null;
  now: string | null;
}

/** What differs in one text file. A line begins with its sign: blank, `+` or `-`. */
export interface FileDiff {
  path: string;
  parts: Array<{ before: number; after: number; lines: string[] }>;
  /** Lines that differ and aren't in `parts`. */
  more: number;
}

/** What a step told, as it is kept. `document` may be of another version of Countersign: read it with `readContents`. */
export interface ToldContents {
  releaseId: string;
  sessionId: string;
  shasum: string;
  toldAt: Date;
  document: unknown;
}
