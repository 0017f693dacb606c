import type { Mode } from "./policy-types.ts";

/**
 * `requested` row written · `dispatching` asked GitHub for a run · `unconfirmed` adopted run whose owner has not confirmed ·
 * `waiting` for people or rules · `arming` lease taken · `running` gate open · `verifying` job done, registry asked ·
 * `staged` at npm, where somebody approves it ·
 * and seven ends: `published` `done` `failed` `rejected` `cancelled` `refused` `expired`. `done`: it did at npm what it was asked for,
 * and publishes nothing of its own.
 */
export const activeStates = [
  "requested",
  "dispatching",
  "unconfirmed",
  "waiting",
  "arming",
  "running",
  "verifying",
  "staged",
] as const;
export const endStates = ["published", "done", "failed", "rejected", "cancelled", "refused", "expired"] as const;
export type ActiveState = (typeof activeStates)[number];
export type EndState = (typeof endStates)[number];
export type ReleaseState = ActiveState | EndState;

/** What a release is to do at npm: publish or stage a version, or decide about what another release has staged. */
export const purposes = ["publish", "approve-stage", "reject-stage"] as const;
export type Purpose = (typeof purposes)[number];

/**
 * One attempt to publish one package at one version from one commit through one environment; or to approve or reject what another
 * release has staged, which goes the same way through an environment of its own. Ids are GitHub's numbers.
 */
export interface Release {
  id: string;
  number: number;
  state: ReleaseState;
  repositoryId: number;
  installationId: number;
  package: string;
  /** Of a release of several packages: all of them in the policy's order; `package` is the first that is to be published. null: one. */
  packages: ReleasePart[] | null;
  version: string;
  distTag: string;
  mode: Mode;
  branch: string;
  sha: string;
  /** First line of the commit's message, and its author: login, or name where GitHub knows no login. null: not kept. */
  commitTitle: string | null;
  commitAuthor: string | null;
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
  /** When the run was seen to have staged the version at npm, in the modes that do. */
  stagedAt: Date | null;
  runnerReport: RunnerReport | null;
  decision: import("./reason.ts").Reason | null;
  holds: string | null;
  rowVersion: number;
  purpose: Purpose;
  /** The release whose stage it decides about, and npm's id of that stage as it was when it was asked for. */
  stageOf: string | null;
  stageId: string | null;
}

/** `already`: an earlier release of this very commit had published it, so it is left out. The others are the step's word or the registry's. */
export type PartState = "waiting" | "already" | "published" | "staged" | "failed";

/** One package of a release of several, as JSON: times are ISO texts, what isn't known is absent. */
export interface ReleasePart {
  name: string;
  state: PartState;
  /** Of the bytes that the step packed; once verified, that the registry has. */
  shasum?: string;
  integrity?: string;
  stageId?: string;
  /** SHA-1 of what npm holds as staged, as the step read it back there. */
  heldShasum?: string;
  /** As in the runner's report of a release of one. */
  stageSeen?: RunnerReport["stageSeen"];
  /** When the registry showed the version as it was to be. */
  verifiedAt?: string;
  /** Of one that failed: the registry has the version all the same, `otherwise` than it was to be; or nobody told of its bytes. */
  onRegistry?: "otherwise" | "untold";
  /** Why not, a sentence. */
  text?: string;
  /** What the step found inside: how much of it is dangerous, how much worth a look. */
  inside?: { dangers: number; looks: number };
}

/** What the workflow step reported, OIDC-proven. What the registry did not tell is absent, never guessed. */
export interface RunnerReport {
  outcome?: "published" | "staged" | "approved" | "rejected" | "failed";
  /** npm's id of what was staged. */
  stageId?: string;
  /** The package's page at npm, where what is staged is approved; written by us beside the step's word. */
  stagePage?: string;
  /** Whom it waits for there; written by us when it was staged. */
  stageWaitsFor?: import("./stage-waits.ts").StageWaitsFor;
  /** Whether the registry tells that it is staged; `gone-since`, an ISO text: it told so, and doesn't any more. */
  stageSeen?: "staged" | `gone-since ${string}` | undefined;
  /** npm user who approved it there, by the registry's word. */
  stageApprover?: string;
  npmUser?: string;
  shasum?: string;
  integrity?: string;
  /** SHA-1 of what npm holds as staged, as the step read it back there; absent where its credential may not read it. */
  heldShasum?: string;
  /** What the second build of the commit came to, where the policy asks for one; written by us. */
  second?: SecondBuildFound;
  /** Of the token: what the post step saw. */
  revoked?: "revoked" | "failed" | "not-asked";
  message?: string;
  /** In a release of several packages, the one that a report is about; the parts keep it. */
  package?: string;
  packed?: Array<{ package: string; shasum: string; integrity: string }>;
  /** Of the token: what the step saw before it used it, and the session in which it said so. */
  seen?: TokenSeen;
  seenBy?: string;
}

/** Two builds of one commit, compared. `first`, `second`: SHA-1 of what the publishing job packed, and of the second build. */
export type SecondBuildFound =
  | { state: "same"; first: string }
  | { state: "differs"; first: string; second: string; difference: import("./inside/build.ts").BuildDifference };

/** What a job beside the publishing one built of a release's commit. `document` is read with `readBuild`. */
export interface ToldBuild {
  releaseId: string;
  shasum: string;
  /** The job's check run, as its OIDC token names it. */
  checkRunId: string | null;
  toldAt: Date;
  document: unknown;
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
  /** The same npm token sealed for several environments in one go: one row each, one group. */
  groupId: string;
  repositoryId: number;
  environmentId: number;
  environmentName: string;
  personId: number;
  personLogin: string;
  npmUser: string;
  /** Packages it was sealed for, by the policy of that moment. */
  packages: string[];
  label: string;
  /** npm's own id of the token, where the person gave it. */
  npmKey: string | null;
  /** The person said that npm lets it pass without a second factor. */
  bypass2fa: boolean;
  /** It isn't for publishing, but for approving and rejecting what is staged. */
  approvesStages: boolean;
  keyId: string;
  /** Base64 of crypto_box_seal; nobody but GitHub can open it. */
  ciphertext: string;
  expiresAt: Date;
  sealedAt: Date;
  lastUsedAt: Date | null;
  removedAt: Date | null;
  removedWhy: RemovedWhy | null;
  slot: string | null;
  /** Sealed for this one release only (`keep: never`). */
  forReleaseId: string | null;
  /** What the runner saw of it at its last use. */
  seen: TokenSeen | null;
  /** The runner refused to use it; it stays refused until it is replaced. */
  refusedAt: Date | null;
  refusedWhy: string | null;
  /** When its owner is to be warned next; null: never (again). */
  warnAt: Date | null;
}

/** Why a sealed token was forgotten: `used` after its one release, `not-releaser` when the policy stopped naming its owner. */
export type RemovedWhy =
  "replaced" | "removed" | "revoked" | "key-rotated" | "used" | "not-releaser" | "app-removed" | "left-behind";

/** What the step saw of a token, OIDC-proven. null: the registry doesn't tell, which is not the same as fine. Times are ISO texts. */
export interface TokenSeen {
  at: string;
  releaseId: string;
  npmUser: string | null;
  /**
   * false: its user may only read the package, or the token may only read. true: its user may write the package; whether the token
   * is for this package the registry doesn't tell.
   */
  mayWrite: boolean | null;
  expiresAt: string | null;
  bypass2fa: boolean | null;
}

/** Something that a person has to do at npm, since nobody else can. */
export interface Todo {
  id: string;
  kind: "revoke-token";
  repositoryId: number;
  personId: number;
  personLogin: string;
  groupId: string;
  npmUser: string;
  label: string;
  npmKey: string | null;
  why: TodoWhy;
  createdAt: Date;
  /** When the token ends by itself. */
  expiresAt: Date;
  closedAt: Date | null;
  closedHow: "done" | "expired" | null;
  openFor: string | null;
}

export type TodoWhy =
  "removed" | "replaced" | "refused" | "not-releaser" | "app-removed" | "left-behind" | "revoke-failed" | "stopped";

/** The issue in which a person is warned about their tokens for one repository. */
export interface WarningIssue {
  id: string;
  repositoryId: number;
  personId: number;
  personLogin: string;
  issueNumber: number | null;
  state: "open" | "closed";
  digest: string | null;
  changedAt: Date;
}

/** Where messages go. The address is a secret: whoever knows a Slack webhook can write there. */
export interface Channel {
  id: string;
  scope: "repository" | "person";
  repositoryId: number | null;
  personId: number | null;
  kind: "slack" | "webhook" | "email";
  name: string;
  sealedAddress: string;
  sealedKeyId: string;
  /** What is shown of the address: its host, or the mail address. */
  shownAddress: string;
  createdAt: Date;
  createdBy: number;
  lastSentAt: Date | null;
  lastFailedAt: Date | null;
  lastError: string | null;
  removedAt: Date | null;
  slot: string | null;
}

export interface RunnerSession {
  id: string;
  releaseId: string;
  jti: string;
  step: "publish" | "otp" | "stage" | "post";
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

/** Everything of an account (organisation or person) on GitHub is stopped: nothing is armed there until it is lifted. */
export interface Stop {
  id: string;
  accountId: number;
  /** As it was called then. */
  accountLogin: string;
  /** Where it was said. */
  repositoryId: number;
  reason: string;
  origin: "chat" | "dashboard" | "api";
  beganAt: Date;
  beganById: number;
  beganByLogin: string;
  liftedAt: Date | null;
  liftedById: number | null;
  liftedByLogin: string | null;
  liftReason: string | null;
  /** The account, while it lasts. */
  openFor: number | null;
}
