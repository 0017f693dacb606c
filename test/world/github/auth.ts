import { createVerify } from "node:crypto";
import type { Core } from "./core.ts";
import { Answer } from "./errors.ts";
import type { Caller } from "./handlers/types.ts";
import type { AppState } from "./state.ts";

const bad = (): Answer => new Answer(401, "Bad credentials");

/** Who sends a request, by its `authorization` header. */
export function callerOf(core: Core, header: string | undefined): Caller {
  if (header === undefined) return { kind: "none" };
  const [scheme = "", value = ""] = header.split(" ");
  if (scheme.toLowerCase() === "basic") return basic(core, value);
  if (value.split(".").length === 3) return { kind: "app", app: verifyJwt(core, value) };
  const installed = core.state.installationTokens.get(value);
  if (installed !== undefined) {
    const installation = core.state.installations.get(installed.installationId);
    const app = core.state.apps.get(installation?.appId ?? 0);
    if (installation === undefined || app === undefined || installed.expiresAt < new Date()) throw bad();
    if (installation.suspendedAt !== null) throw new Answer(403, "This installation has been suspended");
    return { kind: "installation", app, installation };
  }
  const personal = core.state.userTokens.get(value);
  const app = core.state.apps.get(personal?.appId ?? 0);
  const user = core.state.users.get(personal?.userId ?? 0);
  if (app === undefined || user === undefined) throw bad();
  return { kind: "person", app, user, token: value };
}

function basic(core: Core, value: string): Caller {
  const [id, secret] = Buffer.from(value, "base64").toString().split(":");
  const app = [...core.state.apps.values()].find((one) => one.clientId === id);
  if (app === undefined || app.clientSecret !== secret) throw bad();
  return { kind: "basic", app };
}

/** RS256, `iss` the app's id or client id, at most ten minutes long (docs, "Generating a JSON Web Token for a GitHub App"). */
function verifyJwt(core: Core, token: string): AppState {
  const [head = "", body = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as {
    iss?: string | number;
    exp?: number;
    iat?: number;
  };
  const app = [...core.state.apps.values()].find(
    (one) => String(one.id) === String(claims.iss) || one.clientId === claims.iss,
  );
  const now = Date.now() / 1000;
  const verify = createVerify("RSA-SHA256").update(`${head}.${body}`);
  if (app === undefined || !verify.verify(app.publicKey, Buffer.from(signature, "base64url")))
    throw new Answer(401, "A JSON web token could not be decoded");
  if ((claims.exp ?? 0) < now || (claims.exp ?? 0) > now + 660 || (claims.iat ?? 0) > now + 60)
    throw new Answer(401, "'Expiration time' claim ('exp') is too far in the future");
  return app;
}
