import type { Clock, Ids } from "../domain/clock.ts";
import type { Build } from "../domain/inside/build.ts";
import type { Contents } from "../domain/inside/types.ts";
import type { Sighting } from "../domain/out-of-band/types.ts";
import type { Mode, WarningPolicy } from "../domain/policy-types.ts";
import type { Reason } from "../domain/reason.ts";
import type { Draft } from "../domain/set-up/plan.ts";
import type {
  Approval,
  Challenge,
  Lease,
  Person,
  Release,
  Repository,
  RunnerReport,
  RunnerSession,
  SealedToken,
  Todo,
} from "../domain/release-types.ts";
import type { TokenRules } from "../domain/token-rules.ts";
import type { TokenReport } from "../domain/token-seen.ts";
import type { GitHubApp } from "../github/types.ts";
import type { Registry, RegistryWatch } from "../npm/types.ts";
import type { ReleaseFilter, Store } from "../store/types.ts";
import type { AuditAsk, AuditPage } from "./audit.ts";
import type { ReleaseChanges } from "./changes.ts";
import type { Coached } from "./coach.ts";
import type { Examination } from "./doctor/types.ts";
import type { Inside } from "./inside.ts";
import type { RepositoryInList, RepositoryWithPolicy } from "./repository-views.ts";
import type { ReadQueue } from "./queue.ts";
import type { LiveWord } from "./relay/live.ts";
import type { BuildWord } from "./relay/second-build.ts";
import type { SetUp } from "./set-up/index.ts";
import type { PackageTokens } from "./tokens/of-repository.ts";

/** What the use cases need. Each use case takes the part it uses: `Pick<DeskParts, "store" | "clock">`. */
export interface DeskParts {
  store: Store;
  github: GitHubApp;
  registry: Registry & RegistryWatch;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** `PUBLIC_URL` without a slash at the end. */
  publicUrl: string;
}

/** The part of pino that use cases call. Objects logged here hold ids, codes and times, never a body, token or code. */
export interface Log {
  info(object: Record<string, unknown>, sentence: string): void;
  warn(object: Record<string, unknown>, sentence: string): void;
  error(object: Record<string, unknown>, sentence: string): void;
}

/** A release with all that a page or comment shows of it. */
export interface ReleaseView {
  release: Release;
  repository: Repository;
  approvals: Approval[];
  lease: Lease | null;
  challenge: Challenge | null;
  decision: Reason;
}

/** What a person may do on a release now; where not, why not, as a sentence. */
export interface Abilities {
  approve: true | string;
  reject: true | string;
  cancel: true | string;
  confirm: true | string;
  answer: true | string;
  /** Have what is staged approved or rejected from here; absent: nothing is staged, or the policy leaves it to npm. */
  approveStage?: true | string;
  rejectStage?: true | string;
}

/** What a token page needs to seal: one package's environment and its public key. */
export interface TokenPlace {
  repository: Repository;
  package: string;
  environmentId: number;
  environmentName: string;
  secretName: string;
  mode: Mode;
  /** The token isn't for publishing, but for approving and rejecting what is staged. */
  approvesStages: boolean;
  /** Packages that share this environment, as far as the person may release them; the package itself among them. */
  packages: string[];
  /** The policy's registry, where it is not npm's. */
  registry: string | null;
  /** What repository and organisation ask of a token here. */
  rules: TokenRules;
  warnings: WarningPolicy;
  keyId: string;
  /** Base64, 32 bytes. */
  key: string;
  current: SealedToken | null;
  /** `key_id` of the environment's key now, where a token is on file; null: there is none, or GitHub didn't say. */
  currentKeyId: string | null;
}

/**
 * Use cases that pages and the runner's API call; each throws Refusal where the answer is no.
 * A person given here has been signed in; whether GitHub shows them the repository has been checked by the caller,
 * what the policy lets them do is checked here.
 */
export interface DeskForWeb {
  /** Approve or reject a release. `seenSha` is the commit that was shown to the person; another one is refused. */
  decide(input: {
    releaseId: string;
    person: Person;
    verdict: "approved" | "rejected";
    seenSha: string;
    comment: string | null;
    evidence: string;
    /** The person's GitHub access token, for acting as a required reviewer; null without a session token. */
    accessToken: string | null;
  }): Promise<ReleaseView>;
  cancel(input: { releaseId: string; person: Person; why: string | null }): Promise<ReleaseView>;
  /**
   * Has what a release staged approved or rejected at npm, by a job with the person's own token; gives that job's release. `seenShasum`:
   * the bytes that were shown to the person; others are refused.
   */
  decideStage(input: {
    releaseId: string;
    person: Person;
    verb: "approve" | "reject";
    seenShasum: string;
  }): Promise<ReleaseView>;
  /** What decides, or decided, about what a release staged, newest first. */
  stageDecisions(releaseId: string): Promise<Release[]>;
  /** Owner of an adopted run confirms version and arming. */
  confirm(input: { releaseId: string; person: Person; version: string }): Promise<ReleaseView>;
  view(releaseId: string): Promise<ReleaseView | null>;
  abilities(view: ReleaseView, person: Person): Promise<Abilities>;
  /** A page of the releases that have not ended, what waits for the person first. */
  queue: ReadQueue;
  /** What came in since the last release of its package, and how its workflow differs from the default branch's. */
  changes(view: ReleaseView): Promise<ReleaseChanges>;
  /** What the workflow step told of the tarball; null: nothing (yet). */
  contents(view: ReleaseView, packageName?: string): Promise<Inside | null>;
  /** Somebody comes from installing the app: learns an installation that isn't known yet. One that isn't the app's changes nothing. */
  installed(installationId: number): Promise<void>;
  /** What is on record of these repositories, in order of name; GitHub isn't asked. */
  repositories(repositoryIds: number[]): Promise<RepositoryInList[]>;
  /** One repository with its policy at the default branch's head and its last releases; null: we don't know it (any more). */
  repository(repositoryId: number): Promise<RepositoryWithPolicy | null>;
  /** Odd things that happened at registries without a release and that nobody has acknowledged, oldest first. */
  alarms(repositoryIds: number[]): Promise<Sighting[]>;
  /** Somebody says that it was one of them; `sightingId` is in this repository. Returns what was acknowledged. */
  acknowledge(input: {
    repositoryId: number;
    sightingId: string;
    person: Person;
    origin: "dashboard" | "api";
  }): Promise<Sighting[]>;
  /** What the doctor has to say of a repository, looked at now. Whole: who may see what of it is the caller's to say. */
  examine(repositoryId: number): Promise<Examination>;
  /** How far its set-up is, by its policy or by what the person has in mind; for people with write access. */
  setUp(person: Person, repositoryId: number, draft: Draft | null): Promise<SetUp>;
  /** Its packages by the policy, and what a change of one package's mode rests on; for people with write access. */
  coach(person: Person, repositoryId: number, packageName: string | null): Promise<Coached>;
  /** Secrets of these repositories, and those with the person's own token, that are to be removed and couldn't be yet. */
  stuckSecrets(repositoryIds: number[], person: Person): Promise<Lease[]>;
  /** Ended ones, newest first. */
  ended(repositoryIds: number[], filter: ReleaseFilter, limit: number): Promise<Release[]>;

  /** Packages of these repositories that the person may release, by the policy at the default branch's head. */
  tokenPlaces(person: Person, repositoryIds: number[]): Promise<Array<Omit<TokenPlace, "keyId" | "key">>>;
  /** `environment`: the one that approves the package's stages; without it the one that publishes it. */
  tokenPlace(person: Person, repositoryId: number, packageName: string, environment?: string): Promise<TokenPlace>;
  /** One npm token, sealed for each of these places: all are kept, or none. */
  registerToken(input: {
    person: Person;
    npmUser: string;
    label: string;
    /** npm's own id of the token, where the person gives it. */
    npmKey: string | null;
    expiresAt: Date;
    bypass2fa: boolean;
    /** For this one release only (`keep: never`); null: until it ends. */
    releaseId: string | null;
    places: Array<{
      repositoryId: number;
      packages: string[];
      /** As for `tokenPlace`. */
      environment?: string | undefined;
      keyId: string;
      ciphertext: string;
    }>;
  }): Promise<SealedToken[]>;
  removeToken(input: { person: Person; tokenId: string }): Promise<void>;
  tokensOf(person: Person): Promise<SealedToken[]>;
  /** Everybody's tokens in a repository, package by package; for people with write access. */
  repositoryTokens(
    person: Person,
    repositoryId: number,
  ): Promise<{ repository: Repository; packages: PackageTokens[] }>;
  /** What the person still has to do at npm. */
  todosOf(person: Person): Promise<Todo[]>;
  closeTodo(input: { person: Person; todoId: string }): Promise<void>;
  /** Who did what in repositories whose audit the person may read, the newest first. */
  audit(ask: AuditAsk): Promise<AuditPage>;
}

/** Use cases behind the runner's API and the challenge page. */
export interface DeskForRelay {
  /** Claims were verified for signature, issuer, audience and times; the rest is checked here against the release. */
  openSession(input: {
    claims: Record<string, unknown>;
    step: RunnerSession["step"];
    publicKey: string;
    bearerHash: string;
  }): Promise<{
    session: RunnerSession;
    release: Release;
    /** The policy's registry, where it is not npm's; and whether the policy wants the npm token revoked after the run. */
    registry: string | null;
    revoke: boolean;
    /** Whether the policy wants what is published to be built twice. */
    secondBuild: boolean;
  }>;
  openChallenge(input: {
    session: RunnerSession;
    kind: "code" | "link";
    authUrl: string | null;
    subject: Challenge["subject"];
  }): Promise<Challenge>;
  /** For the page: who, what, which commit; refuses all but the token's owner. */
  challengeFor(
    person: Person,
    challengeId: string,
  ): Promise<{ challenge: Challenge; session: RunnerSession; view: ReleaseView }>;
  /** `sealed`: the code, sealed by the page to the runner's key. Single use. */
  answer(input: { person: Person; challengeId: string; sealed: string }): Promise<void>;
  /** The runner asks; null: nothing yet. Forgets the sealed code as it hands it out. */
  take(session: RunnerSession, challengeId: string): Promise<{ state: Challenge["state"]; sealed: string | null }>;
  /** What npm said, or `ended`: the runner stopped waiting. */
  result(session: RunnerSession, challengeId: string, result: "accepted" | "refused" | "ended"): Promise<void>;
  /** What the step saw of the token, before it uses it. Refuses where the release must not go on with it; it has ended then. */
  tokenSeen(session: RunnerSession, seen: TokenReport): Promise<void>;
  /** What the step found in the tarball that it is about to publish. */
  tellContents(session: RunnerSession, contents: Contents, packageName?: string): Promise<void>;
  /** What another job of the run built of the same commit; claims verified as for a session. */
  tellBuild(claims: Record<string, unknown>, build: Build): Promise<void>;
  /** Whether what the step packed is what the second build made. Refuses where it never will be; the release has ended then. */
  askBuild(session: RunnerSession, build: Build): Promise<BuildWord>;
  report(session: RunnerSession, report: RunnerReport): Promise<void>;
  /** Whether the release of a session still goes on; otherwise why not, as a sentence. */
  standing(session: RunnerSession): Promise<string | null>;
  /** Whether the version of a run is live, for a later job of it; claims verified as for a session. */
  liveWord(claims: Record<string, unknown>): Promise<LiveWord>;
}
