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
  /** Each package with its releasers and how many of them have a token that works; null: nobody knows yet. */
  tokens: Array<{
    package: string;
    keep: "until-expiry" | "never";
    working: number;
    /** They are to approve what is staged of it, which people can do at npm as well. */
    approvesStages?: boolean;
  }> | null;
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
