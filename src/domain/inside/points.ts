import { differs } from "./manifest-words.ts";
import { sizeWords } from "./size.ts";
import type { Contents, FileChange, Mark, ReadContents, ScriptChange } from "./types.ts";

/** `danger`: don't approve before you know why. `look`: have a look. `note`: good to know. */
export type Weight = "danger" | "look" | "note";

/** Something worth knowing before anybody answers for it: our own sentence, and what of the package it is about. */
export interface Point {
  weight: Weight;
  code: string;
  sentence: string;
  /** Names and values from the package, as they are told; a few of them. */
  about: string[];
  /** How many more there are. */
  more: number;
}

/** Things that one sentence names. */
const mostAbout = 5;

const order: readonly Weight[] = ["danger", "look", "note"];

/** What is worth knowing of a tarball, the most dangerous first. Pure; the page, the log and the API show the same. */
export function notable(contents: Contents): Point[] {
  if (contents.state === "unread")
    return [point("danger", "unread", `What is inside could not be read. ${contents.why}`, [])];
  const points = [
    ...scriptPoints(contents),
    ...filePoints(contents),
    ...manifestPoints(contents),
    ...sizePoints(contents),
    ...generalPoints(contents),
  ];
  return order.flatMap((weight) => points.filter((one) => one.weight === weight));
}

function point(weight: Weight, code: string, sentence: string, about: readonly string[], more = 0): Point {
  return {
    weight,
    code,
    sentence,
    about: about.slice(0, mostAbout),
    more: more + Math.max(0, about.length - mostAbout),
  };
}

function scriptPoints({ scripts, before, files }: ReadContents): Point[] {
  const everywhere = (one: ScriptChange): boolean => ["preinstall", "install", "postinstall"].includes(one.name);
  const words = ({ name, now, was, implied }: ScriptChange): string =>
    `${name}: ${now ?? was ?? ""}${implied ? " (since the package has a .gyp file)" : ""}${now !== null && was !== null && now !== was ? ` (was: ${was})` : ""}`;
  const told = (weight: Weight, code: string, sentence: string, which: (one: ScriptChange) => boolean): Point[] => {
    const found = scripts.filter(which);
    return found.length === 0 ? [] : [point(weight, code, sentence, found.map(words))];
  };
  const fresh = ({ now, was }: ScriptChange): boolean => now !== null && was === null;
  const changed = ({ now, was }: ScriptChange): boolean => now !== null && was !== null && now !== was;
  const known = before.state === "compared";
  return [
    ...told(
      "danger",
      "install-script-new",
      known
        ? "A new install script: it runs on every machine that installs the package."
        : "It has an install script, which runs on every machine that installs the package.",
      (one) => everywhere(one) && fresh(one),
    ),
    ...told(
      "danger",
      "install-script-changed",
      "An install script has changed: it runs on every machine that installs the package.",
      (one) => everywhere(one) && changed(one),
    ),
    ...ranPoint(
      scripts.filter((one) => everywhere(one) && one.now !== null && one.now === one.was),
      files,
    ),
    ...told(
      "look",
      "prepare-changed",
      "A script that runs where the package is installed from git is new or has changed.",
      (one) => !everywhere(one) && (fresh(one) || changed(one)),
    ),
    ...told(
      "note",
      "install-script-same",
      "An install script runs as before.",
      (one) => everywhere(one) && one.now !== null && one.now === one.was,
    ),
    ...told("note", "install-script-gone", "An install script is gone.", (one) => everywhere(one) && one.now === null),
  ];
}

/** The script is the old one, and what it names is not. */
function ranPoint(scripts: readonly ScriptChange[], files: readonly FileChange[]): Point[] {
  const changed = files.filter(({ state }) => state === "changed" || state === "added").map(({ path }) => path);
  const ran = scripts.flatMap(({ name, now }) => {
    const words = (now ?? "").split(/[\s"'=;&|()]+/).map((word) => word.replace(/^\.\//, ""));
    const named = words.flatMap((word) => [word, `${word}.js`, `${word}.cjs`, `${word}.mjs`, `${word}/index.js`]);
    return changed.filter((path) => named.includes(path)).map((path) => `${path} (${name}: ${now})`);
  });
  if (ran.length === 0) return [];
  const sentence = "What an install script runs has changed: it runs on every machine that installs the package.";
  return [point("danger", "install-script-file", sentence, ran)];
}

const fileSentences: ReadonlyArray<readonly [Mark, Weight, string]> = [
  ["outside", "danger", "Names lead out of the package's folder: an unpacker that follows them writes elsewhere."],
  ["link", "danger", "Links are in the tarball. npm makes none of a package; other tools follow them."],
  ["odd", "danger", "The tarball has something that is neither file nor folder."],
  ["twice", "danger", "Names are in the tarball twice, and npm takes the last one: whoever looks may see the other."],
  ["secret", "danger", "A token of npm or GitHub is in it: whoever installs the package has it."],
  ["hidden-name", "danger", "Names have characters that nobody sees."],
  ["hidden", "danger", "Text has characters that nobody sees, or that turn the direction of writing."],
  ["encoded", "danger", "Code looks as if it was made unreadable on purpose, and did not before."],
  ["program", "danger", "New programs for a processor, which nobody can read."],
  [
    "bundled",
    "danger",
    "Other packages come along, below node_modules, with their own install scripts if they have any.",
  ],
  [
    "unusual",
    "look",
    "New files in places that the version before didn't have, or of names that have no business in a package.",
  ],
  ["executable", "look", "Files may be run as commands, and could not before."],
  ["minified", "look", "Code is minified, and was not before: compare it with what it was made from."],
];

function filePoints({ files, before }: ReadContents): Point[] {
  const points = fileSentences.flatMap(([mark, weight, sentence]): Point[] => {
    const found = files.filter((file) => file.marks.includes(mark));
    // Of a first version everything is new: only what is odd in itself is worth a word.
    if (found.length === 0 || (before.state === "first" && mark === "executable")) return [];
    return [
      point(
        weight,
        mark,
        sentence,
        found.map(({ path }) => path),
      ),
    ];
  });
  const grown = files.filter(hasGrown);
  if (grown.length > 0)
    points.push(
      point(
        "look",
        "file-grown",
        "Files are more than twice as large as before.",
        grown.map(({ path, bytes, was }) => `${path} (${sizeWords(was ?? 0)} → ${sizeWords(bytes ?? 0)})`),
      ),
    );
  return points;
}

function hasGrown({ state, bytes, was }: FileChange): boolean {
  return state === "changed" && bytes !== null && was !== null && bytes > was * 2 && bytes - was > 20_000;
}

function manifestPoints({ manifest, before }: ReadContents): Point[] {
  if (manifest === null)
    return [point("danger", "manifest", "package.json can't be read, here or in the version before: look at it.", [])];
  if (before.state !== "compared") return differs(manifest, true).map(toPoint);
  return differs(manifest, false).map(toPoint);
}

function toPoint({ weight, code, sentence, about }: ReturnType<typeof differs>[number]): Point {
  return point(weight, code, sentence, about);
}

function sizePoints({ now, before }: ReadContents): Point[] {
  if (before.state !== "compared") return [];
  const [bytes, was] = [now.unpacked, before.unpacked];
  const about = [`${sizeWords(was)} → ${sizeWords(bytes)}`];
  if (bytes > was * 1.5 && bytes - was > 100_000)
    return [point("look", "size", "The package, unpacked, is more than half as large again as before.", about)];
  if (bytes * 2 < was && was - bytes > 100_000)
    return [point("look", "size", "The package, unpacked, is less than half as large as before.", about)];
  return [];
}

function generalPoints({ before, counts, files, leftOut }: ReadContents): Point[] {
  const points: Point[] = [];
  if (before.state === "unknown")
    points.push(point("look", "not-compared", `It could not be compared with the version before: ${before.why}`, []));
  if (before.state === "first")
    points.push(
      point("note", "first", "This is the package's first version: there is nothing to compare it with.", []),
    );
  if (counts.removed > 0) {
    const gone = files.filter(({ state }) => state === "removed").map(({ path }) => path);
    points.push(point("note", "removed", "Files are gone.", gone, counts.removed - gone.length));
  }
  if (before.state === "compared" && counts.added + counts.changed + counts.removed === 0)
    points.push(point("look", "same", "No file differs from the version before.", []));
  if (leftOut.files > 0)
    points.push(
      point("note", "left-out", `${leftOut.files} files are not in the list: it shows the most telling ones.`, []),
    );
  return points;
}
