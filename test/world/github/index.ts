/**
 * The simulated GitHub: GitHub's API over HTTP on loopback, stateful, in memory, judged by GitHub's own OpenAPI document.
 *
 *   const github = await startGitHub({ now, judge, runner });
 *   const app = github.createApp({ permissions, events });
 *   const alice = github.createUser("alice");
 *   const acme = github.createOrganization("acme", { admins: [alice], teams: { releasers: [alice] } });
 *   const widget = github.createRepository(acme, "widget", { files: { "package.json": "{}" } });
 *   const npm = github.createEnvironment(widget, "npm", { rules: [app], branches: ["main"] });
 *   github.install(app, acme, [widget]);
 *   github.setHook(app, "http://127.0.0.1:3000/api/github/webhooks");
 *   const issue = github.openIssue(widget, alice, "Release 1.2.0");
 *   github.comment(widget, issue, alice, "/release 1.2.0");
 *   await github.until(() => github.comments(widget, issue).length > 1);
 */
import sodium from "libsodium-wrappers";
import type { CoreOptions } from "./core.ts";
import { Core } from "./core.ts";
import { last, Engine } from "./engine.ts";
import { review } from "./handlers/actions.ts";
import { addComment } from "./handlers/repositories.ts";
import { serve } from "./server.ts";
import type {
  AppState,
  CommentState,
  EnvironmentState,
  IssueState,
  OrganizationState,
  RepositoryState,
  Role,
  RunState,
  UserState,
} from "./state.ts";
import { Webhooks } from "./webhooks.ts";

export { last } from "./engine.ts";

/** The simulated GitHub, and the hands of the people in it. */
export class GitHub {
  readonly core: Core;
  readonly engine: Engine;
  readonly hooks: Webhooks;
  close: () => Promise<void> = () => Promise.resolve();

  constructor(options: CoreOptions) {
    this.core = new Core(options);
    this.hooks = new Webhooks(this.core);
    this.engine = new Engine(this.core, this.hooks);
  }

  get url(): string {
    return this.core.url;
  }

  createUser(login: string, type: UserState["type"] = "User"): UserState {
    const user = { id: this.core.id(), login, type, name: login };
    this.core.state.users.set(user.id, user);
    return user;
  }

  createOrganization(
    login: string,
    of: { admins?: UserState[]; members?: UserState[]; teams?: Record<string, UserState[]> } = {},
  ): OrganizationState {
    const user: UserState = { id: this.core.id(), login, type: "Organization", name: login };
    const members = new Map<number, "admin" | "member">();
    for (const one of of.members ?? []) members.set(one.id, "member");
    for (const one of of.admins ?? []) members.set(one.id, "admin");
    const teams = Object.entries(of.teams ?? {}).map(([slug, people]) => ({
      id: this.core.id(),
      slug,
      name: slug,
      orgId: user.id,
      members: new Set(people.map((one) => one.id)),
    }));
    const organization: OrganizationState = { user, members, teams, secrets: new Map() };
    this.core.state.organizations.set(user.id, organization);
    return organization;
  }

  createApp(of: { slug?: string; permissions: AppState["permissions"]; events: string[] }): AppState {
    const slug = of.slug ?? "countersign";
    const bot = this.createUser(`${slug}[bot]`, "Bot");
    const id = this.core.id();
    const app: AppState = {
      id,
      slug,
      name: slug,
      ownerId: bot.id,
      clientId: `Iv23li${id}`,
      clientSecret: `secret-of-${slug}-${id}`,
      webhookSecret: `webhook-secret-of-${slug}-${id}`,
      ...this.core.newKeyPair(),
      permissions: of.permissions,
      events: of.events,
      hookUrl: null,
      redirectUris: [],
      botId: bot.id,
      createdAt: this.core.now(),
    };
    this.core.state.apps.set(id, app);
    return app;
  }

  /** Where GitHub sends webhooks and signed-in people. */
  setHook(app: AppState, publicUrl: string, path = "/api/github/webhooks"): void {
    app.hookUrl = `${publicUrl}${path}`;
    app.redirectUris = [`${publicUrl}/sign-in/callback`];
  }

  createRepository(
    owner: OrganizationState | UserState,
    name: string,
    of: { files: Record<string, string>; private?: boolean; collaborators?: Array<[UserState, Role]> },
  ): RepositoryState {
    const ownerId = "user" in owner ? owner.user.id : owner.id;
    const repository: RepositoryState = {
      id: this.core.id(),
      ownerId,
      name,
      private: of.private ?? false,
      archived: false,
      defaultBranch: "main",
      createdAt: this.core.now(),
      collaborators: new Map((of.collaborators ?? []).map(([user, role]) => [user.id, role])),
      commits: new Map(),
      branches: new Map(),
      protectedBranches: new Set(["main"]),
      issues: new Map(),
      comments: new Map(),
      environments: [],
      secrets: new Map(),
      runs: new Map(),
      nextIssue: 1,
      nextRunNumber: 1,
    };
    this.core.state.repositories.set(repository.id, repository);
    const author = [...repository.collaborators.keys()][0] ?? ownerId;
    this.commit(repository, author, of.files, "Begin");
    return repository;
  }

  /** A commit on a branch; `null` deletes a file. */
  commit(
    repository: RepositoryState,
    authorId: number,
    files: Record<string, string | null>,
    message: string,
    branch = "main",
  ): string {
    const parent = repository.branches.get(branch) ?? null;
    const before = new Map(parent === null ? [] : (repository.commits.get(parent)?.files ?? []));
    for (const [path, text] of Object.entries(files)) {
      if (text === null) before.delete(path);
      else before.set(path, text);
    }
    const sha = this.core.sha(`${repository.id} ${message}`);
    repository.commits.set(sha, { sha, message, authorId, at: this.core.now(), parent, files: before });
    repository.branches.set(branch, sha);
    this.core.changed();
    return sha;
  }

  createEnvironment(
    repository: RepositoryState,
    name: string,
    of: {
      rules?: AppState[];
      reviewers?: UserState[];
      branches?: string[] | null;
      waitTimer?: number;
      adminsCanBypass?: boolean;
      preventSelfReview?: boolean;
    } = {},
  ): EnvironmentState {
    const environment = this.core.newEnvironment(repository, name);
    environment.customRules = (of.rules ?? []).map((app) => ({ id: this.core.id(), appId: app.id, enabled: true }));
    environment.reviewers =
      of.reviewers === undefined ? null : of.reviewers.map((one) => ({ type: "User" as const, id: one.id }));
    environment.canAdminsBypass = of.adminsCanBypass ?? false;
    environment.preventSelfReview = of.preventSelfReview ?? false;
    environment.waitTimer = of.waitTimer ?? 0;
    const branches = of.branches === undefined ? ["main"] : of.branches;
    environment.branchPolicy = branches === null ? null : "custom";
    environment.branchPatterns = (branches ?? []).map((pattern) => ({
      id: this.core.id(),
      name: pattern,
      type: "branch" as const,
    }));
    return environment;
  }

  /** An environment whose key pair is new: what was sealed to the old one is worthless. */
  rotateKey(environment: EnvironmentState): void {
    const pair = sodium.crypto_box_keypair();
    environment.keyId = `${environment.keyId}1`;
    environment.publicKey = pair.publicKey;
    environment.privateKey = pair.privateKey;
  }

  putSecret(
    secrets: Map<string, { name: string; value: string; createdAt: Date; updatedAt: Date }>,
    name: string,
    value: string,
  ): void {
    const at = this.core.now();
    secrets.set(name, { name, value, createdAt: at, updatedAt: at });
  }

  install(app: AppState, on: OrganizationState | UserState, repositories: RepositoryState[]): void {
    const id = this.core.id();
    const accountId = "user" in on ? on.user.id : on.id;
    const installation = {
      id,
      appId: app.id,
      accountId,
      repositoryIds: new Set(repositories.map((one) => one.id)),
      suspendedAt: null,
      createdAt: this.core.now(),
    };
    this.core.state.installations.set(id, installation);
    this.hooks.send(
      app,
      this.core.shapes.webhook.installation(
        "created",
        installation,
        repositories,
        [...this.core.state.users.keys()][0] ?? 0,
      ),
      id,
      null,
    );
  }

  openIssue(repository: RepositoryState, by: UserState, title: string, pullRequest = false): IssueState {
    const number = repository.nextIssue++;
    const issue: IssueState = {
      id: this.core.id(),
      number,
      title,
      body: "",
      userId: by.id,
      state: "open",
      pullRequest,
      createdAt: this.core.now(),
    };
    repository.issues.set(number, issue);
    return issue;
  }

  comment(
    repository: RepositoryState,
    issue: IssueState,
    by: UserState,
    body: string,
    app: AppState | null = null,
  ): CommentState {
    return addComment(this, repository, issue, by.id, body, app?.id ?? null);
  }

  editComment(repository: RepositoryState, comment: CommentState, by: UserState, body: string): void {
    const before = comment.body;
    comment.body = body;
    comment.updatedAt = this.core.now();
    const issue = repository.issues.get(comment.issueNumber) as IssueState;
    this.hooks.emit(repository, by.id, (where) =>
      this.core.shapes.webhook.issueComment(where, { action: "edited", bodyFrom: before }, issue, comment),
    );
  }

  deleteComment(repository: RepositoryState, comment: CommentState, by: UserState): void {
    const issue = repository.issues.get(comment.issueNumber) as IssueState;
    repository.comments.delete(comment.id);
    this.hooks.emit(repository, by.id, (where) =>
      this.core.shapes.webhook.issueComment(where, { action: "deleted" }, issue, comment),
    );
  }

  comments(repository: RepositoryState, issue: IssueState): CommentState[] {
    return [...repository.comments.values()].filter((one) => one.issueNumber === issue.number);
  }

  /** "Run workflow" on GitHub's Actions page. */
  runWorkflow(
    repository: RepositoryState,
    by: UserState,
    file: string,
    inputs: Record<string, string>,
    branch = "main",
  ): RunState {
    return this.engine.dispatch(repository, file, branch, inputs, by.id);
  }

  reviewDeployment(
    repository: RepositoryState,
    run: RunState,
    by: UserState,
    environment: EnvironmentState,
    state: "approved" | "rejected",
    comment = "",
  ): void {
    review(this, repository, run, by.id, [environment.id], state, comment);
  }

  runs(repository: RepositoryState): RunState[] {
    return [...repository.runs.values()];
  }

  /** Names of all secrets of all environments that are there now. */
  environmentSecrets(): string[] {
    return [...this.core.state.repositories.values()].flatMap((repository) =>
      repository.environments.flatMap((environment) =>
        [...environment.secrets.keys()].map((name) => `${repository.name}/${environment.name}/${name}`),
      ),
    );
  }

  /** A run's status and conclusion, e.g. `completed/success`. */
  statusOf(run: RunState): string {
    const { status, conclusion } = last(run);
    return conclusion === null ? status : `${status}/${conclusion}`;
  }

  idle(): boolean {
    return this.hooks.idle() && this.engine.idle();
  }

  /** Resolves when a condition holds; it is looked at whenever something happened. Rejects after `ms` of real time. */
  async until(condition: () => boolean, what = "what was waited for", ms = 30_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error(`${what} did not happen within ${ms} ms`))), ms);
      const look = (): void => {
        if (condition()) settle(resolve);
      };
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        this.core.news.off("change", look);
        end();
      };
      this.core.news.on("change", look);
    });
  }
}

/** Starts a simulated GitHub on a random loopback port. */
export async function startGitHub(options: CoreOptions): Promise<GitHub> {
  await sodium.ready;
  const github = new GitHub(options);
  const server = await serve(github.core, github.engine, github.hooks);
  github.close = server.close;
  return github;
}
