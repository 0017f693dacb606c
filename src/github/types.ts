import type { Person, Repository } from "../domain/release-types.ts";

/** What a call to GitHub came to, when not to its result. No body, header or token of the exchange is kept in it. */
export type GitHubErrorCode =
  | "unauthorized" // 401
  | "key-refused" // 401 to the app's own key: nothing can be asked until the operator mends it
  | "forbidden" // 403 that is not a limit
  | "not-found" // 404, 410
  | "moved" // 301, 307, 308: the repository has another name or owner; it is asked again by that one, never by the redirect
  | "conflict" // 409
  | "invalid" // 400, 422
  | "limited" // 403/429 primary or secondary limit; `retryAt` says when
  | "unavailable" // 5xx, network, time-out: the effect may have happened or not
  | "unexpected"; // an answer that GitHub's description does not have

/** `verb` is the name of the method below that failed. */
export class GitHubError extends Error {
  readonly code: GitHubErrorCode;
  readonly verb: string;
  readonly status: number | null;
  readonly retryAt: Date | null;
  constructor(
    code: GitHubErrorCode,
    verb: string,
    sentence: string,
    more: { status?: number; retryAt?: Date; cause?: unknown } = {},
  ) {
    super(sentence);
    this.name = "GitHubError";
    this.code = code;
    this.verb = verb;
    this.status = more.status ?? null;
    this.retryAt = more.retryAt ?? null;
  }
}

/** disarm before arm and gate before reads before comments: who goes first where the budget is short. */
export type Priority = "disarm" | "arm" | "read" | "comment";

export interface Environment {
  id: number;
  name: string;
  /** GitHub's `can_admins_bypass`; null where GitHub didn't say (not in its OpenAPI document, seen in practice). */
  adminsCanBypass: boolean | null;
  /** Minutes; 0: none. */
  waitTimer: number;
  /** null: no required reviewers. */
  requiredReviewers: {
    preventSelfReview: boolean;
    reviewers: Array<{ type: "User" | "Team"; id: number; name: string }>;
  } | null;
  branchPolicy: { protectedBranches: boolean; customBranchPolicies: boolean } | null;
}

/** Custom deployment protection rule enabled on an environment. */
export interface CustomRule {
  id: number;
  enabled: boolean;
  appId: number;
  appSlug: string;
}

export interface BranchPattern {
  /** File.fnmatch pattern against the branch or tag name. */
  name: string;
  type: "branch" | "tag";
}

/** What a commit says of itself, as one line of text each. `author`: login, or name where GitHub knows no login; null: it doesn't say. */
export interface CommitWords {
  title: string | null;
  author: string | null;
}

/** What lies between two commits. */
export interface Comparison {
  /** GitHub's own page of it. */
  url: string;
  /** Commits that only the second has: how many, and the earliest 50 of them in their order. */
  total: number;
  commits: Array<{ sha: string; url: string } & CommitWords>;
  /** How many only the first has: above 0 the second doesn't follow from it. */
  behind: number;
}

export interface Run {
  id: number;
  htmlUrl: string;
  attempt: number;
  /** requested | queued | pending | waiting | in_progress | completed */
  status: string;
  conclusion: string | null;
  event: string;
  /** Workflow file, e.g. `.github/workflows/publish.yml`. */
  path: string;
  headSha: string;
  headCommit: CommitWords;
  headBranch: string | null;
  headRepositoryId: number | null;
  actor: Person & { type: string };
  triggeringActor: Person & { type: string };
  displayTitle: string;
  createdAt: Date;
  referencedWorkflows: Array<{ path: string; sha: string }>;
}

export interface Job {
  id: number;
  name: string;
  attempt: number;
  status: string;
  conclusion: string | null;
  checkRunUrl: string;
  startedAt: Date | null;
  completedAt: Date | null;
}

export interface PendingDeployment {
  environmentId: number;
  environmentName: string;
  waitTimer: number;
  waitTimerStartedAt: Date | null;
  currentUserCanApprove: boolean;
  reviewers: Array<{ type: "User" | "Team"; id: number; name: string }>;
}

/** One line of the run's approvals history. */
export interface RunApproval {
  environmentIds: number[];
  state: "approved" | "rejected" | "pending";
  user: Person & { type: string };
  comment: string;
}

/** `oid`: git's id of the file or of all that is in the folder; two that have the same one are the same. */
export interface FolderEntry {
  name: string;
  isFolder: boolean;
  oid: string;
}

/** GitHub's word for how a head lies to a base. */
export type CommitRelation = "identical" | "behind" | "ahead" | "diverged";

/** GitHub as we use it, for one repository and with the installation's token. Every method throws GitHubError. */
export interface GitHubRepository {
  readonly repository: Repository;
  /** The repository as it is now (renamed, archived, private, default branch); null: not visible any more. */
  read(): Promise<(Repository & { archived: boolean; fullName: string }) | null>;
  /** Commit a branch points at; null: no such branch. */
  branchHead(branch: string): Promise<string | null>;
  /** The same commit with what it says of itself. */
  branchTip(branch: string): Promise<({ sha: string } & CommitWords) | null>;
  /** What a commit says of itself; null: no such commit. */
  commit(sha: string): Promise<CommitWords | null>;
  /**
   * The commit that a tag names, whether or not the tag is annotated; null: no such tag. That GitHub takes `tags/<tag>` here is documented
   * ("Get a commit") and not verified live.
   */
  tagCommit(tag: string): Promise<string | null>;
  /** What one commit has that another lacks; null: GitHub doesn't know one of them any more. */
  compare(base: string, head: string): Promise<Comparison | null>;
  /**
   * A file's text and blob id at a commit; null: not there. A file above 1 MB is `invalid`. Where its blob is known it isn't asked for
   * again in another commit.
   */
  file(path: string, sha: string, blob?: string): Promise<{ text: string; blob: string } | null>;
  /** The workflow files of a commit; of a folder GitHub shows 1,000 entries at most (docs, "Get repository content"). */
  workflowFiles(sha: string): Promise<Array<{ path: string; blob: string }>>;
  /**
   * How a commit lies to a tag or branch of any repository (`owner/name`, public or shown to the app): `identical`, `behind` (in its
   * history), `ahead`, `diverged`. GitHub finds commits of forks under the name of the repository they were forked from, so being
   * found says nothing, and only the history tells. null: no such repository, tag or commit, or no common history. What was heard
   * holds for an hour, and for longer where GitHub can't be asked again. That an installation's token reads public repositories of
   * others isn't verified on a live GitHub.
   */
  relation(repository: string, base: string, sha: string): Promise<CommitRelation | null>;
  /** Whether a commit can be had under a repository's name, its own or a fork's. */
  hasCommit(repository: string, sha: string): Promise<boolean>;
  /** A file of any repository, as `file` has it. */
  fileOf(repository: string, path: string, sha: string): Promise<{ text: string; blob: string } | null>;
  /** What lies in a folder at a commit, "" for the root; null: no such folder. GitHub lists a thousand entries at most. */
  folder(path: string, sha: string): Promise<FolderEntry[] | null>;

  /**
   * A file of the owner's `.github` repository, as its default branch has it; null: not there, or not shown to the app. What was
   * read holds for a minute.
   */
  ownersFile(path: string): Promise<string | null>;

  /** GitHub's `role_name` reduced to its base role; `none` for strangers. */
  permission(login: string): Promise<"admin" | "maintain" | "write" | "triage" | "read" | "none">;
  /** Active members only; child teams count, as GitHub has it. */
  isTeamMember(org: string, slug: string, login: string): Promise<boolean>;

  environment(name: string): Promise<Environment | null>;
  /** Ids of all environments that there are. */
  environmentIds(): Promise<number[]>;
  customRules(environment: string): Promise<CustomRule[]>;
  branchPatterns(environment: string): Promise<BranchPattern[]>;
  environmentKey(environment: string): Promise<{ keyId: string; key: string }>;
  /** null: no such secret in the environment, or no such environment that we may see. */
  environmentSecret(environment: string, name: string): Promise<{ updatedAt: Date } | null>;
  /**
   * Whether an environment holds a secret, by its list: unlike a 404 for one secret, a list without it proves that it isn't there.
   * With the priority of a removal. null: GitHub shows no such environment.
   */
  holdsSecret(environment: string, name: string): Promise<boolean | null>;
  /** Where else GitHub would find this name: repository and organisation secrets that reach this repository. */
  sameNamedSecrets(name: string): Promise<Array<"repository" | "organization">>;
  /** Aborted at `deadline` whatever happens; never sent again by itself. */
  putEnvironmentSecret(
    environment: string,
    name: string,
    sealed: { keyId: string; ciphertext: string },
    deadline: Date,
  ): Promise<"created" | "updated">;
  deleteEnvironmentSecret(environment: string, name: string): Promise<"deleted" | "absent">;

  /** null: GitHub answered 204 without the run's id (older servers). Never sent again by itself. */
  dispatch(
    workflow: string,
    ref: string,
    inputs: Record<string, string>,
  ): Promise<{ runId: number; htmlUrl: string } | null>;
  /** Priority `arm` where a secret waits for the answer. */
  run(id: number, priority?: Priority): Promise<Run | null>;
  /** Runs of a workflow dispatched at or after an instant, newest first. */
  dispatchedRuns(workflow: string, since: Date): Promise<Run[]>;
  /** Runs with status `waiting`, newest first. */
  waitingRuns(): Promise<Run[]>;
  jobs(runId: number, attempt: number): Promise<Job[]>;
  pendingDeployments(runId: number): Promise<PendingDeployment[]>;
  runApprovals(runId: number): Promise<RunApproval[]>;
  /** `not-running` where GitHub answers 409. */
  cancelRun(runId: number, force?: boolean): Promise<"asked" | "not-running">;
  /** Our custom rule's answer. `comment` is cut to 1,024 characters. */
  answerGate(runId: number, environment: string, state: "approved" | "rejected", comment: string): Promise<void>;

  /** A word in the run's gate without deciding it (at most 10 a deployment); `comment` is cut to 1,024 characters. */
  reportGate(runId: number, environment: string, comment: string): Promise<void>;

  comment(issue: number, body: string): Promise<number>;
  editComment(id: number, body: string): Promise<void>;
  readComment(id: number): Promise<{ body: string; userLogin: string; createdAt: Date; updatedAt: Date } | null>;
  /** Sent once: where its answer is lost, a second one may stand beside it. */
  createCheck(check: NewCheck): Promise<void>;
  react(commentId: number, content: "eyes" | "+1" | "-1" | "rocket" | "confused"): Promise<void>;
  /** Comments of one issue that were written or changed since an instant (whole seconds), oldest first; at most a thousand. */
  commentsSince(issue: number, since: Date): Promise<Array<{ id: number; body: string; userLogin: string }>>;

  /** Opens an issue; its number. Never sent again by itself. GitHub answers 410 (`not-found`) where issues are switched off. */
  openIssue(title: string, body: string): Promise<number>;
  /** `not-found` where the issue was deleted, or issues are switched off. */
  editIssue(number: number, words: { title: string; body: string; state: "open" | "closed" }): Promise<void>;
  /** Issues that somebody opened here, open or closed, newest first; at most a thousand. */
  issuesBy(login: string): Promise<Array<{ number: number; body: string }>>;
}

/** GitHub with a person's own access token (user-to-server). */
export interface VisibleRepository {
  id: number;
  /** Write access or more. */
  writable: boolean;
}

export interface GitHubAsPerson {
  whoami(): Promise<Person>;
  /** Repositories of the app's installations that GitHub shows this person, and whether they may write there. */
  visibleRepositories(): Promise<VisibleRepository[]>;
  /** Whether GitHub would let this person review the run's environment now. */
  canReview(repository: Repository, runId: number, environmentId: number): Promise<boolean>;
  /** As the person, a required reviewer. */
  reviewDeployments(
    repository: Repository,
    runId: number,
    environmentIds: number[],
    state: "approved" | "rejected",
    comment: string,
  ): Promise<void>;
  /** As the person; their own permission in a repository, e.g. for pages. */
  permission(repository: Repository, login: string): Promise<string>;
}

/** A check on a commit, over as soon as it is there. */
export interface NewCheck {
  name: string;
  sha: string;
  conclusion: "success" | "failure" | "neutral";
  title: string;
  /** Markdown, up to 65,535 characters. */
  summary: string;
  detailsUrl: string;
  /** GitHub takes 50 with one request; more are left out. Lines count from 1. Without a level: a failure. */
  annotations: Array<{
    path: string;
    line: number;
    title: string;
    message: string;
    level?: "failure" | "warning" | "notice";
  }>;
}

export interface Delivery {
  id: number;
  guid: string;
  deliveredAt: Date;
  ok: boolean;
  event: string;
  redelivery: boolean;
}

/** The app on one account. */
export interface Installation {
  id: number;
  account: string;
  suspended: boolean;
  /** What the account granted, as GitHub names it: name → read or write. */
  permissions: Readonly<Record<string, string>>;
}

export interface GitHubApp {
  /** Where people see it: `https://github.com`, or a server of one's own. */
  readonly webUrl: string;
  /** Our own app id and slug (cached after the first call). */
  self(): Promise<{ id: number; slug: string; botLogin: string }>;
  repository(repository: Repository): GitHubRepository;
  asPerson(accessToken: string): GitHubAsPerson;
  /** Installations that exist now. */
  installations(): Promise<Array<{ id: number; account: string; suspended: boolean }>>;
  installationRepositories(installationId: number): Promise<Repository[]>;
  /** One of them as it is now; null: GitHub has none of that id (any more), whatever our key is worth. */
  installation(installationId: number): Promise<Installation | null>;
  /** Deliveries of the app's hook, newest first, back to an instant. */
  deliveries(since: Date): Promise<Delivery[]>;
  redeliver(deliveryId: number): Promise<void>;
  oauth: {
    /** URL of GitHub's sign-in page; S256 PKCE. */
    signInUrl(state: string, codeChallenge: string, redirectUri: string): string;
    exchange(
      code: string,
      codeVerifier: string,
      redirectUri: string,
    ): Promise<{ accessToken: string; expiresAt: Date }>;
    /** Whose token it is, as GitHub tells the app that it was made for; null: of another app, ended, or none at all. */
    check(accessToken: string): Promise<{ person: Person; expiresAt: Date | null } | null>;
    revoke(accessToken: string): Promise<void>;
  };
}
