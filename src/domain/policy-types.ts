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
  /** Registry's base URL, where it is not npm's. */
  registry?: string;
}

export interface Policy {
  version: 1;
  packages: PackagePolicy[];
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
