import { createHash, randomBytes } from "node:crypto";
import { generateKeyPair } from "../../src/domain/sealed-box.ts";
import type { KeyPair } from "../../src/domain/sealed-box.ts";
import { idToken } from "./id-token.ts";
import { call, patiently, ServerError } from "./server.ts";
import { StepError } from "./step-error.ts";

/** How the policy publishes the package. */
export type Mode = "otp" | "stage" | "trusted-stage" | "trusted";
const modes: readonly string[] = ["otp", "stage", "trusted-stage", "trusted"] satisfies Mode[];

/** What was approved, as Countersign names it. */
export interface Approved {
  /** Of several packages the first. */
  package: string;
  /** Of several packages those that are to be published, in this order; null: it is one. */
  packages: string[] | null;
  version: string;
  tag: string;
  releaser: string;
  registry: string | null;
  mode: Mode;
  /** What the `stage` step is to do at npm; null: this job publishes. */
  stage: Decision | null;
}

/** To approve or reject what another run has staged: npm's id of it, and the bytes that were countersigned (SHA-1, hex). */
export interface Decision {
  verb: "approve" | "reject";
  id: string;
  shasum: string;
}

export interface Session {
  url: string;
  id: string;
  /** Made here; Countersign knows only its digest. */
  bearer: string;
  /** Codes are sealed to it; it ends with this process. */
  keys: KeyPair;
  release: Approved;
  revoke: boolean;
  /** Whether the policy wants what is published to be what a second job has built too. */
  secondBuild: boolean;
  /** How long the session is good for waiting, in milliseconds. */
  longestWaitMs: number;
  /** When that is over, as Date.now() counts. */
  endsAt: number;
}

export interface Report {
  /** The one that it is about, where several are published. */
  package?: string;
  packed?: Array<{ package: string; shasum: string; integrity: string }>;
  outcome?: "published" | "staged" | "approved" | "rejected" | "failed";
  stageId?: string;
  npmUser?: string;
  shasum?: string;
  integrity?: string;
  /** SHA-1 of what npm holds as staged, where this job may read it. */
  heldShasum?: string;
  revoked?: "revoked" | "failed" | "not-asked";
  message?: string;
}

/** Introduces this job to Countersign. The OIDC token names our one-time key as its audience, so it is good for nobody else. */
export async function openSession(url: string, step: "publish" | "otp" | "stage" | "post"): Promise<Session> {
  const keys = await generateKeyPair();
  const digest = createHash("sha256").update(Buffer.from(keys.publicKey, "base64")).digest("base64url");
  const bearer = randomBytes(32).toString("base64url");
  const bearerHash = createHash("sha256").update(bearer).digest("hex");
  const body = { publicKey: keys.publicKey, bearerHash, step };
  // The job may be a moment faster than Countersign's note that its gate is open. A new token each time: each is good once.
  const answer = await patiently(
    async () =>
      await call(url, { method: "POST", path: "/sessions", bearer: await idToken(`${url}/runner/${digest}`), body }),
    (error) => error.passing || error.code === "not-now",
    [500, 1000, 2000, 4000],
  );
  return { url, bearer, keys, ...readSession(answer) };
}

/** What became of a report. */
export interface Heard {
  told: boolean;
  /** Why the release doesn't go on, as Countersign says; null: it does, or nobody said. */
  over: string | null;
}

/** How long Countersign is waited for where a silence would stop the job: it may be starting anew just now. In milliseconds. */
export const longPauses: readonly number[] = [500, 2000, 5000, 10_000, 20_000, 30_000];

/** Tells Countersign what was seen; a report that can't be given doesn't change what happened. `pauses`: how long it is tried. */
export async function report(session: Session, told: Report, pauses?: readonly number[]): Promise<Heard> {
  const send = async (): Promise<unknown> =>
    await call(session.url, {
      method: "POST",
      path: `/sessions/${session.id}/reports`,
      bearer: session.bearer,
      body: told,
    });
  return await patiently(send, undefined, pauses).then(
    (answer) => ({ told: true, over: overOf(answer) }),
    () => ({ told: false, over: null }),
  );
}

/**
 * Asks whether the release still goes on, before npm is asked for something that can't be taken back: somebody may have stopped it, and
 * GitHub needs a while to cancel a job. Where nobody can say, nothing is published. A Countersign that doesn't know the question yet
 * stops nobody.
 * @param so what that means for the packages, as a sentence
 * @throws StepError where it doesn't go on, the session's time is over, or Countersign can't be asked
 */
export async function refuseOver(session: Session, so = ""): Promise<void> {
  // What would be published or staged now could not be reported any more.
  if (Date.now() >= session.endsAt)
    throw new StepError(
      `The time that this job has with Countersign is over, so npm isn't asked for anything more: ask again with /release. ${so}`.trim(),
    );
  const ask = async (): Promise<Record<string, unknown>> =>
    await call(session.url, { method: "GET", path: `/sessions/${session.id}`, bearer: session.bearer });
  // Countersign says so itself, in JSON; what stands before it says 404 too while it is away.
  const isOlder = ({ status, code }: ServerError): boolean => status === 404 && code === "not-found";
  const isAway = (error: ServerError): boolean => error.passing || (error.status === 404 && !isOlder(error));
  const answer = await patiently(ask, isAway, longPauses).catch((error: unknown) => {
    if (error instanceof ServerError && isOlder(error)) return {};
    if (!(error instanceof ServerError) || !isAway(error)) throw error;
    throw new StepError(
      `Countersign can't be asked whether the release still goes on, so npm isn't asked for anything. ${error.message} Ask again with /release once it answers.`,
    );
  });
  const over = overOf(answer);
  if (over !== null) throw new StepError(`${over} ${so}`.trim());
}

function overOf(answer: unknown): string | null {
  const over = (answer as { over?: unknown } | null | undefined)?.over;
  return typeof over === "string" ? over : null;
}

function readMode(mode: string): Mode {
  if (modes.includes(mode)) return mode as Mode;
  throw new StepError(`This step doesn't know the mode ${mode}: use the step of Countersign's version.`);
}

function readDecision(given: unknown): Decision {
  const { verb, id, shasum } = (given ?? {}) as Record<string, unknown>;
  const known = typeof id === "string" && typeof shasum === "string";
  if (
    (verb === "approve" || verb === "reject") &&
    known &&
    /^[0-9a-f-]{36}$/i.test(id) &&
    /^[0-9a-f]{40}$/.test(shasum)
  )
    return { verb, id, shasum };
  throw new StepError("Countersign answered in a form that this step doesn't know: use the step of its version.");
}

function readSession(
  answer: Record<string, unknown>,
): Pick<Session, "id" | "release" | "revoke" | "secondBuild" | "longestWaitMs" | "endsAt"> {
  const release = (answer["release"] ?? {}) as Record<string, unknown>;
  const text = (value: unknown): string => {
    if (typeof value === "string" && value !== "") return value;
    throw new StepError("Countersign answered in a form that this step doesn't know: use the step of its version.");
  };
  const several = release["packages"];
  const packages = Array.isArray(several) ? several.map(text) : null;
  return {
    id: text(answer["session"]),
    release: {
      package: text(packages === null ? release["package"] : packages[0]),
      packages,
      version: text(release["version"]),
      tag: text(release["tag"]),
      releaser: text(release["releaser"]),
      registry: release["registry"] === undefined ? null : text(release["registry"]),
      mode: readMode(text(release["mode"])),
      stage: release["stage"] === undefined ? null : readDecision(release["stage"]),
    },
    revoke: answer["revoke"] === true,
    secondBuild: answer["secondBuild"] === true,
    longestWaitMs: Number(answer["maxWaitSeconds"] ?? 0) * 1000,
    endsAt: Date.now() + Number(answer["maxWaitSeconds"] ?? 0) * 1000,
  };
}
