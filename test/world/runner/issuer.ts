import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { JobOrder } from "../types.ts";
import { refTypeOf, workflowRefOf } from "./refs.ts";
import { workflowNameOf } from "./workflow.ts";

type Claims = Record<string, string>;

/** GitHub's claims about a job (docs, "OpenID Connect reference"); ids are strings. */
export function claimsOf(order: JobOrder, workflowName: string = workflowNameOf(order)): Claims {
  const repository = `${order.repository.owner}/${order.repository.name}`;
  const { owner, ownerId, name, id } = order.repository;
  // As of repositories made after July 15, 2026 (docs, "OpenID Connect reference").
  const immutable = `${owner}@${ownerId}/${name}@${id}`;
  const workflowRef = workflowRefOf(order);
  return {
    sub: `repo:${immutable}:${order.environment === null ? `ref:${order.ref}` : `environment:${order.environment}`}`,
    actor: order.actor.login,
    actor_id: String(order.actor.id),
    base_ref: "",
    check_run_id: String(order.jobId),
    ...(order.environment === null ? {} : { environment: order.environment }),
    event_name: order.event.name,
    head_ref: "",
    job_workflow_ref: workflowRef,
    job_workflow_sha: order.sha,
    ref: order.ref,
    ref_type: refTypeOf(order.ref),
    repository,
    repository_id: String(order.repository.id),
    repository_owner: order.repository.owner,
    repository_owner_id: String(order.repository.ownerId),
    repository_visibility: order.repository.visibility,
    run_attempt: String(order.runAttempt),
    run_id: String(order.runId),
    run_number: String(order.runNumber),
    runner_environment: "github-hosted",
    sha: order.sha,
    workflow: workflowName,
    workflow_ref: workflowRef,
    workflow_sha: order.sha,
  };
}

/** What a job asks for tokens with, until it ends. */
export interface Grant {
  url: string;
  bearer: string;
  end(): void;
}

export interface Issuer {
  url: string;
  grant(order: JobOrder, workflowName: string): Grant;
  /** A token that GitHub wouldn't have made like this: by a foreign key, an hour old, of another issuer, or with any claims. */
  mint(
    claims: Claims,
    audience: string,
    of?: { foreign?: boolean; expired?: boolean; issuer?: string },
  ): Promise<string>;
  close(): Promise<void>;
}

/** An OIDC issuer with its key set, and the address at which running jobs ask for tokens. Times are the world's. */
export async function startIssuer(clock: () => Date = () => new Date()): Promise<Issuer> {
  const pair = await generateKeyPair("RS256");
  const foreign = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "world", alg: "RS256", use: "sig" };
  const grants = new Map<string, { claims: Claims; audience: string }>();
  let url = "";
  const mint: Issuer["mint"] = async (claims, audience, of = {}) => {
    const now = Math.floor(clock().getTime() / 1000) - (of.expired === true ? 3600 : 0);
    return await new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "world", typ: "JWT" })
      .setIssuer(of.issuer ?? url)
      .setAudience(audience)
      .setIssuedAt(now)
      .setNotBefore(now - 600)
      .setExpirationTime(now + 300)
      .setJti(randomUUID())
      .sign(of.foreign === true ? foreign.privateKey : pair.privateKey);
  };
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? "/", url);
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (asked.pathname === "/.well-known/jwks") return send(200, { keys: [jwk] });
    if (asked.pathname === "/.well-known/openid-configuration")
      return send(200, {
        issuer: url,
        jwks_uri: `${url}/.well-known/jwks`,
        id_token_signing_alg_values_supported: ["RS256"],
      });
    const grant = grants.get(/^bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "");
    if (asked.pathname !== "/token" || grant === undefined) return send(401, { message: "no such running job" });
    const audience = asked.searchParams.get("audience") ?? grant.audience;
    void mint(grant.claims, audience).then((value) => send(200, { value }));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    grant(order, workflowName) {
      const bearer = randomBytes(24).toString("base64url");
      grants.set(bearer, {
        claims: claimsOf(order, workflowName),
        audience: `${order.serverUrl}/${order.repository.owner}`,
      });
      return { url: `${url}/token?api-version=2.0`, bearer, end: () => void grants.delete(bearer) };
    },
    mint,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
