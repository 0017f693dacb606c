import type { PullRequest } from "./shapes/git.ts";

/** What the simulated GitHub remembers, in memory. Ids are numbers as GitHub's; times are Dates of the world's clock. */

export interface UserState {
  id: number;
  login: string;
  type: "User" | "Bot" | "Organization";
  name: string;
}

export interface TeamState {
  id: number;
  slug: string;
  name: string;
  orgId: number;
  /** User ids. */
  members: Set<number>;
}

export type Role = "admin" | "maintain" | "write" | "triage" | "read";

export interface CommitState {
  sha: string;
  message: string;
  authorId: number;
  at: Date;
  parent: string | null;
  /** path → text */
  files: ReadonlyMap<string, string>;
}

export interface CommentState {
  id: number;
  issueNumber: number;
  userId: number;
  body: string;
  createdAt: Date;
  updatedAt: Date;
  /** App that wrote it, if one did. */
  appId: number | null;
  /** content → user ids */
  reactions: Map<string, Set<number>>;
  /** `content userId` → id of the reaction */
  reactionIds?: Map<string, number>;
}

export interface IssueState {
  id: number;
  number: number;
  title: string;
  body: string;
  userId: number;
  state: "open" | "closed";
  pullRequest: boolean;
  createdAt: Date;
}

export interface SecretState {
  name: string;
  /** Opened by the simulator, as GitHub's runners see it. */
  value: string;
  createdAt: Date;
  updatedAt: Date;
}

export interface CustomRuleState {
  id: number;
  appId: number;
  enabled: boolean;
}

export interface EnvironmentState {
  id: number;
  name: string;
  createdAt: Date;
  updatedAt: Date;
  /** Minutes. */
  waitTimer: number;
  /** null: none required. */
  reviewers: Array<{ type: "User" | "Team"; id: number }> | null;
  preventSelfReview: boolean;
  /** undefined: GitHub doesn't say. */
  canAdminsBypass: boolean | undefined;
  /** null: every branch. */
  branchPolicy: "protected" | "custom" | null;
  branchPatterns: Array<{ id: number; name: string; type: "branch" | "tag" }>;
  customRules: CustomRuleState[];
  /** libsodium box key pair. */
  keyId: string;
  publicKey: Uint8Array;
  privateKey: Uint8Array;
  /** upper-case name → secret */
  secrets: Map<string, SecretState>;
}

export interface RepositoryState {
  id: number;
  ownerId: number;
  name: string;
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  createdAt: Date;
  /** Direct collaborators, user id → role. Owners of the organisation are admins. */
  collaborators: Map<number, Role>;
  commits: Map<string, CommitState>;
  /** branch → sha */
  branches: Map<string, string>;
  /** tag → sha */
  tags?: Map<string, string>;
  /** On its page of releases. */
  releases?: GitHubReleaseState[];
  pulls?: PullRequest[];
  protectedBranches: Set<string>;
  issues: Map<number, IssueState>;
  comments: Map<number, CommentState>;
  environments: EnvironmentState[];
  secrets: Map<string, SecretState>;
  runs: Map<number, RunState>;
  checkRuns?: Map<number, CheckRunState>;
  /** workflow's path → its id */
  workflowIds?: Map<string, number>;
  nextIssue: number;
  nextRunNumber: number;
}

export interface CheckRunState {
  id: number;
  appId: number;
  name: string;
  headSha: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: "success" | "failure" | "neutral" | "cancelled" | "skipped" | "action_required" | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  detailsUrl: string | null;
  /** As they came with the requests, one after the other. */
  annotations?: Array<Record<string, unknown>>;
  startedAt: Date | null;
  completedAt: Date | null;
}

export interface OrganizationState {
  user: UserState;
  /** user id → role */
  members: Map<number, "admin" | "member">;
  teams: TeamState[];
  secrets: Map<string, SecretState>;
}

export interface AppState {
  id: number;
  slug: string;
  name: string;
  ownerId: number;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  /** PEM */
  publicKey: string;
  privateKey: string;
  /** GitHub takes several keys of one app at once: the public halves of the others. */
  otherKeys?: string[];
  permissions: Record<string, "read" | "write">;
  events: string[];
  hookUrl: string | null;
  redirectUris: string[];
  /** The app's own user, `slug[bot]`. */
  botId: number;
  createdAt: Date;
  /** Where a browser goes after an installation. */
  setupUrl?: string;
  /** "Enable Device Flow" in the app's settings; GitHub leaves it off. */
  deviceFlow?: boolean;
}

export interface InstallationState {
  id: number;
  appId: number;
  accountId: number;
  repositoryIds: Set<number>;
  /** What the account granted, where that isn't all that the app asks for (new permissions not accepted yet). */
  permissions?: Record<string, "read" | "write">;
  suspendedAt: Date | null;
  createdAt: Date;
}

export interface InstallationTokenState {
  installationId: number;
  expiresAt: Date;
  /** Fewer repositories or permissions than the installation has, where the app asked for that. */
  repositoryIds?: Set<number>;
  permissions?: Record<string, "read" | "write">;
}

export interface UserTokenState {
  userId: number;
  appId: number;
  expiresAt: Date;
  createdAt?: Date;
}

/** A sign-in by device flow that is under way. */
export interface DeviceState {
  appId: number;
  /** What the person types in, e.g. `WDJB-MJHT`. */
  userCode: string;
  at: Date;
  /** Seconds between two polls. */
  interval: number;
  polledAt: Date | null;
  /** Who agreed; null: nobody has answered. */
  answer: number | "denied" | null;
}

export type RunStatus = "requested" | "queued" | "pending" | "waiting" | "in_progress" | "completed";
export type Conclusion = "success" | "failure" | "cancelled" | "skipped" | "timed_out";

export interface RunState {
  id: number;
  number: number;
  repositoryId: number;
  workflowId: number;
  workflowName: string;
  /** `.github/workflows/publish.yml` */
  path: string;
  title: string;
  event: string;
  headSha: string;
  /** Short name of the branch or tag. */
  headBranch: string;
  refType?: "branch" | "tag";
  headRepositoryId: number;
  actorId: number;
  inputs: Record<string, string>;
  checkSuiteId: number;
  createdAt: Date;
  /** The last one is the present attempt; attempt n is at n - 1. */
  attempts: AttemptState[];
  approvals: ApprovalState[];
}

export interface AttemptState {
  number: number;
  triggeringActorId: number;
  status: RunStatus;
  conclusion: Conclusion | null;
  startedAt: Date;
  updatedAt: Date;
  jobs: JobState[];
}

export interface JobState {
  id: number;
  runId: number;
  attempt: number;
  key: string;
  name: string;
  needs: string[];
  status: RunStatus;
  conclusion: Conclusion | null;
  createdAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
  steps: Array<{
    number: number;
    name: string;
    status: "queued" | "in_progress" | "completed";
    conclusion: string | null;
  }>;
  /** Name of its environment: as the workflow writes it, with its expressions filled in once the job gets there. */
  environment: string | null;
  deployment: DeploymentState | null;
  /** What still holds it back; empty once every rule has passed. */
  gates: GateState[];
  log: string;
  rawLog: string;
  outputs?: Record<string, string>;
}

export interface GateState {
  kind: "custom" | "reviewers" | "wait-timer";
  /** For a custom rule. */
  appId: number | null;
  state: "pending" | "approved" | "rejected";
  /** Reports given without deciding. */
  reports: number;
  since: Date;
}

export interface DeploymentState {
  id: number;
  environmentName: string;
  sha: string;
  ref: string;
  creatorId: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A line of the run's approvals history: reviews by people. */
export interface ApprovalState {
  environmentIds: number[];
  state: "approved" | "rejected";
  userId: number;
  comment: string;
  at: Date;
}

/** A release on GitHub's page of them. */
export interface GitHubReleaseState {
  id: number;
  tag: string;
  target: string;
  name: string;
  latest: boolean;
  authorId: number;
  at: Date;
}

export interface DeliveryState {
  id: number;
  guid: string;
  appId: number;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  deliveredAt: Date;
  redelivery: boolean;
  status: string;
  statusCode: number;
  /** JSON text as sent. */
  payload: string;
}

export interface State {
  /** `owner/name` in lower case, as a repository was called once → its id; GitHub redirects from there until the name is taken. */
  formerNames: Map<string, number>;
  users: Map<number, UserState>;
  organizations: Map<number, OrganizationState>;
  repositories: Map<number, RepositoryState>;
  apps: Map<number, AppState>;
  installations: Map<number, InstallationState>;
  /** token → what it stands for */
  installationTokens: Map<string, InstallationTokenState>;
  userTokens: Map<string, UserTokenState>;
  /** refresh token → whose it is; good once */
  refreshTokens?: Map<string, { userId: number; appId: number; accessToken: string }>;
  /** Codes of manifests that were agreed to: good once, for an hour. */
  manifestCodes: Map<string, { appId: number; at: Date }>;
  oauthCodes: Map<string, { userId: number; appId: number; redirectUri: string; challenge: string | null; at: Date }>;
  /** device code → the sign-in it stands for */
  devices: Map<string, DeviceState>;
  deliveries: DeliveryState[];
}
