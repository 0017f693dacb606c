import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export interface Issuer {
  url: string;
  /** What a job's ACTIONS_ID_TOKEN_REQUEST_URL is; its token is `request-token`. */
  requestUrl: string;
  sign(
    claims: Record<string, unknown>,
    audience: string,
    times?: { at?: Date; key?: "own" | "foreign"; issuer?: string },
  ): Promise<string>;
  close(): Promise<void>;
}

/** GitHub's issuer of OIDC tokens, as far as a job and a verifier see it. */
export async function startIssuer(claims: () => Record<string, unknown>): Promise<Issuer> {
  const own = await generateKeyPair("RS256");
  const foreign = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(own.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  const sign: Issuer["sign"] = async (said, audience, { at = new Date(), key = "own", issuer = url } = {}) =>
    await new SignJWT(said)
      .setProtectedHeader({ alg: "RS256", kid: "k1", typ: "JWT" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(at)
      .setExpirationTime(new Date(at.getTime() + 300_000))
      .sign(key === "own" ? own.privateKey : foreign.privateKey);
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const send = (body: unknown, status = 200): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (pathname === "/.well-known/jwks") return send({ keys: [jwk] });
    if (pathname !== "/token" || request.headers.authorization !== "bearer request-token") return send({}, 401);
    void sign(claims(), searchParams.get("audience") ?? "").then((value) => send({ value }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, requestUrl: `${url}/token?api-version=1`, sign },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
