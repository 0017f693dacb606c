import { randomBytes } from "node:crypto";
import { ensureAssets } from "../../scripts/build-assets.ts";
import type { Sighting, Watch } from "../../src/domain/out-of-band/types.ts";
import type { PackageTokens } from "../../src/desk/tokens/of-repository.ts";
import type { PanicDesk, SeenStop } from "../../src/desk/panic/index.ts";
import type { DeskForChannels, ShownChannel } from "../../src/desk/channels/types.ts";
import type { ReleaseChanges } from "../../src/desk/changes.ts";
import type { Inside } from "../../src/desk/inside.ts";
import type { PolicyStanding, RepositoryInList } from "../../src/desk/repository-views.ts";
import type { Examination } from "../../src/desk/doctor/types.ts";
import { queuePage } from "../../src/desk/queue.ts";
import type { QueueItem, QueuePart, QueueQuestion } from "../../src/desk/queue.ts";
import type { Abilities, DeskForRelay, DeskForWeb, ReleaseView, TokenPlace } from "../../src/desk/types.ts";
import { readAudit } from "../../src/desk/audit.ts";
import { Refusal } from "../../src/domain/errors.ts";
import { awaited } from "../../src/domain/reason.ts";
import type { SetUpFacts } from "../../src/domain/set-up/facts.ts";
import type { Draft } from "../../src/domain/set-up/plan.ts";
import { parsePolicy } from "../../src/domain/policy.ts";
import { readPlan } from "../../src/domain/set-up/plan.ts";
import { policyFile } from "../../src/domain/set-up/policy-file.ts";
import { workflowFile } from "../../src/domain/set-up/workflow-file.ts";
import { setUpSteps } from "../../src/domain/set-up/steps.ts";
import { waitingKind } from "../../src/domain/waiting.ts";
import type {
  Challenge,
  Person,
  Release,
  Repository,
  RunnerSession,
  SealedToken,
  Stop,
  Todo,
} from "../../src/domain/release-types.ts";
import { GitHubError } from "../../src/github/types.ts";
import type { GitHubAsPerson } from "../../src/github/types.ts";
import type { AuditRow, ReleaseFilter, SessionRow } from "../../src/store/types.ts";
import { loadAssets } from "../../src/web/assets.ts";
import { createWeb } from "../../src/web/index.ts";
import { createLive } from "../../src/web/live.ts";
import type { Store } from "../../src/store/types.ts";
import type { WebParts } from "../../src/web/index.ts";
import { aRelease, aStop } from "../support/examples.ts";

await ensureAssets();
const assets = loadAssets();

/** The morning on which the examples happen. */
export const morning = new Date("2026-11-23T10:00:00Z");

export const people = {
  alice: { id: 100, login: "alice" },
  bob: { id: 101, login: "bob" },
  carol: { id: 102, login: "carol" },
  dave: { id: 103, login: "dave" },
  mallory: { id: 666, login: "mallory" },
} satisfies Record<string, Person>;

export const widget: Repository = {
  id: 1,
  installationId: 10,
  owner: "acme",
  ownerId: 5,
  ownerType: "Organization",
  name: "widget",
  private: false,
  defaultBranch: "main",
};

/** A clock that a test sets. */
export function testClock(start: Date = morning) {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    pass(milliseconds: number): void {
      time += milliseconds;
    },
  };
}

/** What the pages see behind them, as a test lays it out. */
export interface Scene {
  views: ReleaseView[];
  abilities: Abilities | ((view: ReleaseView, person: Person) => Abilities);
  places: TokenPlace[];
  tokens: SealedToken[];
  todos: Todo[];
  packages: PackageTokens[];
  channels: ShownChannel[];
  stops: SeenStop[];
  pastStops: Stop[];
  watches: Watch[];
  sightings: Sighting[];
  mail: boolean;
  /** Why a test message isn't taken; null: it is. */
  testProblem: string | null;
  challenges: Array<{ challenge: Challenge; session: RunnerSession; view: ReleaseView }>;
  repositories: Repository[];
  changes: ReleaseChanges;
  /** Of each repository's id: how far its set-up is; of others nothing is there yet. */
  setUps: Record<number, SetUpFacts>;
  suggestion: Draft;
  /** Of each release's id. */
  contents: Record<string, Inside>;
  /** Of each repository's id; those that are none have no policy. */
  policies: Record<number, PolicyStanding>;
  /** Of each repository's id, what the doctor says of it; those that are none have no policy. */
  examinations: Record<number, Examination>;
  /** `@org/team` → logins. */
  teams: Record<string, string[]>;
  /** Login → ids of the repositories that GitHub shows them. */
  visible: Record<string, number[]>;
  /** Logins of those who may only read there. */
  readers: string[];
  /** Newest first, as the store gives them. */
  audit: AuditRow[];
}

export function aView(over: Partial<ReleaseView> = {}): ReleaseView {
  return {
    release: aRelease({ runUrl: "https://github.test/acme/widget/actions/runs/4242", number: 12 }),
    repository: widget,
    approvals: [],
    lease: null,
    challenge: null,
    decision: {
      rule: "release",
      verdict: "waiting",
      text: "Waits for one approval.",
      children: [
        { rule: "releaser", verdict: "satisfied", text: "alice may release." },
        { rule: "approvals", verdict: "waiting", text: "0 of 1 approvals.", waitsFor: ["bob", "carol"] },
      ],
    },
    ...over,
  };
}

export function aChallenge(over: Partial<Challenge> = {}): Challenge {
  return {
    id: "c1",
    releaseId: "r1",
    sessionId: "s1",
    kind: "code",
    authUrl: null,
    subject: { name: "@acme/widget", version: "1.2.0", tag: "latest", shasum: "d".repeat(40) },
    try: 1,
    state: "open",
    openedAt: morning,
    expiresAt: new Date(morning.getTime() + 5 * 60_000),
    answeredAt: null,
    answeredBy: null,
    sealed: null,
    takenAt: null,
    endedAt: null,
    openFor: "r1",
    ...over,
  };
}

export function aRunnerSession(over: Partial<RunnerSession> = {}): RunnerSession {
  return {
    id: "s1",
    releaseId: "r1",
    jti: "j1",
    step: "publish",
    runId: 4242,
    runAttempt: 1,
    checkRunId: null,
    publicKey: Buffer.alloc(32, 9).toString("base64"),
    bearerHash: "",
    openedAt: morning,
    expiresAt: new Date(morning.getTime() + 3_600_000),
    ...over,
  };
}

export function aTodo(over: Partial<Todo> = {}): Todo {
  return {
    ...{ id: "todo-1", kind: "revoke-token", repositoryId: 1, personId: 100, personLogin: "alice", groupId: "group-0" },
    ...{ npmUser: "alice-npm", label: "countersign-acme-widget", npmKey: "1234-abcd", why: "left-behind" },
    ...{ createdAt: morning, expiresAt: new Date(morning.getTime() + 86_400_000), closedAt: null, closedHow: null },
    openFor: "revoke-token/group-0",
    ...over,
  };
}

export function aPlace(over: Partial<TokenPlace> = {}): TokenPlace {
  return {
    repository: widget,
    package: "@acme/widget",
    environmentId: 2,
    environmentName: "npm",
    secretName: "NPM_TOKEN",
    mode: "otp",
    approvesStages: false,
    packages: ["@acme/widget"],
    registry: null,
    rules: { maxDays: 90, keep: "until-expiry", bypass2fa: null, revoke: false, limits: [] },
    warnings: { hour: 9, zone: "UTC", to: null },
    keyId: "key-1",
    key: Buffer.alloc(32, 9).toString("base64"),
    current: null,
    currentKeyId: null,
    ...over,
  };
}

export function aToken(over: Partial<SealedToken> = {}): SealedToken {
  return {
    id: "t1",
    repositoryId: 1,
    environmentId: 2,
    environmentName: "npm",
    personId: 100,
    personLogin: "alice",
    npmUser: "alice-npm",
    label: "countersign-acme-widget",
    keyId: "key-1",
    ciphertext: "",
    expiresAt: new Date(morning.getTime() + 30 * 86_400_000),
    sealedAt: new Date(morning.getTime() - 3 * 86_400_000),
    lastUsedAt: null,
    removedAt: null,
    removedWhy: null,
    groupId: "group-1",
    packages: ["@acme/widget"],
    npmKey: null,
    bypass2fa: false,
    forReleaseId: null,
    seen: null,
    refusedAt: null,
    refusedWhy: null,
    approvesStages: false,
    warnAt: null,
    slot: "1/2/100",
    ...over,
  };
}

/** What the set-up's form begins with. */
export function aDraft(over: Partial<Draft> = {}): Draft {
  return {
    ...{ packages: "@acme/widget", releasers: "alice", approvals: "1", approvers: "", environment: "npm" },
    ...{ mode: "otp", step: "publish", secondBuild: "", manager: "npm", access: "public", build: "on", test: "on" },
    ...over,
  };
}

/** Nothing is there but the app. */
export function bareSetUp(): SetUpFacts {
  const environment = {
    ...{ name: "npm", exists: false, id: 0, adminsCanBypass: null, waitTimer: 0, requiredReviewers: false },
    ...{ preventSelfReview: false, branchRestricted: false, branchAllowed: false, ourRule: false, otherRules: [] },
  };
  return {
    access: { state: "fine" },
    policy: { state: "missing" },
    workflows: [{ path: ".github/workflows/publish.yml", reading: { state: "missing" } }],
    places: [
      {
        name: "npm",
        read: { environment, secret: { name: "NPM_TOKEN", inEnvironment: false, elsewhere: [] }, reviewers: [] },
        policy: { gate: "rule", mode: "otp", secret: "NPM_TOKEN" },
        approvers: [],
      },
    ],
    more: 0,
    tokens: null,
    publishers: [],
  };
}

/** A channel of alice's own. */
export function aChannel(over: Partial<ShownChannel> = {}): ShownChannel {
  return {
    ...{ id: "ch1", scope: "person", repositoryId: null, personId: 100, kind: "slack", name: "releases" },
    ...{ shownAddress: "hooks.slack.com", createdAt: morning, createdBy: 100, lastSentAt: null, lastFailedAt: null },
    ...{ lastError: null, removedAt: null },
    ...over,
  };
}

export function anEvent(over: Partial<AuditRow> = {}): AuditRow {
  return {
    ...{ seq: 1, at: morning, what: "release.requested", actor: "alice", actorId: 100, repositoryId: 1 },
    ...{ releaseId: "r1", publishes: { package: "@acme/widget", version: "1.2.0" } },
    detail: { package: "@acme/widget", version: "1.2.0", sha: "a".repeat(40), issue: 4 },
    ...over,
  };
}

export const noChanges: ReleaseChanges = {
  workflow: {
    ...{ path: ".github/workflows/publish.yml", branch: "main", head: "a".repeat(40) },
    ...{ state: "same", parts: [] },
  },
  ...{ last: null, of: "@acme/widget", unreleased: ["@acme/widget"], commits: null },
};

export const nothing: Abilities = {
  approve: "No.",
  reject: "No.",
  cancel: "No.",
  confirm: "There is nothing to confirm.",
  answer: "npm asks for nothing now.",
};

/** The pages on a scene, and everything that they asked the desk to do. */
export function createBench(scene: Partial<Scene> = {}, more: { publicUrl?: string; store?: WebParts["store"] } = {}) {
  const stage: Scene = {
    views: [],
    abilities: nothing,
    places: [],
    tokens: [],
    channels: [],
    stops: [],
    pastStops: [],
    watches: [],
    sightings: [],
    mail: true,
    testProblem: null,
    todos: [],
    packages: [],
    challenges: [],
    repositories: [widget],
    changes: noChanges,
    contents: {},
    policies: {},
    examinations: {},
    setUps: {},
    suggestion: aDraft(),
    teams: {},
    visible: { alice: [1], bob: [1], carol: [1] },
    readers: [],
    audit: [],
    ...scene,
  };
  const clock = testClock();
  const asked: Array<{ verb: string; input: unknown }> = [];
  const logged: unknown[] = [];
  const sessions = new Map<string, SessionRow>();
  const revoked: string[] = [];
  const trouble: { github: GitHubError | null; desk: Error | null; revoke: GitHubError | null } = {
    ...{ github: null, desk: null, revoke: null },
  };
  const publicUrl = more.publicUrl ?? "https://countersign.test";
  const heard = new Set<(releaseId: string) => void>();
  const live = createLive({
    listen(_channel, hear) {
      heard.add(hear);
      return Promise.resolve(() => Promise.resolve(void heard.delete(hear)));
    },
    releases: {
      get: (id) => Promise.resolve(stage.views.find(({ release }) => release.id === id)?.release ?? null),
    } as Store["releases"],
  });
  const say = (object: Record<string, unknown>, sentence: string): void => void logged.push([object, sentence]);
  const app = createWeb({
    desk: fakeDesk(stage, asked, trouble),
    channels: fakeChannels(stage, asked, trouble),
    panic: fakePanic(stage, asked),
    relay: fakeRelay(stage, asked),
    store: more.store ?? fakeStore(stage, sessions),
    github: {
      oauth: {
        signInUrl: (state, challenge, uri) =>
          `${publicUrl}/fake-github?${new URLSearchParams({ state, challenge, uri }).toString()}`,
        // The simulated GitHub's code is the login of who signs in.
        exchange: (code) =>
          code in people
            ? Promise.resolve({
                accessToken: `ghu_${code}`,
                expiresAt: new Date(clock.now().getTime() + 8 * 3_600_000),
              })
            : Promise.reject(new GitHubError("invalid", "exchange", "bad_verification_code")),
        check: (token) => {
          const person = people[token.replace("ghu_", "") as keyof typeof people] as Person | undefined;
          return Promise.resolve(person === undefined ? null : { person, expiresAt: null });
        },
        revoke: (token) =>
          trouble.revoke === null ? Promise.resolve(void revoked.push(token)) : Promise.reject(trouble.revoke),
      },
      asPerson: (token) => fakePerson(stage, token, trouble),
    },
    sealer: {
      seal: (text) => ({ keyId: "k", sealed: Buffer.from(text).toString("hex") }),
      open: (keyId, sealed) => (keyId === "k" ? Buffer.from(sealed, "hex").toString() : null),
    },
    clock,
    publicUrl,
    about: { version: "0.0.0", clientId: "Iv23liTest", githubUrl: "https://github.com", action: null },
    log: { info: say, warn: say, error: say },
    live,
    randomBytes,
    assets,
  });
  /** Tells open pages that a release has changed, as the database would. */
  const changed = (releaseId: string): void => heard.forEach((hear) => hear(releaseId));
  return { app, stage, clock, asked, logged, sessions, revoked, trouble, publicUrl, live, changed };
}

export type Bench = ReturnType<typeof createBench>;

function fakePerson(stage: Scene, token: string, trouble: { github: GitHubError | null }): GitHubAsPerson {
  const login = token.replace("ghu_", "") as keyof typeof people;
  const refuse = (): Promise<never> => Promise.reject(new Error("not in this bench"));
  return {
    whoami: () => Promise.resolve(people[login]),
    visibleRepositories: () =>
      trouble.github === null
        ? Promise.resolve((stage.visible[login] ?? []).map((id) => ({ id, writable: !stage.readers.includes(login) })))
        : Promise.reject(trouble.github),
    canReview: () => Promise.resolve(false),
    reviewDeployments: refuse,
    permission: refuse,
  };
}

function fakeDesk(
  stage: Scene,
  asked: Array<{ verb: string; input: unknown }>,
  trouble: { desk: Error | null },
): DeskForWeb {
  const find = (id: string): ReleaseView | null => stage.views.find((view) => view.release.id === id) ?? null;
  const doing = async (verb: string, input: { releaseId: string }): Promise<ReleaseView> => {
    asked.push({ verb, input });
    if (trouble.desk !== null) throw trouble.desk;
    const view = find(input.releaseId);
    if (view === null) throw new Refusal("no-release", "There is no such release.");
    return await Promise.resolve(view);
  };
  return {
    decide: (input) => doing("decide", input),
    cancel: (input) => doing("cancel", input),
    confirm: (input) => doing("confirm", input),
    decideStage: (input) => doing("decideStage", input),
    stageDecisions: (id) =>
      Promise.resolve(stage.views.map(({ release }) => release).filter(({ stageOf }) => stageOf === id)),
    view: (id) => Promise.resolve(find(id)),
    abilities: (view, person) =>
      Promise.resolve(typeof stage.abilities === "function" ? stage.abilities(view, person) : stage.abilities),
    queue: (question) => Promise.resolve(queueOf(stage, question)),
    contents: ({ release }) => Promise.resolve(stage.contents[release.id] ?? null),
    changes: () => (trouble.desk === null ? Promise.resolve(stage.changes) : Promise.reject(trouble.desk)),
    repositories: (ids) => Promise.resolve(repositoriesOf(stage, ids)),
    installed: () => Promise.resolve(),
    repository: (id) => {
      const [one] = repositoriesOf(stage, [id]);
      if (one === undefined) return Promise.resolve(null);
      const releases = stage.views.map(({ release }) => release).filter(({ repositoryId }) => repositoryId === id);
      return Promise.resolve({
        ...one,
        access: { state: "fine" as const },
        releases,
        policy: stage.policies[id] ?? { state: "missing" },
        watches: stage.watches.filter(({ repositoryId }) => repositoryId === id),
        sightings: stage.sightings.filter(({ repositoryId }) => repositoryId === id),
      });
    },
    alarms: (ids) =>
      Promise.resolve(
        stage.sightings.filter(
          (one) => ids.includes(one.repositoryId) && one.verdict === "odd" && one.acknowledgedAt === null,
        ),
      ),
    acknowledge: (input) => {
      asked.push({ verb: "acknowledge", input });
      if (trouble.desk !== null) return Promise.reject(trouble.desk);
      return Promise.resolve(stage.sightings.filter(({ id }) => id === input.sightingId));
    },
    examine: (id) =>
      trouble.desk === null
        ? Promise.resolve(stage.examinations[id] ?? { state: "no-policy", why: "There is no policy." })
        : Promise.reject(trouble.desk),
    coach: (person, id, name) => {
      const repository = stage.repositories.find((one) => one.id === id);
      if (repository === undefined) return Promise.reject(new Refusal("not-found", "There is no such repository."));
      if (stage.readers.includes(person.login))
        return Promise.reject(new Refusal("not-allowed", "Only people with write access see how it is set up."));
      const draft = aDraft({ approvers: "bob" });
      const plan = readPlan(draft);
      if (!plan.ok) return Promise.reject(new Error(JSON.stringify(plan.problems)));
      const policyText = policyFile(plan.plan, null);
      const read = parsePolicy(policyText);
      const packages = read.ok ? read.policy.packages : [];
      const policy = packages.find((one) => one.name === (name ?? "@acme/widget"));
      if (policy === undefined) return Promise.reject(new Refusal("not-found", "There is no such package."));
      const site = {
        action: null,
        version: "0.1.0",
        publicUrl: "https://countersign.test",
        githubUrl: "",
        registry: "",
      };
      const workflowText = workflowFile(plan.plan, policy.name, site);
      const ground = { repository, policy, policyText, workflowText, suggestion: draft };
      return Promise.resolve({ repository, packages, ground, registry: "https://npm.test/" });
    },
    setUp: (person, id) => {
      const repository = stage.repositories.find((one) => one.id === id);
      if (repository === undefined) return Promise.reject(new Refusal("not-found", "There is no such repository."));
      if (stage.readers.includes(person.login))
        return Promise.reject(new Refusal("not-allowed", "Only people with write access see how it is set up."));
      const facts = stage.setUps[id] ?? bareSetUp();
      const steps = setUpSteps(facts, repository.defaultBranch);
      const { suggestion } = stage;
      return Promise.resolve({
        repository,
        appId: 7,
        facts,
        steps,
        suggestion,
        stageWorkflows: [],
        registry: "https://npm.test/",
      });
    },
    stuckSecrets: (ids) =>
      Promise.resolve(
        stage.views.flatMap(({ lease }) =>
          lease?.state === "disarming" && lease.lastError !== null && ids.includes(lease.repositoryId) ? [lease] : [],
        ),
      ),
    ended: (ids, filter, limit) =>
      Promise.resolve(
        stage.views
          .map((view) => view.release)
          .filter((release) => release.endedAt !== null && ids.includes(release.repositoryId) && fits(release, filter))
          .slice(0, limit),
      ),
    tokenPlaces: (_person, ids) => Promise.resolve(stage.places.filter((place) => ids.includes(place.repository.id))),
    tokenPlace: (_person, repositoryId, name) => {
      const found = stage.places.find((place) => place.repository.id === repositoryId && place.package === name);
      return found === undefined
        ? Promise.reject(new Refusal("not-allowed", "You are not among `releasers`."))
        : Promise.resolve(found);
    },
    registerToken: (input) => {
      asked.push({ verb: "registerToken", input });
      return trouble.desk === null ? Promise.resolve([aToken()]) : Promise.reject(trouble.desk);
    },
    removeToken: (input) => {
      asked.push({ verb: "removeToken", input });
      return Promise.resolve();
    },
    tokensOf: (person) => Promise.resolve(stage.tokens.filter((token) => token.personId === person.id)),
    repositoryTokens: (_person, id) => {
      const repository = stage.repositories.find((one) => one.id === id);
      if (repository === undefined) return Promise.reject(new Refusal("not-found", "There is no such repository."));
      return Promise.resolve({ repository, packages: stage.packages });
    },
    todosOf: (person) => Promise.resolve(stage.todos.filter((todo) => todo.personId === person.id)),
    closeTodo: (input) => {
      asked.push({ verb: "closeTodo", input });
      return Promise.resolve();
    },
    audit: (ask) => readAudit({ store: auditOf(stage) }, ask),
  };
}

/** The scene's queue, by the words of the store's own promise. */
function queueOf(stage: Scene, { person, repositoryIds, filter, page }: QueueQuestion): QueuePart {
  const login = person.login.toLowerCase();
  const waits = ({ release, challenge, decision, approvals }: ReleaseView): boolean => {
    const own = release.releaserId === person.id;
    if (own && (challenge?.state === "open" || release.state === "unconfirmed")) return true;
    const staged = release.state === "staged";
    if ((!staged && release.state !== "waiting") || approvals.some(({ personId }) => personId === person.id))
      return false;
    const awaits = staged ? (release.runnerReport?.stageWaitsFor?.names ?? []) : awaited(decision);
    const names = awaits.map((name) => name.toLowerCase());
    return names.includes(login) || (!own && names.some((name) => stage.teams[name]?.includes(login)));
  };
  const rank = { challenge: 0, confirm: 1, seal: 2, approve: 2, stage: 2 };
  const order = ({ kind, view }: QueueItem): number =>
    (kind === null ? 3 : rank[kind]) * 1e13 + view.release.requestedAt.getTime();
  const items = stage.views
    .filter(({ release }) => release.endedAt === null && repositoryIds.includes(release.repositoryId))
    .filter(({ release }) => fits(release, filter))
    .map((view) => {
      const { release, challenge, decision } = view;
      return { view, kind: waits(view) ? waitingKind(release, challenge, decision, person) : null };
    })
    .toSorted((one, other) => order(one) - order(other));
  return {
    items: items.slice((page - 1) * queuePage, page * queuePage),
    total: items.length,
    mine: items.filter(({ kind }) => kind !== null).length,
  };
}

function repositoriesOf(stage: Scene, ids: number[]): RepositoryInList[] {
  return stage.repositories
    .filter(({ id }) => ids.includes(id))
    .map((repository) => {
      const own = stage.views
        .map(({ release }) => release)
        .filter(({ repositoryId }) => repositoryId === repository.id);
      const newest = new Map(own.map((release) => [release.package, release]));
      return {
        repository,
        active: own.filter(({ endedAt }) => endedAt === null).length,
        packages: [...newest].map(([name, release]) => ({ name, newest: release })),
        last: own.at(-1) ?? null,
      };
    });
}

function fits(release: Release, { repositoryId, releaserId, states }: ReleaseFilter): boolean {
  return (
    (repositoryId === undefined || release.repositoryId === repositoryId) &&
    (releaserId === undefined || release.releaserId === releaserId) &&
    (states?.includes(release.state) ?? true)
  );
}

/** The scene's audit, by the words of the store's own promise. */
function auditOf(stage: Scene): Parameters<typeof readAudit>[0]["store"] {
  return {
    repositories: { all: () => Promise.resolve(stage.repositories) },
    audit: {
      page: ({ repositoryIds, filter, before, limit }) =>
        Promise.resolve(
          stage.audit
            .filter(({ repositoryId }) => repositoryId !== undefined && repositoryIds.includes(repositoryId))
            .filter(({ seq }) => before === null || seq < before)
            .filter(({ repositoryId }) => filter.repositoryId === undefined || repositoryId === filter.repositoryId)
            .filter(({ releaseId }) => filter.releaseId === undefined || releaseId === filter.releaseId)
            .filter(({ actor }) => filter.actor === undefined || actor.toLowerCase() === filter.actor.toLowerCase())
            .filter(({ what }) => what.startsWith(filter.what ?? ""))
            .filter(({ at }) => (filter.from === undefined || at >= filter.from) && !(filter.to && at >= filter.to))
            .slice(0, limit),
        ),
    },
  };
}

function fakeChannels(
  stage: Scene,
  asked: Array<{ verb: string; input: unknown }>,
  trouble: { desk: Error | null },
): DeskForChannels {
  const doing = <T>(verb: string, input: unknown, answer: T): Promise<T> => {
    asked.push({ verb, input });
    return trouble.desk === null ? Promise.resolve(answer) : Promise.reject(trouble.desk);
  };
  return {
    mail: stage.mail,
    channels: (person, place) =>
      Promise.resolve(
        stage.channels.filter((one) =>
          place === "own" ? one.personId === person.id : one.repositoryId === place.repositoryId,
        ),
      ),
    mayChange: (person, place) =>
      Promise.resolve(place === "own" || person.login === "alice" || "Only people who administer it change this."),
    addChannel: ({ kind, name, ...input }) =>
      doing(
        "addChannel",
        { kind, name, ...input },
        {
          channel: aChannel({ kind, name }),
          secret: kind === "webhook" ? "whsec_c2VjcmV0" : null,
        },
      ),
    removeChannel: (input) => doing("removeChannel", input, aChannel()),
    testChannel: (input) => doing("testChannel", input, { channel: aChannel(), problem: stage.testProblem }),
  };
}

function fakeRelay(
  stage: Scene,
  asked: Array<{ verb: string; input: unknown }>,
): Pick<DeskForRelay, "challengeFor" | "answer"> {
  return {
    challengeFor: (person, id) => {
      const found = stage.challenges.find((one) => one.challenge.id === id);
      if (found === undefined) return Promise.reject(new Refusal("not-found", "There is no such question."));
      if (found.view.release.releaserId !== person.id)
        return Promise.reject(new Refusal("not-allowed", "Only alice can answer npm."));
      return Promise.resolve(found);
    },
    answer: (input) => {
      asked.push({ verb: "answer", input });
      const found = stage.challenges.find((one) => one.challenge.id === input.challengeId);
      if (found === undefined || found.challenge.state !== "open")
        return Promise.reject(new Refusal("challenge-over", "This was answered already."));
      found.challenge = { ...found.challenge, state: "answered" };
      return Promise.resolve();
    },
  };
}

function fakeStore(stage: Scene, sessions: Map<string, SessionRow>): WebParts["store"] {
  const begun = new Map<string, { verifier: string; returnTo: string; createdAt: Date }>();
  const refuse = (): Promise<never> => Promise.reject(new Error("not in this bench"));
  return {
    listen: () => Promise.resolve(() => Promise.resolve()),
    sessions: {
      put: (row) => Promise.resolve(void sessions.set(row.id, row)),
      get: (id) => Promise.resolve(sessions.get(id) ?? null),
      touch: (id, at) => {
        const row = sessions.get(id);
        if (row !== undefined) sessions.set(id, { ...row, lastSeenAt: at });
        return Promise.resolve();
      },
      end: (id) => Promise.resolve(void sessions.delete(id)),
      ofPerson: (personId) => Promise.resolve([...sessions.values()].filter((row) => row.personId === personId)),
      endAllOf: (personId) => {
        const rows = [...sessions.values()].filter((row) => row.personId === personId);
        for (const row of rows) sessions.delete(row.id);
        return Promise.resolve(rows);
      },
      sweep: refuse,
    },
    signIns: {
      put: ({ id, ...rest }) => Promise.resolve(void begun.set(id, rest)),
      take: (id) => {
        const row = begun.get(id) ?? null;
        begun.delete(id);
        return Promise.resolve(row);
      },
    },
    repositories: {
      see: refuse,
      removed: refuse,
      get: (id) => Promise.resolve(stage.repositories.find((one) => one.id === id) ?? null),
      byName: refuse,
      all: () => Promise.resolve(stage.repositories),
    },
    people: {
      see: () => Promise.resolve(),
      get: refuse,
      byLogin: (login) => Promise.resolve((people as Record<string, Person>)[login.toLowerCase()] ?? null),
    },
    challenges: {
      open: refuse,
      get: (id) => Promise.resolve(stage.challenges.find((one) => one.challenge.id === id)?.challenge ?? null),
      ofRelease: refuse,
      pending: refuse,
      pendingOf: refuse,
      save: refuse,
    },
  };
}

function fakePanic(stage: Scene, asked: Array<{ verb: string; input: unknown }>): PanicDesk {
  const isAdmin = (person: Person): boolean => !stage.readers.includes(person.login);
  const refuse = (person: Person): void => {
    if (!isAdmin(person)) throw new Refusal("not-allowed", "Only an admin may do that.");
  };
  return {
    async stops(repositoryIds) {
      if (stage.stops.length === 0) return [];
      const ids = await repositoryIds();
      return stage.stops.filter(({ stop }) => ids.has(stop.repositoryId));
    },
    pastStops: () => Promise.resolve(stage.pastStops),
    async panic(input) {
      asked.push({ verb: "panic", input });
      refuse(input.person);
      const stop = aStop({ accountLogin: input.account, reason: input.reason, origin: input.origin });
      stage.stops.push({ stop, secrets: 1, releases: 2 });
      return await Promise.resolve({ stop, already: false });
    },
    async lift(input) {
      asked.push({ verb: "lift", input });
      refuse(input.person);
      const [seen] = stage.stops.splice(0, 1);
      if (seen === undefined) throw new Refusal("not-now", "Nothing is stopped.");
      const at = seen.stop.beganAt;
      const by = { liftedAt: at, liftedById: 1, liftedByLogin: input.person.login, liftReason: input.reason };
      const lifted = { ...seen.stop, ...by, openFor: null };
      stage.pastStops.unshift(lifted);
      return await Promise.resolve(lifted);
    },
  };
}
