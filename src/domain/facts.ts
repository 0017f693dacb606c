import type { Principal } from "./policy-types.ts";
import type { SealedToken } from "./release-types.ts";
import type { TokenRules } from "./token-rules.ts";

/** What was read of an environment, in the words of the domain. Gathered in parallel; judged by checks.ts, which is pure. */
export interface EnvironmentFacts {
  name: string;
  exists: boolean;
  id: number;
  /** null: GitHub didn't say. */
  adminsCanBypass: boolean | null;
  waitTimer: number;
  requiredReviewers: boolean;
  preventSelfReview: boolean;
  /** Whether the environment restricts which branches may deploy. */
  branchRestricted: boolean;
  /** The branch of the release passes that restriction, as far as it can be read. */
  branchAllowed: boolean;
  /** Our custom rule is enabled. */
  ourRule: boolean;
  /** Slugs of other apps whose custom rules are enabled: their state cannot be read. */
  otherRules: string[];
}

/** Where else GitHub would find the secret's name. */
export interface SecretFacts {
  name: string;
  inEnvironment: boolean;
  elsewhere: Array<"repository" | "organization">;
}

export interface TokenFacts {
  /** null: the person has none for this environment, or none that may be used for this release. */
  token: Pick<SealedToken, "keyId" | "sealedAt" | "expiresAt" | "npmUser" | "bypass2fa" | "refusedWhy"> | null;
  /** `key_id` of the environment's public key now. */
  keyId: string;
  rules: Pick<TokenRules, "maxDays" | "keep" | "bypass2fa">;
}

export interface ReleaserFacts {
  login: string;
  isHuman: boolean;
  permission: "admin" | "maintain" | "write" | "triage" | "read" | "none";
  isReleaser: boolean;
  /** Of several packages those that don't name the person. */
  lacking?: string[];
  /** Key of the policy that names them; without it `releasers`. */
  list?: string;
}

/** One person's word with what was read of the person when it was weighed. */
export interface WeighedApproval {
  personId: number;
  login: string;
  verdict: "approved" | "rejected";
  sha: string;
  source: "chat" | "github" | "dashboard";
  /** Named by the policy and allowed to read the repository. */
  mayApprove: boolean;
}

/** Approvals of packages that are counted alike. */
export interface ApprovalFacts {
  sha: string;
  releaserId: number;
  releaserLogin: string;
  given: WeighedApproval[];
  /** Shown as who can approve. */
  from: Principal[];
  count: number;
  self: boolean;
  /** The packages, where others of the same release are counted otherwise. */
  of?: string[];
  /** What is said where nobody's approval is asked for. */
  withoutAny?: string;
}

/** How a principal is written in a policy and shown to people. */
export function principalName(principal: Principal): string {
  return principal.kind === "person" ? principal.login : `@${principal.org}/${principal.slug}`;
}
