import sodium from "libsodium-wrappers";
import type { CoreOptions } from "./core.ts";
import { Core } from "./core.ts";
import { commitFiles } from "./commits.ts";
import { Engine } from "./engine.ts";
import type {
  AppState,
  EnvironmentState,
  OrganizationState,
  RepositoryState,
  Role,
  SecretState,
  TeamState,
  UserState,
} from "./state.ts";
import { Webhooks } from "./webhooks.ts";

/** Makes the people and places of a simulated GitHub, without being asked who may. */
export class Places {
  readonly core: Core;
  readonly engine: Engine;
  readonly hooks: Webhooks;

  constructor(options: CoreOptions) {
    this.core = new Core(options);
    this.hooks = new Webhooks(this.core);
    this.engine = new Engine(this.core, this.hooks);
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

  /** A branch or tag at a commit: a new one, or one that is moved there, as `git push --force` does. */
  setBranch(repository: RepositoryState, name: string, sha: string): void {
    repository.branches.set(name, sha);
    this.core.changed();
  }

  setTag(repository: RepositoryState, name: string, sha: string): void {
    (repository.tags ??= new Map<string, string>()).set(name, sha);
    this.core.changed();
  }

  /** A commit on a branch, and its `push` webhook; `null` deletes a file. */
  commit(
    repository: RepositoryState,
    authorId: number,
    files: Record<string, string | null>,
    message: string,
    branch = "main",
  ): string {
    return commitFiles(this, repository, authorId, files, message, branch).sha;
  }

  createEnvironment(
    repository: RepositoryState,
    name: string,
    of: {
      rules?: AppState[];
      reviewers?: Array<UserState | TeamState>;
      branches?: string[] | null;
      waitTimer?: number;
      adminsCanBypass?: boolean;
      preventSelfReview?: boolean;
    } = {},
  ): EnvironmentState {
    const environment = this.core.newEnvironment(repository, name);
    environment.customRules = (of.rules ?? []).map((app) => ({ id: this.core.id(), appId: app.id, enabled: true }));
    environment.reviewers =
      of.reviewers?.map((one) => ({ type: "slug" in one ? ("Team" as const) : ("User" as const), id: one.id })) ?? null;
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

  /** Its secrets and rules go with it, and every job that waits there fails (docs, "Managing environments for deployment"). */
  deleteEnvironment(repository: RepositoryState, environment: EnvironmentState): void {
    repository.environments = repository.environments.filter((one) => one !== environment);
    for (const run of repository.runs.values()) this.engine.failWaiting(repository, run, environment.name);
    this.core.changed();
  }

  /** A custom rule is taken off. What becomes of a job that waits for it GitHub doesn't say; here it goes on waiting. */
  removeRules(environment: EnvironmentState): void {
    environment.customRules = [];
    this.core.changed();
  }

  /** Secrets as GitHub's runners would see them, name → value. For tests only. */
  secretsOf(environment: EnvironmentState): Record<string, string> {
    return Object.fromEntries([...environment.secrets.values()].map(({ name, value }) => [name, value]));
  }

  /** An environment whose key pair is new: what was sealed to the old one is worthless. */
  rotateKey(environment: EnvironmentState): void {
    const pair = sodium.crypto_box_keypair();
    environment.keyId = `${environment.keyId}1`;
    environment.publicKey = pair.publicKey;
    environment.privateKey = pair.privateKey;
  }

  putSecret(secrets: Map<string, SecretState>, name: string, value: string): void {
    const at = this.core.now();
    secrets.set(name, { name, value, createdAt: at, updatedAt: at });
  }
}
