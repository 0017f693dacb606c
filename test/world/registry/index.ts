/**
 * An npm registry on loopback: Verdaccio stores the packages, and a front before it has npm's own rules (facts: npm CLI 11 and npm's
 * documents): tokens with owner, packages and expiry that really die, 401 with `www-authenticate: OTP`, authenticator codes, the
 * web challenge (`authUrl`, `doneUrl`), whoami, the exchange of OIDC tokens.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { Accounts, digest } from "./accounts.ts";
import type { Account, Token } from "./accounts.ts";
import { startStore } from "./store.ts";

/** One request, without tokens and codes: only their digests. */
export interface RegistryLine {
  method: string;
  path: string;
  user: string | null;
  otp: boolean;
  token: string | null;
  status: number;
}

export interface Trust {
  repository: string;
  workflow: string;
  environment: string;
  issuer: string;
}

export interface PersonAtNpm {
  name: string;
  /** The authenticator app's present code. */
  totp(): string;
  wrongCode(): string;
  /** Touches the security key on npm's page. */
  confirm(authUrl: string): Promise<void>;
  recovery: string[];
}

interface Ask {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  body: Buffer;
  bearer: string;
  token: Token | null;
  line: RegistryLine;
}

export async function startRegistry(options: { now?: () => Date } = {}) {
  const accounts = new Accounts(options.now ?? ((): Date => new Date()));
  const store = await startStore();
  const trusts = new Map<string, Trust>();
  const log: RegistryLine[] = [];
  const faults = { down: false, status: null as number | null };
  let origin = "";

  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => answer(response, 500, { error: String(error) }));
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", origin);
    const body = await read(request);
    if (faults.down) return void request.socket.destroy();
    if (faults.status !== null) return answer(response, faults.status, { error: "the registry has a bad day" });
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const token = bearer === "" ? null : accounts.live(bearer);
    const path = url.pathname.replace(/npm_\w+/g, "npm_…");
    const otp = request.headers["npm-otp"] !== undefined;
    const line: RegistryLine = {
      method: request.method ?? "",
      path,
      user: token?.owner ?? null,
      otp,
      token: bearer === "" ? null : digest(bearer),
      status: 0,
    };
    log.push(line);
    response.on("finish", () => void (line.status = response.statusCode));
    await route({ request, response, url, body, bearer, token, line });
  }

  async function route(ask: Ask): Promise<void> {
    const { request, response, url } = ask;
    const path = decodeURIComponent(url.pathname);
    if (path.startsWith("/auth/cli/")) return confirmPage(ask, path.slice("/auth/cli/".length));
    if (path === "/-/v1/done") return done(response, url.searchParams.get("authId") ?? "");
    if (path.startsWith("/-/npm/v1/oidc/token/exchange/package/"))
      return await exchange(ask, path.slice("/-/npm/v1/oidc/token/exchange/package/".length));
    if (ask.bearer !== "" && ask.token === null) return answer(response, 401, { error: "Invalid or expired token" });
    if (path === "/-/whoami")
      return ask.token === null
        ? answer(response, 401, { error: "Unauthorized" })
        : answer(response, 200, { username: ask.token.owner });
    if (path.startsWith("/-/user/token/") && request.method === "DELETE")
      return revoke(ask, path.slice("/-/user/token/".length));
    if (request.method === "PUT" && !path.startsWith("/-/")) return await publish(ask, path.slice(1));
    await proxy(ask, ask.body);
  }

  /** `npm logout`: the token in the path, and as bearer; afterwards it is dead. */
  function revoke(ask: Ask, value: string): void {
    if (ask.bearer !== value) return answer(ask.response, 403, { error: "You may only revoke your own token" });
    accounts.tokens.delete(value);
    answer(ask.response, 200, { ok: true });
  }

  async function publish(ask: Ask, name: string): Promise<void> {
    const { response, token, request } = ask;
    if (token === null) return answer(response, 401, { error: "You must be logged in to publish packages." });
    if (token.readOnly || !token.packages.includes(name))
      return answer(response, 403, { error: `You do not have permission to publish "${name}".` });
    const account = accounts.accounts.get(token.owner);
    if (account?.tfa !== null && account !== undefined && !token.bypass2fa && !secondFactor(ask, account, name)) return;
    const document = JSON.parse(ask.body.toString()) as { versions: Record<string, Record<string, unknown>> };
    for (const version of Object.values(document.versions))
      version["_npmUser"] = { name: token.owner, email: `${token.owner}@example.com` };
    void request;
    await proxy(ask, Buffer.from(JSON.stringify(document)));
  }

  /** True where the second factor was given; otherwise the answer has been sent. */
  function secondFactor(ask: Ask, account: Account, what: string): boolean {
    const { request, response } = ask;
    const otp = request.headers["npm-otp"];
    const proven = typeof otp === "string" && otp !== "" ? accounts.prove(account, otp) : null;
    if (proven === "right") return true;
    if (proven === "limited") {
      answer(response, 429, { error: "Could not authenticate" });
      return false;
    }
    const headers = { "www-authenticate": "OTP" };
    if (account.tfa === "web" && request.headers["npm-auth-type"] === "web") {
      const { id } = accounts.challenge(account, what);
      answer(
        response,
        401,
        { authUrl: `${origin}/auth/cli/${id}`, doneUrl: `${origin}/-/v1/done?authId=${id}` },
        headers,
      );
    } else {
      const notice = 'You must provide a one-time pass. You can provide one using the "--otp" flag.';
      answer(
        response,
        401,
        { error: "You must provide a one-time pass. Upgrade your client to npm@latest in order to use 2FA." },
        { ...headers, "npm-notice": notice },
      );
    }
    return false;
  }

  function confirmPage({ request, response }: Ask, id: string): void {
    const challenge = accounts.challenges.get(id);
    if (challenge === undefined) return html(response, 404, "<p>This link is not known.</p>");
    if (request.method === "POST") {
      accounts.confirm(id);
      return html(response, 200, "<h1>Authenticated</h1><p>You may close this page.</p>");
    }
    const form = '<form method="post"><button>Use security key</button></form>';
    html(response, 200, `<h1>Security key</h1><p>${challenge.account} publishes ${challenge.what}.</p>${form}`);
  }

  function done(response: ServerResponse, id: string): void {
    const challenge = accounts.challenges.get(id);
    if (challenge === undefined) return answer(response, 404, { error: "not found" });
    if (challenge.token === null) return answer(response, 202, {}, { "retry-after": "1" });
    answer(response, 200, { token: challenge.token });
  }

  /** npm tries this first wherever a job has `id-token: write`; where a publisher is trusted its token needs no second factor. */
  async function exchange({ response, bearer }: Ask, name: string): Promise<void> {
    const trust = trusts.get(name);
    if (trust === undefined)
      return answer(response, 404, { message: "No trusted publisher is configured for this package" });
    try {
      const keys = createRemoteJWKSet(new URL("/.well-known/jwks", trust.issuer));
      const { payload } = await jwtVerify(bearer, keys, {
        audience: `npm:${new URL(origin).host}`,
        issuer: trust.issuer,
      });
      const file = String(payload["workflow_ref"])
        .replace(/^.*\/\.github\/workflows\//, "")
        .replace(/@.*$/, "");
      if (
        payload["repository"] !== trust.repository ||
        file !== trust.workflow ||
        payload["environment"] !== trust.environment
      )
        throw new Error("claims");
      accounts.add(`trusted:${name}`, null);
      answer(response, 201, {
        token_type: "oidc",
        token: accounts.issue(`trusted:${name}`, { packages: [name], bypass2fa: true }),
        created: new Date(),
        expires: new Date(Date.now() + 3_600_000),
      });
    } catch {
      answer(response, 403, { message: "The OIDC token does not match the trusted publisher" });
    }
  }

  async function proxy({ request, response, url }: Ask, body: Buffer): Promise<void> {
    const headers: Record<string, string> = { accept: request.headers.accept ?? "application/json" };
    if (body.length > 0) headers["content-type"] = request.headers["content-type"] ?? "application/json";
    const method = request.method ?? "GET";
    const stored = await fetch(`${store.url}${url.pathname}`, {
      method,
      headers,
      ...(method === "GET" || method === "HEAD" ? {} : { body: new Uint8Array(body) }),
    });
    const type = stored.headers.get("content-type") ?? "application/octet-stream";
    const bytes = Buffer.from(await stored.arrayBuffer());
    const out = type.includes("json") ? Buffer.from(bytes.toString().replaceAll(store.url, origin)) : bytes;
    response.writeHead(stored.status, { "content-type": type });
    response.end(out);
  }

  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function put(name: string, version: string): Promise<void> {
    const file = `${name.split("/").at(-1) ?? name}-${version}.tgz`;
    const document = {
      _id: name,
      name,
      "dist-tags": { latest: version },
      versions: {
        [version]: {
          name,
          version,
          _npmUser: { name: "seed", email: "seed@example.com" },
          dist: { shasum: createHash("sha1").update("seed").digest("hex"), tarball: `${origin}/${name}/-/${file}` },
        },
      },
      _attachments: {
        [file]: { content_type: "application/octet-stream", data: Buffer.from("seed").toString("base64"), length: 4 },
      },
    };
    const stored = await fetch(`${store.url}/${name.replace("/", "%2f")}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(document),
    });
    if (!stored.ok) throw new Error(`the first version could not be stored: ${stored.status} ${await stored.text()}`);
  }

  return {
    url: `${origin}/`,
    log,
    faults,
    // eslint-disable-next-line typescript/require-await
    async account(name: string, of: { tfa: Account["tfa"] }): Promise<PersonAtNpm> {
      const account = accounts.add(name, of.tfa);
      return {
        name,
        totp: () => accounts.code(account),
        wrongCode: () => String((Number(accounts.code(account)) + 1) % 1_000_000).padStart(6, "0"),
        confirm: async (authUrl) => void (await fetch(authUrl, { method: "POST" })),
        recovery: [...account.recovery],
      };
    },
    token: (owner: string, of: Partial<Omit<Token, "owner">>): string => accounts.issue(owner, of),
    isAlive: (token: string): boolean => accounts.live(token) !== null,
    trust: (name: string, trust: Trust): void => void trusts.set(name, trust),
    async published(name: string): Promise<{
      versions: Record<string, { dist: { shasum: string }; _npmUser?: { name: string } }>;
      "dist-tags": Record<string, string>;
    } | null> {
      const found = await fetch(`${store.url}/${name.replace("/", "%2f")}`);
      return found.ok ? ((await found.json()) as never) : null;
    },
    seed: put,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise<void>((ended) => server.close(() => ended()));
      await store.close();
    },
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

function html(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>npm, simulated</title>${body}</html>`);
}
