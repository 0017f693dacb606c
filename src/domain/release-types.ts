import type { Mode } from "./policy-types.ts";

/**
 * `requested` row written · `dispatching` asked GitHub for a run · `unconfirmed` adopted run whose owner has not confirmed ·
 * `waiting` for people or rules · `arming` lease taken · `running` gate open · `verifying` job done, registry asked ·
 * and six ends: `published` `failed` `rejected` `cancelled` `refused` `expired`.
 */
export const activeStates = [
  "requested",
  "dispatching",
  "unconfirmed",
  "waiting",
  "arming",
  "running",
  "verifying",
] as const;
export const endStates = ["published", "failed", "rejected", "cancelled", "refused", "expired"] as const;
export type ActiveState = (typeof activeStates)[number];
export type EndState = (typeof endStates)[number];
export type ReleaseState = ActiveState | EndState;

/** One attempt to publish one package at one version from one commit through one environment. Ids are GitHub's numbers. */
export interface Release {
  id: string;
  number: number;
  state: ReleaseState;
  repositoryId: number;
  installationId: number;
  package: string;
  version: string;
  distTag: string;
  mode: Mode;
  branch: string;
  sha: string;
  workflowPath: string;
  workflowBlob: string;
  jobName: string;
  environmentId: number;
  environmentName: string;
  secretName: string;
  policySha: string;
  policyBlob: string;
  releaserId: number;
  releaserLogin: string;
  origin: "chat" | "adopted";
  issueNumber: number | null;
  requestCommentId: number | null;
  statusCommentId: number | null;
  statusDigest: string | null;
  runId: number | null;
  runUrl: string | null;
  jobId: number | null;
  requestedAt: Date;
  dispatchedAt: Date | null;
  gateAskedAt: Date | null;
  decidedAt: Date | null;
  gateApprovedAt: Date | null;
  jobStartedAt: Date | null;
  jobEndedAt: Date | null;
  jobConclusion: string | null;
  runEndedAt: Date | null;
  runConclusion: string | null;
  endedAt: Date | null;
  endCode: string | null;
  endText: string | null;
  shasum: string | null;
  integrity: string | null;
  verifiedAt: Date | null;
  runnerReport: RunnerReport | null;
  decision: import("./reason.ts").Reason | null;
  holds: string | null;
  rowVersion: number;
}

/** What the workflow step reported, OIDC-proven. What the registry did not tell is absent, never guessed. */
export interface RunnerReport {
  outcome?: "published" | "failed";
  npmUser?: string;
  shasum?: string;
  integrity?: string;
  /** Of the token: what the post step saw. */
  revoked?: "revoked" | "failed" | "not-asked";
  message?: string;
}

export interface Approval {
  id: string;
  releaseId: string;
  personId: number;
  personLogin: string;
  verdict: "approved" | "rejected";
  sha: string;
  source: "chat" | "github" | "dashboard";
  comment: string | null;
  evidence: string;
  givenAt: Date;
}

export type LeaseState = "arming" | "armed" | "disarming" | "absent" | "closed";

/** The durable record that a secret is or may be armed. */
export interface Lease {
  id: string;
  releaseId: string;
  repositoryId: number;
  installationId: number;
  environmentId: number;
  environmentName: string;
  secretName: string;
  keyId: string;
  tokenId: string;
  runId: number | null;
  state: LeaseState;
  takenAt: Date;
  putDeadline: Date;
  armedAt: Date | null;
  disarmAskedAt: Date | null;
  disarmedAt: Date | null;
  absentAt: Date | null;
  closedAt: Date | null;
  expiresAt: Date;
  disarmWhy: string | null;
  disarmAttempts: number;
  lastError: string | null;
  releasedAt: Date | null;
  locks: string | null;
}

export interface SealedToken {
  id: string;
  repositoryId: number;
  environmentId: number;
  environmentName: string;
  personId: number;
  personLogin: string;
  npmUser: string;
  label: string;
  keyId: string;
  /** Base64 of crypto_box_seal; nobody but GitHub can open it. */
  ciphertext: string;
  expiresAt: Date;
  sealedAt: Date;
  lastUsedAt: Date | null;
  removedAt: Date | null;
  removedWhy: string | null;
  slot: string | null;
}

export interface RunnerSession {
  id: string;
  releaseId: string;
  jti: string;
  step: "publish" | "otp" | "post";
  runId: number;
  runAttempt: number;
  checkRunId: string | null;
  publicKey: string;
  bearerHash: string;
  openedAt: Date;
  expiresAt: Date;
}

export type ChallengeState = "open" | "answered" | "taken" | "accepted" | "refused" | "expired" | "ended";

export interface Challenge {
  id: string;
  releaseId: string;
  sessionId: string;
  kind: "code" | "link";
  authUrl: string | null;
  subject: { name: string; version: string; tag?: string; shasum?: string; integrity?: string };
  try: number;
  state: ChallengeState;
  openedAt: Date;
  expiresAt: Date;
  answeredAt: Date | null;
  answeredBy: number | null;
  sealed: string | null;
  takenAt: Date | null;
  endedAt: Date | null;
  openFor: string | null;
}

/** A repository that an installation shows us. */
export interface Repository {
  id: number;
  installationId: number;
  owner: string;
  ownerId: number;
  ownerType: "Organization" | "User";
  name: string;
  private: boolean;
  defaultBranch: string;
}

/** A GitHub user as the product names people. */
export interface Person {
  id: number;
  login: string;
}

export interface AuditEvent {
  at: Date;
  /** e.g. `release.requested`, `lease.armed`, `challenge.answered`. */
  what: string;
  actor: string;
  actorId?: number;
  repositoryId?: number;
  releaseId?: string;
  /** Never a token, a code, a cookie or a comment's text. */
  detail: Record<string, unknown>;
}
