import type { EnvironmentFacts, SecretFacts } from "../facts.ts";
import type { PackagePolicy } from "../policy-types.ts";

/** What was read of a repository that is to be set up. */
export interface SetUpFacts {
  access: { state: "fine" | "unread" | "suspended" | "removed" } | { state: "lacking"; permissions: string[] };
  policy: { state: "fine" | "unread" | "missing" } | { state: "broken"; problems: number };
  /** Each workflow that the policy names, or the plan where there is none. */
  workflows: Array<{
    path: string;
    reading:
      | { state: "fit" }
      | { state: "missing" }
      | { state: "unread" }
      | { state: "unfit"; line: number | null; problem: string };
  }>;
  /** Each environment that it names, at most as many as are looked at. */
  places: PlaceFacts[];
  /** Environments beyond those. */
  more: number;
  /**
   * Each package that is published with a token, or whose stages are approved with one, and how many people have one that works. null:
   * nobody knows yet; `unread`: GitHub couldn't be asked.
   */
  tokens:
    | Array<{
        package: string;
        environment: string;
        keep: "until-expiry" | "never";
        working: number;
        /** They are to approve what is staged of it, which people can do at npm as well. */
        approvesStages?: boolean;
      }>
    | null
    | "unread";
  /** Each package that is published without a token. */
  publishers: PublisherFacts[];
}

/** What is known of a package's trusted publisher at npm, which npm shows to the package's maintainers alone. */
export interface PublisherFacts {
  policy: Pick<PackagePolicy, "name" | "mode" | "workflow" | "environment" | "registry">;
  /** npm's page with the settings; null: it isn't npm's own registry. */
  settings: string | null;
  /**
   * `proven`: the last release of ours came by it, in this mode, by this workflow in this environment. `no-package`: the registry has no
   * such package, so there is none. `unseen`: neither.
   */
  standing: "proven" | "no-package" | "unseen";
  /** A version that came by a trusted publisher, of which the registry doesn't say whether it is this one; null: none of the last. */
  cameTrusted: string | null;
}

/** One environment with what has to be kept of it when it is changed. */
export interface PlaceFacts {
  /** As the policy writes it. */
  name: string;
  /** null: GitHub couldn't be asked. */
  read: { environment: EnvironmentFacts; secret: SecretFacts; reviewers: ReviewerFacts[] } | null;
  policy: Pick<PackagePolicy, "gate" | "mode" | "secret">;
  /** Logins and teams who approve by the policy or the plan: whom GitHub could require as well. */
  approvers: string[];
}

export interface ReviewerFacts {
  type: "User" | "Team";
  id: number;
  name: string;
}
