import type { OperationName } from "./operations.ts";

/** One request, without tokens and codes: only a token's digest. */
export interface RegistryLine {
  at: Date;
  method: string;
  path: string;
  /** null: none that the front knows by name. */
  operation: OperationName | null;
  user: string | null;
  /** Whether a one-time password came along. */
  otp: boolean;
  /** SHA-256 of that password. */
  otpDigest: string | null;
  token: string | null;
  /** 0: not answered. */
  status: number;
}

/**
 * `down`: connections are cut. `status`: every answer is this one, or what a function of the request says (null: as usual). `hold`:
 * a request waits for the promise that this gives, if it gives one. `unanswered`: an operation never gets its answer; `before` it
 * was done, so that it isn't, or `after`, so that it is.
 */
export interface RegistryFaults {
  down: boolean;
  hold: ((method: string, path: string) => Promise<void> | null) | null;
  status: number | null | ((method: string, path: string) => number | null);
  unanswered: Map<OperationName, "before" | "after">;
}

/** Where npm's behaviour is not known, or differs from account to account: what it does here unless a test says otherwise. */
export interface RegistryHabits {
  /** A token may read its account's list, as npm lets sessions. */
  listsTokens: boolean;
  /** A token revoked by possession is really dead. */
  forgets: boolean;
  /**
   * A package that was never published can be staged. npm's documents of August 2026 say no, and so it was seen
   * (ffflorian/schemastore-updater 1571); the document that comes with npm 11.21.2 says yes.
   */
  stagesNew: boolean;
  /** A stage-only token approves stages, with a second factor. Nothing was found that says either. */
  stageOnlyApproves: boolean;
  /**
   * A token that its package's setting forbids is asked for a code again and again (seen in lagowski/ClaudeAutoPM 603), instead of
   * being refused (403, seen in web3/web3.js 6176).
   */
  disallowedAsOtp: boolean;
  /** Version statuses can be asked for; npm's API description knows a 403 for packages where they can't. */
  tellsStatus: boolean;
  /**
   * Packages are shown as public to a job. npm's CLI then signs provenance by itself for a public repository (`lib/utils/oidc.js`),
   * which can't be done without Sigstore: here a job's package looks private, and the front attaches what it would have signed.
   */
  showsPublic: boolean;
  /** The front attaches provenance to what a job of a public repository publishes, in place of npm's CLI. */
  attaches: boolean;
  /**
   * A code or a link's proof is taken for several publishes while it lasts, as lerna's users have seen it (lerna/lerna 2459), instead of
   * once (lerna/lerna 2578).
   */
  answersAgain: boolean;
}

/** What `npm access list collaborators` calls a user's right. */
export type Right = "read-write" | "read-only";

/** Package setting "Publishing access" (npm docs, "Requiring 2FA for package publishing and settings modification"). */
export interface PackageSettings {
  /** "Require two-factor authentication and disallow tokens": no granular token publishes, with or without a code. */
  disallowTokens: boolean;
}

export interface PersonAtNpm {
  name: string;
  /** The authenticator app's present code. */
  totp(): string;
  wrongCode(): string;
  /** Touches the security key on npm's page; throws where the link isn't known. */
  confirm(authUrl: string): Promise<void>;
  recovery: string[];
}

export interface Person {
  name: string;
  email: string;
}

/**
 * Who published a version, as a package document's `_npmUser` has it. `trustedPublisher`: a job, without a person (versions of axios
 * before and after March 2026); `approver`: who let the stage through (pnpm/pnpm 12056). npm documents neither.
 */
export interface Publisher extends Person {
  trustedPublisher?: { id: string; oidcConfigId: string };
  approver?: Person;
}

export interface Manifest {
  dist: {
    shasum: string;
    integrity?: string;
    tarball: string;
    attestations?: { url: string; provenance: { predicateType: string } };
  };
  _npmUser?: Publisher;
  gitHead?: string;
}

export interface Packument {
  versions: Record<string, Manifest>;
  "dist-tags": Record<string, string>;
}
