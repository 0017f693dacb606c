import { createHash, randomBytes } from "node:crypto";
import { generateKeyPair } from "../../src/domain/sealed-box.ts";
import type { KeyPair } from "../../src/domain/sealed-box.ts";
import { idToken } from "./id-token.ts";
import { call, patiently } from "./server.ts";
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
  /** How long the session is good for waiting, in milliseconds. */
  longestWaitMs: number;
}

export interface Report {
  /** The one that it is about, where several are published. */
  package?: string;
  packed?: Array<{ package: string; shasum: string; integrity: string }>;
  outcome?: "published" | "staged" | "failed";
  stageId?: string;
  npmUser?: string;
  shasum?: string;
  integrity?: string;
  revoked?: "revoked" | "failed" | "not-asked";
  message?: string;
}

/** Introduces this job to Countersign. The OIDC token names our one-time key as its audience, so it is good for nobody else. */
export async function openSession(url: string, step: "publish" | "otp" | "post"): Promise<Session> {
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

/** Tells Countersign what was seen; a report that can't be given doesn't change what happened. */
export async function report(session: Session, told: Report): Promise<boolean> {
  const send = async (): Promise<unknown> =>
    await call(session.url, {
      method: "POST",
      path: `/sessions/${session.id}/reports`,
      bearer: session.bearer,
      body: told,
    });
  return await patiently(send).then(
    () => true,
    () => false,
  );
}

function readMode(mode: string): Mode {
  if (modes.includes(mode)) return mode as Mode;
  throw new StepError(`This step doesn't know the mode ${mode}: use the step of Countersign's version.`);
}

function readSession(answer: Record<string, unknown>): Pick<Session, "id" | "release" | "revoke" | "longestWaitMs"> {
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
    },
    revoke: answer["revoke"] === true,
    longestWaitMs: Number(answer["maxWaitSeconds"] ?? 0) * 1000,
  };
}
