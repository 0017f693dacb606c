import type { DoctorPolicy } from "./doctor/report.ts";
import type { Level, RuleId } from "./doctor/rules.ts";
import type { LocalPublishing } from "./out-of-band/types.ts";

/** What `.github/countersign.yml` says of one package, with every default filled in. Read at a commit, never cached by name. */
export type Mode = "otp" | "stage" | "trusted-stage" | "trusted";

/** A login (`alice`) or a team (`@org/team`). */
export type Principal = { kind: "person"; login: string } | { kind: "team"; org: string; slug: string };

export interface PackagePolicy {
  /** npm package name. */
  name: string;
  /** File name below `.github/workflows/`, e.g. `publish.yml`. */
  workflow: string;
  environment: string;
  /** Name of the environment secret, e.g. `NPM_TOKEN`. */
  secret: string;
  mode: Mode;
  releasers: Principal[];
  approvals: { count: number; from: Principal[]; self: boolean };
  /** Branches a release may come from; empty: the default branch only. */
  branches: string[];
  /** When the secret is removed. */
  remove: "job-completed" | "job-started";
  /** Seconds after which a secret is removed in any case. */
  maxExposureSeconds: number;
  /** Whether the step revokes the npm token after the run. */
  revoke: boolean;
  /** Where the repository has no gate: count approvals here and arm before dispatch. */
  gate: "rule" | "before-dispatch";
  /** Whether we may give GitHub's own review as the person who approves. */
  reviewers: "allow" | "github-only";
  dispatchAs: "app" | "person";
  token: TokenPolicy;
  /** Its folder in the repository, without a slash at either end; `.`: the whole repository. For `/release --changed`. */
  directory?: string;
  /** Whether a second job builds the commit again, and only the same bytes are published. */
  secondBuild: boolean;
  /** npm users whose approval at npm counts for what is staged; without it whomever npm lets. */
  stageApprovers?: string[];
  /** How what is staged is approved or rejected from here; without it people do that at npm. */
  stageApproval?: StageApproval;
  /** Only in the way in which stages are approved (`approvalWay`), never in a file; and whether of one's own releases too. */
  approvesStages?: true;
  approvesOwnStages?: boolean;
  /** Versions that people publish by hand are expected for a while; without it each raises the alarm. */
  localPublishing?: LocalPublishing;
  /** Registry's base URL, where it is not npm's. */
  registry?: string;
}

/** The second job: armed with the approver's own token, it approves or rejects at npm what a release has staged. */
export interface StageApproval {
  /** Another environment than any that publishes. */
  environment: string;
  /** File name below `.github/workflows/`. */
  workflow: string;
  secret: string;
  approvers: Principal[];
  /** Whether whoever asked for the release may approve its stage too. */
  self: boolean;
}

/** What a repository, or its organisation, asks of the releasers' npm tokens. */
export interface TokenPolicy {
  /** Days that a token may live, at most 90. */
  maxDays: number;
  /** `never`: each release takes a fresh token, forgotten once it was disarmed. */
  keep: "until-expiry" | "never";
  /** Why tokens that pass without a second factor are allowed; null: they aren't. */
  bypass2fa: string | null;
}

export interface Policy {
  version: 1;
  packages: PackagePolicy[];
  warnings: WarningPolicy;
  doctor: DoctorPolicy;
}

/** When and where people are warned about tokens that end. */
export interface WarningPolicy {
  /** 0 to 23, in the zone. */
  hour: number;
  /** IANA name. */
  zone: string;
  /** Names of the repository's channels; null: all of them. */
  to: string[] | null;
}

/** What an organisation asks of all its repositories, in the `.github` repository: they may be stricter, not laxer. */
export interface OrganizationPolicy {
  token: Partial<TokenPolicy>;
  revoke: boolean;
  /** How much a broken rule of the doctor weighs. */
  levels: Partial<Record<RuleId, Level>>;
}

/** A fault in the file, for a person: where, what, how to mend it. Lines and columns count from 1. */
export interface PolicyProblem {
  line: number;
  column: number;
  /** Path of the key, e.g. `packages[0].approvals.count`. */
  key: string;
  /** What is wrong and how to mend it, one sentence each. */
  text: string;
}
