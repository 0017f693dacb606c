/** What the shapes read of the simulator's entities; the simulator's own types may have more. */

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot" | "Organization";
  readonly name?: string | null;
}

export interface Team {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly organization: Account;
}

export interface Repository {
  readonly id: number;
  readonly name: string;
  readonly owner: Account;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly archived: boolean;
  readonly fork?: boolean;
  readonly createdAt: Date;
}

export type Access = "read" | "write";

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly owner: Account;
  readonly permissions: Readonly<Record<string, Access>>;
  readonly events: readonly string[];
  readonly createdAt: Date;
}

export interface Installation {
  readonly id: number;
  readonly account: Account;
  readonly app: App;
  readonly selection: "all" | "selected";
  readonly suspendedAt: Date | null;
  readonly createdAt: Date;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: "open" | "closed";
  readonly isPullRequest: boolean;
  readonly user: Account;
  readonly commentCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly closedAt: Date | null;
}

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: Account;
  /** Installed app that wrote it; null: a person did. */
  readonly app: App | null;
  readonly association: "COLLABORATOR" | "CONTRIBUTOR" | "MEMBER" | "NONE" | "OWNER";
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Reaction {
  readonly id: number;
  readonly content: "+1" | "-1" | "laugh" | "confused" | "heart" | "hooray" | "rocket" | "eyes";
  readonly user: Account;
  readonly createdAt: Date;
}

export interface Commit {
  readonly sha: string;
  readonly treeSha: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string; readonly account: Account | null };
  readonly committedAt: Date;
  readonly parents: readonly string[];
  /** Paths, against the first parent. */
  readonly touched: { readonly added: string[]; readonly removed: string[]; readonly modified: string[] };
}

export interface File {
  readonly path: string;
  readonly text: string;
  /** Blob's id. */
  readonly sha: string;
}

export type Reviewer =
  { readonly type: "User"; readonly user: Account } | { readonly type: "Team"; readonly team: Team };

export interface Environment {
  readonly id: number;
  readonly name: string;
  /** undefined: GitHub doesn't say. */
  readonly adminsCanBypass: boolean | undefined;
  /** Minutes; 0: none. */
  readonly waitTimer: number;
  /** Null: none required. */
  readonly reviewers: readonly Reviewer[] | null;
  readonly preventSelfReview: boolean;
  readonly branchPolicy: { readonly protectedBranches: boolean; readonly customBranchPolicies: boolean } | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Secret {
  readonly name: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CustomRule {
  readonly id: number;
  readonly enabled: boolean;
  readonly app: { readonly id: number; readonly slug: string };
}

export interface BranchPolicy {
  readonly id: number;
  readonly name: string;
  readonly type: "branch" | "tag";
}

export interface Workflow {
  readonly id: number;
  readonly name: string;
  /** `.github/workflows/publish.yml` */
  readonly path: string;
  readonly createdAt: Date;
}

export type RunStatus = "requested" | "queued" | "pending" | "waiting" | "in_progress" | "completed";
export type RunConclusion = "success" | "failure" | "cancelled" | "skipped" | "timed_out";

export interface Run {
  readonly id: number;
  readonly number: number;
  readonly attempt: number;
  readonly workflow: Workflow;
  readonly status: RunStatus;
  readonly conclusion: RunConclusion | null;
  readonly event: string;
  readonly displayTitle: string;
  readonly headSha: string;
  readonly headBranch: string | null;
  /** Null: gone from the repository. */
  readonly headCommit: Commit | null;
  /** Another repository where it is a fork's run. */
  readonly headRepository: Repository;
  readonly actor: Account;
  readonly triggeringActor: Account;
  readonly referencedWorkflows: ReadonlyArray<{ readonly path: string; readonly sha: string; readonly ref?: string }>;
  readonly checkSuiteId: number;
  readonly createdAt: Date;
  readonly startedAt: Date;
  readonly updatedAt: Date;
}

export interface Step {
  readonly number: number;
  readonly name: string;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: string | null;
  readonly startedAt?: Date | null;
  readonly completedAt?: Date | null;
}

export interface Job {
  readonly id: number;
  readonly name: string;
  readonly attempt: number;
  readonly status: RunStatus;
  readonly conclusion: RunConclusion | null;
  /** Set when it began to run on a runner. */
  readonly runner: { readonly id: number; readonly name: string } | null;
  readonly labels: readonly string[];
  readonly steps: readonly Step[];
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
}

export interface Deployment {
  readonly id: number;
  readonly environment: string;
  readonly sha: string;
  /** Short name of the branch or tag. */
  readonly ref: string;
  readonly creator: Account;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface PendingDeployment {
  readonly environment: Environment;
  readonly waitTimerStartedAt: Date | null;
  readonly currentUserCanApprove: boolean;
}

export interface RunApproval {
  readonly environments: readonly Environment[];
  readonly state: "approved" | "rejected" | "pending";
  readonly user: Account;
  readonly comment: string;
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: "success" | "failure" | "neutral" | "cancelled" | "skipped" | "action_required" | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly detailsUrl: string | null;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
}

export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly deliveredAt: Date;
  readonly redelivery: boolean;
  /** "OK", or what went wrong. */
  readonly status: string;
  /** 0: no answer. */
  readonly statusCode: number;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  /** JSON text as sent. */
  readonly payload: string;
}

/** A JSON object on its way out. */
export type Json = Record<string, unknown>;
