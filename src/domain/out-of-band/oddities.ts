import semver from "semver";
import { shown } from "../shown.ts";
import type { LocalPublishing, Oddity, SightingFacts, Verdict, WatchedPolicy } from "./types.ts";

/** What else was asked about a version, beside what its document says. `unread`: nobody answered. */
export interface Told {
  /** npm users of the releasers, by the tokens that they sealed. */
  npmUsers: readonly string[];
  /** What the repository has to do with it. */
  source: Source | "unread";
  /** What its provenance says; null: the registry tells of one, and none of GitHub's form could be read. */
  provenance: { repository: string; workflow: string; commit: string | null } | "unread" | null;
  /** `https://github.com/acme/widget` */
  repository: string;
}

/** How the repository knows a version. */
export interface Source {
  /** The tag that names it; null: there is none. */
  tag: { name: string; commit: string } | null;
  /** How the commit that the version names lies to the default branch; null: the repository doesn't have it. */
  commit: "identical" | "behind" | "ahead" | "diverged" | null;
}

/**
 * What is odd about a published version, each a sentence for whoever reads it at night: who published it, how, with what, and from what.
 * What nobody told is odd only where it was told before. Pure.
 */
export function oddities(facts: SightingFacts, policy: WatchedPolicy, told: Told): Oddity[] {
  return [
    ...publisher(facts, policy, told),
    ...trusted(facts),
    ...provenance(facts, policy, told),
    ...scripts(facts),
    ...source(facts, told),
  ];
}

function odd(code: Oddity["code"], text: string): Oddity[] {
  return [{ code, text }];
}

function publisher({ publisher: by, before, trusted: byJob }: SightingFacts, policy: WatchedPolicy, told: Told) {
  if (by === null) return [];
  const declared = policy.localPublishing?.publishers ?? [];
  if ([...told.npmUsers, ...declared, ...(before?.publishers ?? [])].includes(by)) return [];
  const whom = byJob ? `A job published it as ${shown(by, 60)}` : `The npm user ${shown(by, 60)} published it`;
  return odd("other-publisher", `${whom}, who is no releaser's npm user here and published none of the last versions.`);
}

function trusted({ trusted: byJob, before }: SightingFacts): Oddity[] {
  if (byJob || before?.trusted !== true) return [];
  return odd(
    "not-trusted",
    "It was published with somebody's own credential; the versions before came by a trusted publisher.",
  );
}

function provenance(facts: SightingFacts, policy: WatchedPolicy, { provenance: said, repository }: Told): Oddity[] {
  if (!facts.provenance)
    return facts.before?.provenance === true
      ? odd("no-provenance", "It has no provenance; the versions before had some.")
      : [];
  if (said === "unread")
    return odd("provenance-unread", "The registry tells of provenance, and couldn't be asked for it.");
  if (said === null)
    return odd("provenance-unread", "The registry tells of provenance, and shows none that can be read.");
  if (said.repository.toLowerCase() !== repository.toLowerCase())
    return odd("provenance-elsewhere", `Its provenance names another repository: ${shown(said.repository, 100)}.`);
  if (said.workflow !== `.github/workflows/${policy.workflow}`)
    return odd(
      "provenance-elsewhere",
      `Its provenance names the workflow ${shown(said.workflow, 100)}, and the policy ${shown(policy.workflow, 100)}.`,
    );
  return [];
}

function scripts({ installScripts, runsOnInstall, before }: SightingFacts): Oddity[] {
  if (installScripts.length === 0 && runsOnInstall && before?.runsOnInstall !== true)
    return odd("install-script", "It runs a build when it is installed, which the version before did not.");
  return installScripts
    .filter((one) => one.is !== "same")
    .flatMap(({ name, text, is }) =>
      odd(
        "install-script",
        `${is === "new" ? "A new" : "Another"} ${shown(name)} script runs when it is installed: ${shown(text, 120)}.`,
      ),
    );
}

function source({ commit }: SightingFacts, { source: found }: Told): Oddity[] {
  if (found === "unread")
    return odd("source-unread", "GitHub couldn't be asked whether the repository has a tag or commit of it.");
  const { tag } = found;
  if (commit === null)
    return tag === null ? odd("no-source", "It names no commit, and no tag of the repository names it.") : [];
  const short = shown(commit.slice(0, 12));
  if (found.commit === "identical" || found.commit === "behind" || tag?.commit === commit) return [];
  const where = found.commit === null ? "the repository doesn't have" : "isn't on the default branch";
  const tagged = tag === null ? "no tag names it" : `the tag ${shown(tag.name, 100)} points at another commit`;
  return odd("no-source", `It names the commit ${short}, which ${where}, and ${tagged}.`);
}

/** A dist-tag that was moved by hand: `latest` onto an older version is what makes everybody install that. */
export function movedOddities(tag: string, from: string, to: string): Oddity[] {
  if (tag !== "latest" || !semver.lt(to, from)) return [];
  return odd("tag-moved-back", `\`latest\` pointed at ${shown(from)} and points at the older ${shown(to)} now.`);
}

/** What local publishing explains: nobody has a trusted publisher or provenance at home, and tags are pushed afterwards. */
const explained: ReadonlyArray<Oddity["code"]> = ["not-trusted", "no-provenance", "no-source", "source-unread"];

/** What a declaration makes of a version, and why. */
export interface Graded {
  verdict: Exclude<Verdict, "noticed">;
  why: string | null;
}

/**
 * Whether a published version calls people: always, but where the policy expects local publishing, that day, by that npm user, and
 * nothing is odd that publishing by hand doesn't explain. Without names of its own a declaration goes for the releasers' npm users and
 * whoever published the last versions. Pure.
 */
export function graded(
  facts: Pick<SightingFacts, "publisher" | "trusted">,
  found: readonly Oddity[],
  declared: LocalPublishing | null,
  now: Date,
): Graded {
  const alarm: Graded = { verdict: "odd", why: null };
  if (declared === null || now.toISOString().slice(0, 10) > declared.until) return alarm;
  // A job is nobody's own machine.
  if (facts.publisher === null || facts.trusted) return alarm;
  if (declared.publishers !== null && !declared.publishers.includes(facts.publisher)) return alarm;
  if (found.some(({ code }) => !explained.includes(code))) return alarm;
  return {
    verdict: "expected",
    why: `The policy expects local publishing until ${declared.until}, by the word of ${declared.by}: ${declared.reason}`,
  };
}
