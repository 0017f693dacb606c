import { createHash, createHmac, generateKeyPairSync } from "node:crypto";
import { EventEmitter } from "node:events";
import sodium from "libsodium-wrappers";
import type { Judge } from "../judge/types.ts";
import type { JobRunner } from "../types.ts";
import { Faults } from "./faults.ts";
import { Limits } from "./limits.ts";
import { shapesOf } from "./shapes/index.ts";
import type { CommitState, EnvironmentState, RepositoryState, Role, RunState, State, UserState } from "./state.ts";

export interface CoreOptions {
  now: () => Date;
  judge: Judge;
  runner: JobRunner;
  /** How webhooks travel; by default over HTTP. */
  post?: (url: string, request: RequestInit) => Promise<Response>;
  /** Same seed, same tokens and delivery ids. */
  seed?: string;
}

/** One line of the request log; bodies and tokens are not kept. */
export interface LogLine {
  at: Date;
  method: string;
  path: string;
  operationId: string | null;
  auth: "none" | "app" | "installation" | "person" | "basic" | "job";
  status: number;
}

interface KeyPair {
  publicKey: string;
  privateKey: string;
}

const keyPairs: KeyPair[] = [];

function makeKeyPair(): KeyPair {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
}

/** The heart of the simulated GitHub: state, clock, ids, webhooks, and the news that something changed. */
export class Core {
  readonly state: State = {
    formerNames: new Map(),
    users: new Map(),
    organizations: new Map(),
    repositories: new Map(),
    apps: new Map(),
    installations: new Map(),
    installationTokens: new Map(),
    userTokens: new Map(),
    refreshTokens: new Map(),
    manifestCodes: new Map(),
    oauthCodes: new Map(),
    devices: new Map(),
    deliveries: [],
  };
  readonly now: () => Date;
  readonly judge: Judge;
  readonly runner: JobRunner;
  readonly post: NonNullable<CoreOptions["post"]>;
  readonly faults = new Faults();
  readonly limits = new Limits();
  readonly log: LogLine[] = [];
  /** `change` whenever something happened that somebody may wait for. */
  readonly news = new EventEmitter();
  url = "";
  /** Host variables for jobs, and local copies of published actions. */
  hostEnv: Record<string, string> = {};
  actions = new Map<string, string>();
  /** Jobs whose gates are open stay queued while this is true (no runner is free). */
  queueHeld = false;
  /**
   * How installation tokens look: 40 characters, or, as GitHub rolls out since April 2026, `ghs_` with the app's id and a JWT (OpenAPI,
   * apps/create-installation-access-token). Both are to be taken as they are.
   */
  tokenStyle: "short" | "stateless" = "short";
  /** Seconds that GitHub asks to wait between two polls of the device flow. */
  deviceInterval = 5;
  readonly #seed: string;
  readonly #artifacts = new WeakMap<RunState, Map<string, ReadonlyMap<string, Uint8Array>>>();
  #id = 1000;
  #sha = 0;
  #drawn = 0;
  #requests = 0;
  #keyPairs = 0;

  constructor(options: CoreOptions) {
    this.now = options.now;
    this.judge = options.judge;
    this.runner = options.runner;
    this.post = options.post ?? fetch;
    this.#seed = options.seed ?? "seed";
    this.news.setMaxListeners(0);
  }

  get shapes(): ReturnType<typeof shapesOf> {
    return shapesOf(this.state, { api: `${this.url}/api/v3`, web: this.url });
  }

  id(): number {
    this.#id += 1;
    return this.#id;
  }

  sha(of: string): string {
    this.#sha += 1;
    return createHash("sha1").update(`${of} ${this.#sha}`).digest("hex");
  }

  changed(): void {
    this.news.emit("change");
  }

  account(login: string): UserState | undefined {
    const people = [...this.state.users.values(), ...[...this.state.organizations.values()].map((one) => one.user)];
    return people.find((one) => one.login.toLowerCase() === login.toLowerCase());
  }

  repositoryNamed(owner: string, name: string): RepositoryState | undefined {
    const ownerId = this.account(owner)?.id;
    return [...this.state.repositories.values()].find(
      (one) => one.ownerId === ownerId && one.name.toLowerCase() === name.toLowerCase(),
    );
  }

  /** The repository that was called so once, where none is called so now. */
  formerlyNamed(owner: string, name: string): RepositoryState | undefined {
    if (this.repositoryNamed(owner, name) !== undefined) return undefined;
    return this.state.repositories.get(this.state.formerNames.get(`${owner}/${name}`.toLowerCase()) ?? 0);
  }

  /** Remembers how a repository is called, before it is called otherwise. */
  remember({ id, ownerId, name }: RepositoryState): void {
    const owner = this.state.users.get(ownerId) ?? this.state.organizations.get(ownerId)?.user;
    this.state.formerNames.set(`${owner?.login ?? ""}/${name}`.toLowerCase(), id);
  }

  /** The role that counts, as GitHub's permission endpoint tells it. */
  roleOf(repository: RepositoryState, userId: number): Role | "none" {
    if (repository.ownerId === userId) return "admin";
    const organization = this.state.organizations.get(repository.ownerId);
    if (organization?.members.get(userId) === "admin") return "admin";
    const direct = repository.collaborators.get(userId);
    if (direct !== undefined) return direct;
    return repository.private ? "none" : "read";
  }

  environmentNamed(repository: RepositoryState, name: string): EnvironmentState | undefined {
    return repository.environments.find((one) => one.name.toLowerCase() === name.toLowerCase());
  }

  newEnvironment(repository: RepositoryState, name: string): EnvironmentState {
    const pair = sodium.crypto_box_keypair();
    const environment: EnvironmentState = {
      id: this.id(),
      name,
      createdAt: this.now(),
      updatedAt: this.now(),
      waitTimer: 0,
      reviewers: null,
      preventSelfReview: false,
      canAdminsBypass: true,
      branchPolicy: null,
      branchPatterns: [],
      customRules: [],
      keyId: String(568_250_000_000_000_000n + BigInt(this.id())),
      publicKey: pair.publicKey,
      privateKey: pair.privateKey,
      secrets: new Map(),
    };
    repository.environments.push(environment);
    return environment;
  }

  /** Another than all before; other worlds of this process have the same ones, since making one takes long. */
  newKeyPair(): KeyPair {
    const made = keyPairs[this.#keyPairs] ?? makeKeyPair();
    keyPairs[this.#keyPairs] = made;
    this.#keyPairs += 1;
    return made;
  }

  /** Hexadecimal digits that nobody else has; at most 64. */
  draw(digits: number): string {
    this.#drawn += 1;
    return createHash("sha256").update(`${this.#seed} ${this.#drawn}`).digest("hex").slice(0, digits);
  }

  requestId(): string {
    this.#requests += 1;
    return `WORLD:${this.#requests}`;
  }

  guid(): string {
    const hex = this.draw(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** A commit by branch, tag, full ref or (shortened) SHA. */
  commitAt(repository: RepositoryState, ref: string): CommitState | undefined {
    const name = ref === "HEAD" ? repository.defaultBranch : ref.replace(/^(?:refs\/)?(?:heads|tags)\//, "");
    const sha = repository.branches.get(name) ?? repository.tags?.get(name) ?? ref;
    const exact = repository.commits.get(sha);
    if (exact !== undefined || !/^[0-9a-f]{7,39}$/.test(sha)) return exact;
    const found = [...repository.commits.values()].filter((one) => one.sha.startsWith(sha));
    return found.length === 1 ? found[0] : undefined;
  }

  /** What the jobs of a run have uploaded. */
  artifactsOf(run: RunState): Map<string, ReadonlyMap<string, Uint8Array>> {
    const all = this.#artifacts.get(run) ?? new Map<string, ReadonlyMap<string, Uint8Array>>();
    this.#artifacts.set(run, all);
    return all;
  }

  workflowId(repository: RepositoryState, path: string): number {
    const ids = (repository.workflowIds ??= new Map<string, number>());
    const id = ids.get(path) ?? this.id();
    ids.set(path, id);
    return id;
  }

  sign(secret: string, payload: string, digest: "sha1" | "sha256" = "sha256"): string {
    return `${digest}=${createHmac(digest, secret).update(payload).digest("hex")}`;
  }
}
