import semver from "semver";
import { oneLine } from "../one-line.ts";
import type { Before, Change, InstallScript, Known, SeenPackage, SeenVersion, SightingFacts } from "./types.ts";

/** Versions whose publishers, provenance and trusted publisher a new one is compared with. */
const lastOnes = { publishers: 20, how: 5 };

/** Characters of a script and of a name that are kept. */
const most = { script: 300, name: 214 };

/** What is there now, for the next look. */
export function knownOf(found: SeenPackage): Known {
  const versions = found.versions.map(({ version }) => version).filter(isVersion);
  const tags = Object.entries(found.tags).filter(([tag, version]) => isTag(tag) && isVersion(version));
  return { versions, tags: Object.fromEntries(tags) };
}

/**
 * What happened since the last look, versions in the order in which they were published. A key that is no version is nobody's: npm has none.
 * A dist-tag that points at a new version came with it; what moves onto an older one is a change of its own. Pure.
 */
export function changesSince(known: Known, found: SeenPackage): Change[] {
  const before = new Set(known.versions);
  const now = knownOf(found);
  const there = new Set(now.versions);
  const added = byTime(found.versions.filter(({ version }) => isVersion(version) && !before.has(version)));
  const moved = Object.entries(now.tags).flatMap(([tag, version]): Change[] => {
    const from = Object.hasOwn(known.tags, tag) ? known.tags[tag] : undefined;
    if (from === undefined || from === version || !before.has(version)) return [];
    return [{ what: "tag-moved", version, tag, from }];
  });
  return [
    ...added.map(({ version }): Change => ({ what: "published", version })),
    ...moved,
    ...known.versions
      .filter((version) => !there.has(version))
      .map((version): Change => ({ what: "unpublished", version })),
  ];
}

/** What is known after only these changes were dealt with: the others are found again at the next look. */
export function knownAfter(known: Known, dealt: readonly Change[], found: SeenPackage): Known {
  const gone = new Set(dealt.filter(({ what }) => what === "unpublished").map(({ version }) => version));
  const added = dealt.filter(({ what }) => what === "published").map(({ version }) => version);
  const versions = [...known.versions.filter((version) => !gone.has(version)), ...added];
  const there = new Set(versions);
  const tags = Object.entries(knownOf(found).tags).filter(
    ([tag, version]) =>
      added.includes(version) ||
      (there.has(version) && !Object.hasOwn(known.tags, tag)) ||
      dealt.some((change) => change.what === "tag-moved" && change.tag === tag && change.version === version),
  );
  return { versions, tags: { ...known.tags, ...Object.fromEntries(tags) } };
}

/** What is kept of one change, compared with the versions that were known before. */
export function factsOf(change: Change, known: Known, found: SeenPackage): SightingFacts {
  const version = found.versions.find((one) => one.version === change.version);
  const last = newestOf(known, found)[0];
  const pointing = Object.keys(found.tags).filter((tag) => found.tags[tag] === change.version);
  return {
    publishedAt: version?.publishedAt?.toISOString() ?? null,
    publisher: nameOf(version),
    trusted: (version?.trustedPublisher ?? null) !== null,
    provenance: (version?.provenanceType ?? null) !== null,
    commit: version?.commit ?? null,
    shasum: version?.shasum ?? null,
    installScripts: scriptsOf(version?.installScripts ?? {}, last?.installScripts ?? {}),
    runsOnInstall: version?.runsOnInstall ?? false,
    tags: change.what === "tag-moved" ? [change.tag] : pointing.filter(isTag).slice(0, 10),
    from: change.what === "tag-moved" ? change.from : null,
    before: beforeOf(known, found),
  };
}

/** How those that were known came about; null: none was. */
function beforeOf(known: Known, found: SeenPackage): Before | null {
  const newest = newestOf(known, found);
  const [last] = newest;
  if (last === undefined) return null;
  const publishers = newest.slice(0, lastOnes.publishers).flatMap((one) => nameOf(one) ?? []);
  const recent = newest.slice(0, lastOnes.how);
  return {
    version: last.version,
    publishers: [...new Set(publishers)],
    trusted: recent.some(({ trustedPublisher }) => trustedPublisher !== null),
    provenance: recent.some(({ provenanceType }) => provenanceType !== null),
    runsOnInstall: last.runsOnInstall,
  };
}

/** Oldest first; where no times are told the document's own order counts, which is that of publishing. */
function byTime(versions: readonly SeenVersion[]): SeenVersion[] {
  return versions
    .map((one, index) => ({ one, index, at: one.publishedAt?.getTime() ?? 0 }))
    .toSorted((a, b) => a.at - b.at || a.index - b.index)
    .map(({ one }) => one);
}

/** Those that were known and are still there, newest first. */
function newestOf(known: Known, found: SeenPackage): SeenVersion[] {
  const names = new Set(known.versions);
  return byTime(found.versions.filter(({ version }) => names.has(version))).toReversed();
}

/** Compared whole, and kept as far as they are shown. */
function scriptsOf(now: Record<string, string>, before: Record<string, string>): InstallScript[] {
  return Object.entries(now).map(([name, text]) => {
    const had = Object.hasOwn(before, name);
    return { name, text: oneLine(text, most.script), is: !had ? "new" : before[name] === text ? "same" : "changed" };
  });
}

function nameOf(version: SeenVersion | undefined): string | null {
  const name = oneLine(version?.publisher?.name ?? "", most.name);
  return name === "" ? null : name;
}

/** One line that is shown as it is: no dist-tag of npm's is anything else. */
function isTag(tag: string): boolean {
  return tag !== "" && oneLine(tag, most.name) === tag;
}

/** Digits, letters, dots, hyphens and plus signs in semver's form: safe in commands, addresses and Markdown. */
export function isVersion(text: string): boolean {
  return text.length <= 256 && semver.parse(text)?.raw === text && /^[\dA-Za-z.+-]+$/.test(text);
}
