import { createVerify } from "node:crypto";
import type { Core } from "./core.ts";
import { Answer } from "./errors.ts";
import { grantsOf } from "./workflow-file.ts";
import type { Caller } from "./handlers/types.ts";
import type { AppState, InstallationTokenState } from "./state.ts";

const bad = (): Answer => new Answer(401, "Bad credentials");

/** Who sends a request, by its `authorization` header. */
export function callerOf(core: Core, header: string | undefined): Caller {
  if (header === undefined) return { kind: "none" };
  const [, scheme = "", value = ""] = /^(\S+)\s+(\S+)$/.exec(header) ?? [];
  if (scheme.toLowerCase() === "basic") return basic(core, value);
  const installed = core.state.installationTokens.get(value);
  if (installed !== undefined) return ofInstallation(core, installed);
  const personal = core.state.userTokens.get(value);
  if (personal !== undefined) {
    const app = core.state.apps.get(personal.appId);
    const user = core.state.users.get(personal.userId);
    if (app === undefined || user === undefined || personal.expiresAt <= core.now()) throw bad();
    return { kind: "person", app, user, token: value, permissions: app.permissions };
  }
  const job = /^ghs_job(\d+)$/.exec(value)?.[1];
  if (job !== undefined) return ofJob(core, Number(job));
  if (value.split(".").length === 3 && !value.startsWith("gh")) return { kind: "app", app: verifyJwt(core, value) };
  throw bad();
}

/** A token of an installation that was removed is dead, that of a suspended one refused. */
function ofInstallation(core: Core, token: InstallationTokenState): Caller {
  const installation = core.state.installations.get(token.installationId);
  const app = core.state.apps.get(installation?.appId ?? 0);
  // Real time: the app's token cache lives by it.
  if (installation === undefined || app === undefined || token.expiresAt <= new Date()) throw bad();
  if (installation.suspendedAt !== null) throw new Answer(403, "This installation has been suspended");
  const granted = installation.permissions ?? app.permissions;
  return {
    kind: "installation",
    app,
    installation,
    permissions: token.permissions ?? granted,
    repositoryIds: token.repositoryIds ?? installation.repositoryIds,
  };
}

/** Good while its job runs (docs, "GITHUB_TOKEN"); it may do what the job's `permissions` say, or the workflow's. */
function ofJob(core: Core, id: number): Caller {
  for (const repository of core.state.repositories.values())
    for (const run of repository.runs.values())
      for (const job of run.attempts.flatMap(({ jobs }) => jobs))
        if (job.id === id && job.status === "in_progress") {
          const text = repository.commits.get(run.headSha)?.files.get(run.path) ?? "";
          return { kind: "job", repositoryId: repository.id, botId: run.actorId, permissions: grantsOf(text, job.key) };
        }
  throw bad();
}

function basic(core: Core, value: string): Caller {
  const [id, secret] = Buffer.from(value, "base64").toString().split(":");
  const app = [...core.state.apps.values()].find((one) => one.clientId === id);
  if (app === undefined || app.clientSecret !== secret) throw bad();
  return { kind: "basic", app };
}

/** Clocks may differ by this many seconds. */
const drift = 60;

/** RS256, `iss` the app's id or client id, at most ten minutes long (docs, "Generating a JSON Web Token for a GitHub App"). */
function verifyJwt(core: Core, token: string): AppState {
  const undecodable = new Answer(401, "A JSON web token could not be decoded");
  const [head = "", body = "", signature = ""] = token.split(".");
  const header = json(head);
  const claims = json(body);
  if (header?.["alg"] !== "RS256" || claims === null) throw undecodable;
  const app = [...core.state.apps.values()].find((one) =>
    [String(one.id), one.clientId].includes(String(claims["iss"])),
  );
  const signed = (key: string): boolean =>
    createVerify("RSA-SHA256").update(`${head}.${body}`).verify(key, Buffer.from(signature, "base64url"));
  if (app === undefined || ![app.publicKey, ...(app.otherKeys ?? [])].some(signed)) throw undecodable;
  // Real time: the signer has no other.
  const now = Date.now() / 1000;
  const [issued, expires] = [claims["iat"], claims["exp"]];
  if (typeof issued !== "number" || issued > now + drift)
    throw new Answer(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  if (typeof expires !== "number" || expires <= now)
    throw new Answer(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time");
  if (expires > now + 600) throw new Answer(401, "'Expiration time' claim ('exp') is too far in the future");
  return app;
}

function json(part: string): Record<string, unknown> | null {
  try {
    const read = JSON.parse(Buffer.from(part, "base64url").toString()) as unknown;
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
