import type { AuditFilter } from "../domain/audit/index.ts";
import type { ToldContents } from "../domain/inside/types.ts";
import type { Sighting, Watch } from "../domain/out-of-band/types.ts";
import type {
  Approval,
  AuditEvent,
  Challenge,
  ChallengeState,
  Channel,
  Lease,
  LeaseState,
  Person,
  Release,
  ReleaseState,
  RemovedWhy,
  Repository,
  RunnerSession,
  SealedToken,
  Stop,
  Todo,
  TokenSeen,
  WarningIssue,
  ToldBuild,
} from "../domain/release-types.ts";

/** A row was changed by somebody else since it was read: read again and decide again. */
export class StaleRow extends Error {
  constructor(what: string) {
    super(`${what} was changed meanwhile`);
    this.name = "StaleRow";
  }
}

export interface StoredDelivery {
  guid: string;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  /** JSON text as GitHub sent it. */
  body: Uint8Array;
  receivedAt: Date;
  attempts: number;
}

export interface NewDelivery {
  guid: string;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  body: Uint8Array;
  receivedAt: Date;
}

export interface StoredTask {
  id: string;
  kind: string;
  key: string;
  payload: unknown;
  createdAt: Date;
  attempts: number;
}

/** One queue: claimed with a lease, never twice at once, settled only by the worker that holds it. */
export interface Queue<Item> {
  /** Up to `limit` due items, oldest first, locked for `worker` until `lockedUntil`. An expired lock is due again. */
  claim(worker: string, limit: number, now: Date, lockedUntil: Date): Promise<Item[]>;
  /** False where the worker does not hold it any more. */
  done(key: string, worker: string, now: Date): Promise<boolean>;
  /** The lock lasts until `lockedUntil`; false where the worker does not hold it any more. */
  renew(key: string, worker: string, lockedUntil: Date): Promise<boolean>;
  /** Hands back an item that was claimed but not begun: it waits again, and the claim does not count as an attempt. */
  release(key: string, worker: string): Promise<boolean>;
  /** Due again at `nextAt`; null sets it aside as dead. `error` is a sentence without payload. */
  failed(key: string, worker: string, error: string, nextAt: Date | null): Promise<boolean>;
  /** Instant at which something waiting is due next; null: nothing waits. */
  nextDue(): Promise<Date | null>;
  counts(): Promise<{ waiting: number; dead: number }>;
  dead(
    limit: number,
  ): Promise<Array<{ key: string; what: string; attempts: number; lastError: string | null; since: Date }>>;
  /** A dead item is tried again. */
  revive(key: string, now: Date): Promise<boolean>;
  /** Forgets what was done before an instant; returns how many. */
  sweep(before: Date): Promise<number>;
}

/** A claim takes a few deliveries of each repository, and none of one that somebody is busy with: their order is kept. */
export interface Inbox extends Queue<StoredDelivery> {
  /**
   * Stores a batch in one INSERT; returns the GUIDs that were new. Committed when it resolves. A delivery that was set aside as
   * dead is tried again when it comes again.
   */
  store(deliveries: NewDelivery[]): Promise<Set<string>>;
  /** Which of these GUIDs are there, whatever became of them. */
  stored(guids: string[]): Promise<Set<string>>;
  /** Receipt time of the newest delivery stored. */
  newest(): Promise<Date | null>;
}

export interface NewTask {
  id: string;
  kind: string;
  key: string;
  payload: unknown;
  createdAt: Date;
  nextAt: Date;
}

/** Kinds of tasks that no release waits for: they may hang on a slow receiver, or on GitHub's limits, for a while. */
export const unhurried: readonly string[] = [
  "notify",
  "reaction",
  "policy-check",
  "doctor-check",
  "warn",
  "warning-issue",
  "warnings",
  "watch",
  "watches",
  "alarm-issue",
  "secrets",
  "sweep",
];

export interface Tasks extends Queue<StoredTask> {
  /**
   * A task with a `key` that waits already stays as it is (false); one that is done or dead is asked anew. One that a worker holds
   * runs once more after that (false too): what was asked for may have come too late for the present run.
   */
  add(task: NewTask): Promise<boolean>;
  /** False, and nothing is done, where a task with this `key` is known: also one that is done or dead, until it is swept. */
  addOnce(task: NewTask): Promise<boolean>;
  /** The same for many in one go, each with a key of its own; returns how many were added. */
  addAll(tasks: NewTask[]): Promise<number>;
  /** What no release waits for (`unhurried`) is claimed apart, so that it never takes the place of a release's work. */
  claimUnhurried(worker: string, limit: number, now: Date, lockedUntil: Date): Promise<StoredTask[]>;
}

export interface SessionRow {
  /** SHA-256 (hex) of the cookie's value; of a command line's bearer, with `cli-` before it. */
  id: string;
  personId: number;
  personLogin: string;
  sealedToken: string | null;
  tokenKeyId: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

/** What narrows a list of releases. */
export interface ReleaseFilter {
  repositoryId?: number;
  /** Who asked. */
  releaserId?: number;
  states?: readonly ReleaseState[];
}

export interface QueueAsk {
  repositoryIds: number[];
  /** Whose queue it is; `teams` as `@org/team` in lower case. */
  person: Person & { teams: string[] };
  filter: ReleaseFilter;
  limit: number;
  offset: number;
}

export interface QueueRows {
  releases: Array<{ release: Release; mine: boolean }>;
  /** How many there are on all pages, and how many of them wait for the person. */
  total: number;
  mine: number;
}

/** What releases tell of a repository. */
export interface RepositorySummary {
  active: number;
  /** Each package with its newest release, in order of names; what decides about a stage is none. */
  packages: Array<Pick<Release, "id" | "package" | "version" | "mode" | "state" | "requestedAt" | "endedAt">>;
}

/** An event with its place in the order, and what the release that it belongs to publishes. */
export type AuditRow = AuditEvent & { seq: number; publishes: { package: string; version: string } | null };

/**
 * Everything we remember. `transaction` gives the same functions inside one transaction; `exclusive` holds a lock across
 * instances (a PostgreSQL advisory lock that dies with its connection) while work on one release or environment goes on.
 * Every time is an argument: no now(), no database default.
 */
export interface Store {
  /** Inside a transaction: joins it. `exclusive`, `listen` and `close` are refused there. */
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** First come, first served. Refused with an error inside the work of another `exclusive`: two might wait for each other. */
  exclusive<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** This process's worker answers to a name until the process ends, however it ends. */
  present(name: string): Promise<void>;
  /** Work held by workers that are gone is due again at once; returns how much there was. */
  freeAbandoned(): Promise<number>;
  /** How many processes answer to a name; 1 where nobody does yet. */
  instances(): Promise<number>;
  /** Tells other instances and our own listeners, once the transaction is through; payload is short and never secret. */
  notify(channel: string, payload: string): Promise<void>;
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  /** `select 1` through the pool, for readiness. */
  ping(): Promise<void>;
  close(): Promise<void>;

  inbox: Inbox;
  tasks: Tasks;

  /** How far something outside has been read; null: never. */
  bookmarks: {
    get(name: string): Promise<Date | null>;
    set(name: string, at: Date): Promise<void>;
  };

  repositories: {
    see(repository: Repository, at: Date): Promise<void>;
    removed(id: number, at: Date): Promise<void>;
    /** Also one that was removed: receipts name it. */
    get(id: number): Promise<Repository | null>;
    /** Names as GitHub compares them: without regard to case. */
    byName(owner: string, name: string): Promise<Repository | null>;
    all(): Promise<Repository[]>;
  };
  people: {
    see(person: Person, at: Date): Promise<void>;
    get(id: number): Promise<Person | null>;
    byLogin(login: string): Promise<Person | null>;
  };
  releases: {
    /** False where another release holds the same environment (`holds` is unique). The `number` given is ignored. */
    insert(release: Release): Promise<Release | false>;
    get(id: string): Promise<Release | null>;
    byNumber(number: number): Promise<Release | null>;
    byRun(runId: number): Promise<Release | null>;
    /** The release that holds an environment. */
    holding(repositoryId: number, environmentId: number): Promise<Release | null>;
    /** Every release that has not ended, oldest first. */
    active(): Promise<Release[]>;
    activeInRepository(repositoryId: number): Promise<Release[]>;
    /** How many have not ended, by state. */
    counts(): Promise<Partial<Record<ReleaseState, number>>>;
    /** Releases announced in an issue or pull request, newest first. */
    inIssue(repositoryId: number, issueNumber: number): Promise<Release[]>;
    /** All releases that one version of a package was asked for with, alone or among several, newest first; not those that decide about a stage. */
    ofVersion(repositoryId: number, packageName: string, version: string): Promise<Release[]>;
    /** Those that decide about what a release has staged, newest first. */
    ofStage(releaseId: string): Promise<Release[]>;
    /** Newest first. */
    recent(repositoryIds: number[], limit: number): Promise<Release[]>;
    /** Those that are over, newest first. */
    ended(repositoryIds: number[], filter: ReleaseFilter, limit: number): Promise<Release[]>;
    /** The newest published one of a package, alone or among several, before a release's `number`. */
    publishedBefore(repositoryId: number, packageName: string, number: number): Promise<Release | null>;
    /**
     * One page of those that are not over: what waits for a person first (npm's questions, the one that ends first in front; runs to
     * confirm; then what waits for their word, token or approval of a stage), the rest after it, each oldest first. By what is on record, GitHub isn't asked.
     */
    queue(ask: QueueAsk): Promise<QueueRows>;
    /** Teams that a waiting or staged one of these repositories waits for, as `@org/team` in lower case, each with one repository that does. */
    awaitedTeams(repositoryIds: number[]): Promise<Array<{ team: string; repositoryId: number }>>;
    /** What these repositories publish, as far as releases tell, and how many are under way. */
    summaries(repositoryIds: number[]): Promise<Map<number, RepositorySummary>>;
    /** Writes the given fields where `rowVersion` is still the one read; throws StaleRow otherwise. */
    save(release: Release, patch: Partial<Release>): Promise<Release>;
  };
  approvals: {
    /** False where this evidence was counted already. */
    add(approval: Approval): Promise<boolean>;
    of(releaseId: string): Promise<Approval[]>;
    ofReleases(releaseIds: string[]): Promise<Approval[]>;
  };
  leases: {
    /** False where the environment has a lease (`locks` is unique). */
    take(lease: Lease): Promise<boolean>;
    get(id: string): Promise<Lease | null>;
    ofRelease(releaseId: string): Promise<Lease | null>;
    /** The newest of each. */
    ofReleases(releaseIds: string[]): Promise<Lease[]>;
    /** The lease that locks an environment. */
    locking(repositoryId: number, environmentId: number): Promise<Lease | null>;
    /** Every lease that is not closed, or still locks, oldest first. */
    open(): Promise<Lease[]>;
    /** Those whose secret couldn't be removed, oldest first. */
    stuck(repositoryIds: number[]): Promise<Lease[]>;
    /** The newest that an environment had. */
    last(repositoryId: number, environmentId: number): Promise<Lease | null>;
    /** Environments and secrets' names that leases of a repository were for, each once, in the order of their names. */
    spots(repositoryId: number): Promise<Array<{ environment: string; secret: string }>>;
    /** Compare and set: writes where the state is one of `from`; null where it is not. */
    save(id: string, from: LeaseState[], patch: Partial<Lease>): Promise<Lease | null>;
  };
  tokens: {
    /** Puts a token into its slot; the one that was there is removed as `replaced`. */
    put(token: SealedToken): Promise<void>;
    get(id: string): Promise<SealedToken | null>;
    /** The person's token for an environment that was not removed (it may have expired: look). */
    live(repositoryId: number, environmentId: number, personId: number): Promise<SealedToken | null>;
    /** Also removed ones, newest first. */
    ofPerson(personId: number): Promise<SealedToken[]>;
    ofRepository(repositoryId: number): Promise<SealedToken[]>;
    liveOfRepository(repositoryId: number): Promise<SealedToken[]>;
    /** Live ones of an environment. */
    liveOfEnvironment(repositoryId: number, environmentId: number): Promise<SealedToken[]>;
    /** Ids of the repositories that have live ones. */
    repositories(): Promise<number[]>;
    /** Packages that live ones were sealed for, each once for a repository. */
    livePackages(repositoryIds: number[]): Promise<Array<{ repositoryId: number; package: string }>>;
    /** Live ones of one npm token, in all its places. */
    liveOfGroup(groupId: string): Promise<SealedToken[]>;
    used(id: string, at: Date): Promise<void>;
    /** What the runner saw; where `refused` is given the token is refused from then on. */
    seen(id: string, seen: TokenSeen, refused: { at: Date; why: string } | null): Promise<void>;
    /** Refused from now on, without having been seen here (the same npm token was, in another place). */
    refuse(id: string, refused: { at: Date; why: string }): Promise<void>;
    /** The registry told an earlier end than its owner. `warnAt`: when its owner is to be warned, by that end. */
    endsEarlier(id: string, expiresAt: Date, warnAt: Date | null): Promise<void>;
    /** Empties the slot and forgets the ciphertext. */
    remove(id: string, why: RemovedWhy, at: Date): Promise<boolean>;
    /** Live tokens whose owner is to be warned by now, in order of `warnAt` and id: the next `limit` after one of them. */
    toWarn(
      now: Date,
      limit: number,
      after: { id: string; warnAt: Date } | null,
    ): Promise<Array<{ id: string; repositoryId: number; personId: number; warnAt: Date }>>;
    /** Forgets the ciphertext of tokens that have ended; the rows stay. Returns how many there were. */
    forgetEnded(now: Date): Promise<number>;
    /** When its owner is to be warned next; null: never (again). */
    warnNext(id: string, at: Date | null): Promise<void>;
  };
  todos: {
    /** False where the same is open already. */
    open(todo: Todo): Promise<boolean>;
    get(id: string): Promise<Todo | null>;
    /** Open ones, oldest first. */
    openOf(personId: number): Promise<Todo[]>;
    openOfRepositories(repositoryIds: number[]): Promise<Todo[]>;
    close(id: string, how: "done" | "expired", at: Date): Promise<boolean>;
    /** Closes as `expired` what ended by itself; returns how many. */
    expire(now: Date): Promise<number>;
  };
  warnings: {
    /** Notes that a warning is given: false where it was before, by whichever instance. */
    give(warning: {
      id: string;
      tokenId: string;
      repositoryId: number;
      personId: number;
      days: number;
      at: Date;
    }): Promise<boolean>;
    /** What was given for these tokens, in order of time. */
    given(tokenIds: string[]): Promise<Array<{ tokenId: string; days: number; at: Date }>>;
    issueOf(repositoryId: number, personId: number): Promise<WarningIssue | null>;
    /** Writes the row of a person and repository. */
    putIssue(issue: WarningIssue): Promise<void>;
  };
  watches: {
    /** False where the package of the repository has one, also a removed one. */
    add(watch: Watch): Promise<boolean>;
    /** Also a removed one. */
    of(repositoryId: number, packageName: string): Promise<Watch | null>;
    /** In order of names; also removed ones. */
    ofRepository(repositoryId: number): Promise<Watch[]>;
    /** Those to be looked at by now, the longest due first; no removed ones. */
    due(now: Date, limit: number): Promise<Watch[]>;
    /** How many there are; no removed ones. */
    count(): Promise<number>;
    /** Writes what a look came to, where nobody has looked since `lookedAt`; false where somebody has, or it was removed. */
    looked(id: string, lookedAt: Date | null, patch: Partial<Watch>): Promise<boolean>;
    save(id: string, patch: Partial<Watch>): Promise<void>;
  };
  sightings: {
    /** False where the same was noticed before (`key` is unique). */
    add(sighting: Sighting): Promise<boolean>;
    get(id: string): Promise<Sighting | null>;
    /** Newest first. */
    ofPackage(repositoryId: number, packageName: string, limit: number): Promise<Sighting[]>;
    /** Newest first. */
    recent(repositoryIds: number[], limit: number): Promise<Sighting[]>;
    /** Odd ones that nobody has acknowledged, oldest first. */
    open(repositoryIds: number[]): Promise<Sighting[]>;
    /** How many of those there are in all. */
    openCount(): Promise<number>;
    /** False where it was judged before. */
    judge(id: string, as: Pick<Sighting, "verdict" | "oddities" | "expectedWhy">): Promise<boolean>;
    /** False where it isn't open (any more). */
    acknowledge(
      id: string,
      by: Pick<Sighting, "acknowledgedAt" | "acknowledgedById" | "acknowledgedByLogin">,
    ): Promise<boolean>;
  };
  stops: {
    /** False where the account is stopped already (`openFor` is unique). */
    begin(stop: Stop): Promise<boolean>;
    get(id: string): Promise<Stop | null>;
    /** The one that lasts, of an account. */
    of(accountId: number): Promise<Stop | null>;
    /** Those that last, of all accounts, oldest first. */
    open(): Promise<Stop[]>;
    /** All of these accounts, newest first. */
    recent(accountIds: number[], limit: number): Promise<Stop[]>;
    /** False where it was lifted before. */
    lift(id: string, by: Pick<Stop, "liftedAt" | "liftedById" | "liftedByLogin" | "liftReason">): Promise<boolean>;
  };
  channels: {
    /** False where the owner has one of this name. */
    add(channel: Channel): Promise<boolean>;
    get(id: string): Promise<Channel | null>;
    ofRepository(repositoryId: number): Promise<Channel[]>;
    ofPerson(personId: number): Promise<Channel[]>;
    remove(id: string, at: Date): Promise<boolean>;
    /** Those that another key than this one sealed. */
    sealedOtherwise(keyId: string): Promise<Channel[]>;
    reseal(id: string, sealedAddress: string, sealedKeyId: string): Promise<void>;
    sent(id: string, at: Date): Promise<void>;
    failed(id: string, at: Date, error: string): Promise<void>;
  };
  runnerSessions: {
    /** False where the `jti` was used before. */
    open(session: RunnerSession): Promise<boolean>;
    byBearer(bearerHash: string): Promise<RunnerSession | null>;
    get(id: string): Promise<RunnerSession | null>;
  };
  challenges: {
    /** False where the release has an open one (`openFor` is unique). */
    open(challenge: Challenge): Promise<boolean>;
    get(id: string): Promise<Challenge | null>;
    ofRelease(releaseId: string): Promise<Challenge[]>;
    /** Open and answered ones of a release. */
    pending(releaseId: string): Promise<Challenge | null>;
    pendingOf(releaseIds: string[]): Promise<Challenge[]>;
    /** Compare and set on the state; null where it is not one of `from`. */
    save(id: string, from: ChallengeState[], patch: Partial<Challenge>): Promise<Challenge | null>;
  };
  contents: {
    /** Writes what was told of a release's tarball, in the place of what was told before. */
    put(told: ToldContents): Promise<void>;
    of(releaseId: string): Promise<ToldContents | null>;
    /** Removes what was told before an instant. */
    sweep(before: Date): Promise<number>;
  };
  secondBuilds: {
    /** False where the release has one: the first word stands. */
    add(told: ToldBuild): Promise<boolean>;
    of(releaseId: string): Promise<ToldBuild | null>;
    /** Removes what was told before an instant. */
    sweep(before: Date): Promise<number>;
  };
  /** The same of a release of several packages, each for itself. */
  packageContents: {
    put(told: ToldContents & { package: string }): Promise<void>;
    of(releaseId: string, packageName: string): Promise<ToldContents | null>;
    /** Removes what was told before an instant. */
    sweep(before: Date): Promise<number>;
  };
  sessions: {
    put(session: SessionRow): Promise<void>;
    get(id: string): Promise<SessionRow | null>;
    touch(id: string, at: Date): Promise<void>;
    end(id: string): Promise<void>;
    /** Newest first; also what is over and not swept yet. */
    ofPerson(personId: number): Promise<SessionRow[]>;
    /** Gives what it ended, so that each one's access token can be given back. */
    endAllOf(personId: number): Promise<SessionRow[]>;
    /** Removes what expired before an instant. */
    sweep(before: Date): Promise<number>;
  };
  signIns: {
    put(signIn: { id: string; verifier: string; returnTo: string; createdAt: Date }): Promise<void>;
    /** Reads and removes: a state is good once. */
    take(id: string): Promise<{ verifier: string; returnTo: string; createdAt: Date } | null>;
  };
  audit: {
    add(event: AuditEvent): Promise<void>;
    ofRelease(releaseId: string): Promise<AuditEvent[]>;
    /** Events of these repositories and of no other, the newest first: the next `limit` before a `seq` (null: from the newest on). */
    page(ask: {
      repositoryIds: number[];
      filter: AuditFilter;
      before: number | null;
      limit: number;
    }): Promise<AuditRow[]>;
  };
}
