import { createHash, randomBytes } from "node:crypto";
import { later } from "../../../src/desk/after.ts";
import { createRelay } from "../../../src/desk/relay/index.ts";
import type { DeskForRelay, DeskParts } from "../../../src/desk/types.ts";
import type { Clock } from "../../../src/domain/clock.ts";
import type { Release, RunnerReport, SealedToken, Todo } from "../../../src/domain/release-types.ts";
import type { TokenReport } from "../../../src/domain/token-seen.ts";
import { generateKeyPair, seal } from "../../../src/domain/sealed-box.ts";
import type { GitHubApp, GitHubRepository } from "../../../src/github/types.ts";
import { createRegistry } from "../../../src/npm/registry.ts";
import type { Store } from "../../../src/store/types.ts";
import { freshStore } from "../../support/database.ts";
import { aLease, anApproval, aRelease, aRepository, aToken } from "../../support/rows.ts";

export const runId = 4242;
export const alice = { id: 21, login: "alice" };
export const bob = { id: 22, login: "bob" };

export interface RelayBench {
  store: Store;
  relay: DeskForRelay;
  parts: DeskParts;
  clock: Clock & { add(seconds: number): void };
  /** What was logged: fields and sentence. */
  logged: string[];
  release(): Promise<Release>;
  change(patch: Partial<Release>): Promise<void>;
  /** Claims of the job that was let through, changed where a test wants it. */
  claims(more?: Record<string, unknown>): Record<string, unknown>;
  /** Opens a session as a runner would; a publish step's has told what it saw of the token (null: it hasn't). */
  session(step?: "publish" | "otp" | "post", seen?: Partial<TokenReport> | null): Promise<Opened>;
  /** The armed token as it is on file. */
  token(): Promise<SealedToken>;
  todos(): Promise<Todo[]>;
  audit(): Promise<string[]>;
  close(): Promise<void>;
}

export type Opened = Awaited<ReturnType<DeskForRelay["openSession"]>> & {
  keys: Awaited<ReturnType<typeof generateKeyPair>>;
};

interface PolicyOptions {
  revoke?: boolean;
  registry?: string;
  maxDays?: number;
  bypass2fa?: string;
  keep?: "never" | "until-expiry";
  /** Further lines of the package. */
  more?: string[];
  /** `defaults` of the organisation's own file, as YAML lines below that key. */
  organization?: string[];
}

export interface BenchOptions {
  publicUrl?: string;
  start?: Date;
  policy?: PolicyOptions;
  defaultRegistry?: string;
  /** The release is of these packages; the policy names them all alike, but for approvers that are given here. Bob has approved. */
  packages?: string[];
  approvers?: Record<string, string>;
}

/** The relay on a real store, with one release of @acme/widget 1.2.0 whose job runs. GitHub is asked for the policy only. */
export async function relayBench(options: BenchOptions = {}): Promise<RelayBench> {
  const { store, close } = await freshStore();
  let now = (options.start ?? new Date("2026-11-23T10:00:00Z")).getTime();
  let ids = 0;
  const logged: string[] = [];
  const log = (fields: Record<string, unknown>, sentence: string): void => {
    logged.push(JSON.stringify({ ...fields, sentence }));
  };
  const clock = { now: () => new Date(now), add: (seconds: number) => void (now += seconds * 1000) };
  const parts: DeskParts = {
    store,
    github: gitHub(options.policy ?? {}, options.packages, options.approvers),
    registry: createRegistry({ defaultRegistry: options.defaultRegistry ?? "http://127.0.0.1:4873/" }),
    clock,
    ids: { next: () => `id${(ids += 1)}` },
    log: { info: log, warn: log, error: log },
    publicUrl: options.publicUrl ?? "https://countersign.example",
  };
  const relay = createRelay(parts);
  await store.repositories.see(aRepository(), clock.now());
  await store.releases.insert(
    aRelease({ state: "running", runId, requestedAt: clock.now(), ...several(options.packages) }),
  );
  if (options.packages !== undefined) await store.approvals.add(anApproval({ givenAt: clock.now() }));
  const life = { sealedAt: clock.now(), expiresAt: later(clock.now(), 20 * 86_400_000) };
  await store.tokens.put(aToken(life));
  const put = { takenAt: clock.now(), putDeadline: clock.now(), expiresAt: later(clock.now(), 1_200_000) };
  await store.leases.take(aLease({ ...put, state: "armed", armedAt: clock.now() }));
  const release = async (): Promise<Release> => (await store.releases.get("r1"))!;
  const claims = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    ...{ jti: randomBytes(8).toString("hex"), run_id: String(runId), run_attempt: "1", check_run_id: "99" },
    ...{ repository: "acme/widget_kit", repository_id: "11", repository_owner_id: "3", environment: "npm" },
    ...{ workflow_ref: "acme/widget_kit/.github/workflows/publish.yml@refs/heads/main", sha: "a".repeat(40) },
    ...{ event_name: "workflow_dispatch" },
    ...more,
  });
  return {
    ...{ store, relay, parts, clock, logged, release, claims, close },
    async change(patch) {
      await store.releases.save(await release(), patch);
    },
    async session(step = "publish", seen = {}) {
      const keys = await generateKeyPair();
      const bearerHash = createHash("sha256").update(randomBytes(32)).digest("hex");
      const opened = await relay.openSession({ claims: claims(), step, publicKey: keys.publicKey, bearerHash });
      if (step === "publish" && seen !== null) await relay.tokenSeen(opened.session, { ...untold, ...seen });
      return { ...opened, keys };
    },
    token: async () => (await store.tokens.get("t1"))!,
    todos: async () => await store.todos.openOf(alice.id),
    audit: async () => (await store.audit.ofRelease("r1")).map(({ what }) => what),
  };
}

export const subject = { name: "@acme/widget", version: "1.2.0", tag: "latest" };

/** A code as the page would send it: sealed to the runner's key. */
export async function sealedTo(opened: Opened, code = "123456"): Promise<string> {
  return await seal(code, opened.keys.publicKey);
}

export const published: RunnerReport = { outcome: "published", shasum: "e".repeat(40), npmUser: "alice-npm" };

/** The registry tells nothing of the token. */
export const untold: TokenReport = { npmUser: null, mayWrite: null, expiresAt: null, bypass2fa: null, dead: false };

function several(names: string[] | undefined): Partial<Release> {
  if (names === undefined) return {};
  return { package: names[0] ?? "", packages: names.map((name) => ({ name, state: "waiting" })) };
}

function gitHub(
  policy: PolicyOptions,
  names: string[] = ["@acme/widget"],
  approvers: Record<string, string> = {},
): GitHubApp {
  const lines = [
    ...["version: 1", "packages:"],
    ...names.flatMap((name) => packageLines(name, policy, approvers[name] ?? "bob")),
  ];
  const ofOwner = policy.organization?.map((line) => `  ${line}`) ?? null;
  const file = { blob: "d".repeat(40), text: `${lines.join("\n")}\n` };
  const of = (repository: GitHubRepository["repository"]): Partial<GitHubRepository> => ({
    repository,
    file: async () => file,
    branchHead: async () => "c".repeat(40),
    permission: async () => "write",
    ownersFile: async () => (ofOwner === null ? null : ["version: 1", "defaults:", ...ofOwner].join("\n")),
  });
  return { repository: of } as unknown as GitHubApp;
}

function packageLines(name: string, policy: PolicyOptions, approver: string): string[] {
  return [
    `  - name: '${name}'`,
    "    workflow: publish.yml",
    "    environment: npm",
    "    secret: NPM_TOKEN",
    "    releasers: [alice]",
    `    approvals: { count: 1, from: [${approver}] }`,
    ...(policy.revoke === undefined ? [] : [`    revoke: ${policy.revoke}`]),
    ...(policy.registry === undefined ? [] : [`    registry: ${policy.registry}`]),
    ...tokenLines(policy),
    ...(policy.more ?? []).map((line) => `    ${line}`),
  ];
}

function tokenLines({ maxDays, bypass2fa, keep }: PolicyOptions): string[] {
  const lines = [
    ...(maxDays === undefined ? [] : [`      maxDays: ${maxDays}`]),
    ...(bypass2fa === undefined ? [] : [`      bypass2fa: ${bypass2fa}`]),
    ...(keep === undefined ? [] : [`      keep: ${keep}`]),
  ];
  return lines.length === 0 ? [] : ["    token:", ...lines];
}
