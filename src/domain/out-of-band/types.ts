/** A version as its package's document tells it to anyone; what isn't told is null. */
export interface SeenVersion {
  version: string;
  publishedAt: Date | null;
  shasum: string | null;
  publisher: { name: string } | null;
  /** null: a person or a token published it. */
  trustedPublisher: object | null;
  provenanceType: string | null;
  commit: string | null;
  /** `preinstall`, `install` and `postinstall`. */
  installScripts: Record<string, string>;
  /** The registry says that something runs when it is installed, such as a build by `binding.gyp`. */
  runsOnInstall: boolean;
}

/** A package's document, as far as whoever watches it needs it. */
export interface SeenPackage {
  tags: Record<string, string>;
  versions: SeenVersion[];
}

/** What was there when a package was looked at last: the names of its versions, and its dist-tags. */
export interface Known {
  versions: string[];
  tags: Record<string, string>;
}

/** What is there now and wasn't, or isn't any more. */
export type Change =
  | { what: "published"; version: string }
  /** A dist-tag points at a version that was there before: nothing was published with it. */
  | { what: "tag-moved"; version: string; tag: string; from: string }
  | { what: "unpublished"; version: string };

/** How the versions before one came about, by the registry's word: what the new one is compared with. */
export interface Before {
  /** The newest of them. */
  version: string;
  /** npm users who published the last ones. */
  publishers: string[];
  /** Some of the last came by a trusted publisher; with provenance. */
  trusted: boolean;
  provenance: boolean;
  /** The newest runs something when it is installed. */
  runsOnInstall: boolean;
}

/** What runs when it is installed, beside the newest version before. */
export interface InstallScript {
  name: string;
  /** Its beginning. */
  text: string;
  is: "new" | "changed" | "same";
}

/** What is kept of a change for as long as it is looked into, and shown. All of it is a stranger's text. Times are ISO texts. */
export interface SightingFacts {
  publishedAt: string | null;
  publisher: string | null;
  trusted: boolean;
  provenance: boolean;
  commit: string | null;
  shasum: string | null;
  installScripts: InstallScript[];
  runsOnInstall: boolean;
  /** dist-tags that point at it; of a tag that moved that one alone. */
  tags: string[];
  /** Where a tag that moved pointed before. */
  from: string | null;
  /** null: it is the first version there is. */
  before: Before | null;
}

export const oddityCodes = [
  "other-publisher",
  "not-trusted",
  "no-provenance",
  "provenance-elsewhere",
  "provenance-unread",
  "install-script",
  "no-source",
  "source-unread",
  "tag-moved-back",
  "unpublished",
] as const;

/** One thing that is odd: its code for programs, and a sentence whose values stand in backticks. */
export interface Oddity {
  code: (typeof oddityCodes)[number];
  text: string;
}

/** `noticed`: not looked into yet. `odd`: it raised the alarm. `expected`: it is on record, and nobody was called. */
export type Verdict = "noticed" | "odd" | "expected";

/** Something that happened to a package at its registry without a release of ours. */
export interface Sighting {
  id: string;
  repositoryId: number;
  package: string;
  what: Change["what"];
  version: string;
  facts: SightingFacts;
  verdict: Verdict;
  oddities: Oddity[];
  /** Why it was expected, as one sentence; null: it wasn't. */
  expectedWhy: string | null;
  seenAt: Date;
  /** Somebody who may said that it was one of them. */
  acknowledgedAt: Date | null;
  acknowledgedById: number | null;
  acknowledgedByLogin: string | null;
  /** The same for everybody who notices the same: unique. */
  key: string;
}

/** What the policy says of a package, as far as a look at the registry needs it when GitHub doesn't answer. */
export interface WatchedPolicy {
  /** `publish.yml` */
  workflow: string;
  /** Logins and `@org/team`s: whoever may release it, and whoever may approve. */
  releasers: string[];
  approvers: string[];
  localPublishing: LocalPublishing | null;
}

/** Somebody's word that versions are published by hand for a while. */
export interface LocalPublishing {
  /** Login of whoever answers for it. */
  by: string;
  reason: string;
  /** The last day that it holds, `2027-01-31`, in UTC. */
  until: string;
  /** npm users who publish by hand; null: the releasers', and whoever published the last versions. */
  publishers: string[] | null;
}

/** A package of a repository's policy, with where the looking at its registry stands. */
export interface Watch {
  id: string;
  repositoryId: number;
  package: string;
  /** null: npm's. */
  registry: string | null;
  policy: WatchedPolicy;
  /** What was there at the last look; null: nothing was looked at yet, and what is there then is no news. */
  known: Known | null;
  etag: string | null;
  nextAt: Date;
  lookedAt: Date | null;
  /** When something last happened to it: a release, a version, a dist-tag. */
  activeAt: Date;
  failures: number;
  lastError: string | null;
  /** The policy doesn't name it any more, or the repository is gone. */
  removedAt: Date | null;
  /** The issue that tells of it; the digest is null while it is being opened. */
  issueNumber: number | null;
  issueState: "open" | "closed" | null;
  issueDigest: string | null;
  issueChangedAt: Date | null;
}
