/**
 * An npm registry on loopback: Verdaccio stores the packages, and a front before it has npm's own rules (facts: npm CLI 11 and npm's
 * documents): tokens with owner, packages and expiry that really die, 401 with `www-authenticate: OTP`, authenticator codes, the
 * web challenge (`authUrl`, `doneUrl`), whoami, a package's collaborators, the exchange of OIDC tokens.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Accounts, digest } from "./accounts.ts";
import type { Account, Token } from "./accounts.ts";
import { answer, escape, html, read } from "./http.ts";
import { startStore } from "./store.ts";
import { trusts } from "./trust.ts";
import type { Trust } from "./trust.ts";
import type { Packument, RegistryFaults, PersonAtNpm, RegistryHabits, RegistryLine, Right } from "./types.ts";

export type { Trust } from "./trust.ts";
export type { Packument, PersonAtNpm, RegistryFaults, RegistryHabits, RegistryLine } from "./types.ts";

interface Ask {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  body: Buffer;
  bearer: string;
  token: Token | null;
}

export async function startRegistry(options: { now?: () => Date } = {}) {
  const now = options.now ?? ((): Date => new Date());
  const accounts = new Accounts(now);
  const store = await startStore();
  const trusted = new Map<string, Trust>();
  const log: RegistryLine[] = [];
  const faults: RegistryFaults = { down: false, hold: null, status: null };
  const habits: RegistryHabits = { listsTokens: false, forgets: true };
  /** Rights that were set by hand, by package and user. */
  const rights = new Map<string, Record<string, Right>>();
  let origin = "";

  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answer(response, 500, { error: String(error) });
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", origin);
    const body = await read(request);
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const otp = request.headers["npm-otp"];
    await faults.hold?.(request.method ?? "", url.pathname);
    const token = bearer === "" ? null : accounts.live(bearer);
    const line: RegistryLine = {
      at: now(),
      method: request.method ?? "",
      path: url.pathname.replace(/npm_\w+/g, "npm_…"),
      user: token?.owner ?? null,
      otp: otp !== undefined,
      otpDigest: otp === undefined ? null : digest(String(otp)),
      token: bearer === "" ? null : digest(bearer),
      status: 0,
    };
    log.push(line);
    response.on("finish", () => void (line.status = response.statusCode));
    if (faults.down) return void request.socket.destroy();
    const bad = typeof faults.status === "function" ? faults.status(line.method, line.path) : faults.status;
    if (bad !== null) return answer(response, bad, { error: "the registry has a bad day" });
    await route({ request, response, url, body, bearer, token });
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
    const about = /^\/-\/package\/(.+)\/collaborators$/.exec(path)?.[1];
    if (about !== undefined && request.method === "GET") return await collaborators(ask, about);
    if (path === "/-/npm/v1/tokens" && request.method === "GET" && ask.token !== null && habits.listsTokens)
      return listTokens(ask, ask.token.owner);
    // The account's own pages take a session, which no publishing token is (npm's documents, "tokens").
    if (path.startsWith("/-/npm/v1/"))
      return answer(response, ask.token === null ? 401 : 403, { error: "This needs a session token." });
    if (request.method === "GET" || request.method === "HEAD") return await proxy(ask, ask.body);
    await write(ask, path);
  }

  /** `npm logout`: the token in the path, and as bearer; afterwards it is dead. */
  function revoke(ask: Ask, value: string): void {
    if (ask.bearer !== value) return answer(ask.response, 403, { error: "You may only revoke your own token" });
    if (habits.forgets) accounts.tokens.delete(value);
    answer(ask.response, 200, { ok: true });
  }

  /** Whoever has a token to write a package may write it, unless a test says otherwise. */
  async function collaborators({ response, token }: Ask, name: string): Promise<void> {
    if (token === null) return answer(response, 401, { error: "You must be logged in" });
    if ((await published(name)) === null) return answer(response, 404, { error: "Not found" });
    const writers = [...accounts.tokens.values()].filter((one) => one.packages.includes(name) && !one.readOnly);
    const list = Object.fromEntries(writers.map((one): [string, Right] => [one.owner, "read-write"]));
    answer(response, 200, { ...list, ...rights.get(name) });
  }

  /** The form of npm's API description (`npm token list`): shortened, ten on a page. */
  function listTokens({ response, url }: Ask, owner: string): void {
    const all = [...accounts.tokens].filter(([, one]) => one.owner === owner);
    const [page, perPage] = [Number(url.searchParams.get("page") ?? 0), Number(url.searchParams.get("perPage") ?? 10)];
    const objects = all.slice(page * perPage, (page + 1) * perPage).map(([value, one]) => ({
      ...{ key: one.key, name: "release", description: "", token: `${value.slice(0, 8)}...${value.slice(-4)}` },
      ...{ expiry: one.expiresAt.toISOString(), readonly: one.readOnly, bypass_2fa: one.bypass2fa, cidr: null },
      ...{ revoked: null, created: one.created.toISOString(), updated: one.created.toISOString() },
    }));
    const more = (page + 1) * perPage < all.length;
    const urls = more ? { next: `/-/npm/v1/tokens?page=${page + 1}&perPage=${perPage}` } : {};
    answer(response, 200, { objects, total: all.length, urls });
  }

  /** Everything that changes a package: versions, dist-tags, deprecation, removal. */
  async function write(ask: Ask, path: string): Promise<void> {
    const { response, token, request } = ask;
    const name = /^\/(?:-\/package\/)?((?:@[^/]+\/)?[^-@/][^/]*)(?:\/|$)/.exec(path)?.[1];
    if (name === undefined) return answer(response, 404, { error: "not found" });
    if (token === null) return answer(response, 401, { error: "You must be logged in to publish packages." });
    if (token.readOnly || !token.packages.includes(name))
      return answer(response, 403, { error: `You do not have permission to publish "${name}".` });
    const account = accounts.accounts.get(token.owner);
    if (account?.tfa !== null && account !== undefined && !token.bypass2fa && !secondFactor(ask, account, name)) return;
    if (request.method === "PUT" && path === `/${name}`) await publish(ask, name, token.owner);
    else await proxy(ask, ask.body);
  }

  async function publish(ask: Ask, name: string, owner: string): Promise<void> {
    const document = JSON.parse(ask.body.toString()) as {
      versions?: Record<string, Record<string, unknown>>;
      _attachments?: Record<string, unknown>;
    };
    const versions = Object.entries(document.versions ?? {});
    const there = Object.keys((await published(name))?.versions ?? {});
    const again = versions.find(([version]) => there.includes(version));
    if (again !== undefined && Object.keys(document._attachments ?? {}).length > 0)
      return answer(ask.response, 403, {
        error: `You cannot publish over the previously published versions: ${again[0]}.`,
      });
    for (const [, version] of versions) version["_npmUser"] = { name: owner, email: `${owner}@example.com` };
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
    html(
      response,
      200,
      `<h1>Security key</h1><p>${escape(challenge.account)} publishes ${escape(challenge.what)}.</p>${form}`,
    );
  }

  function done(response: ServerResponse, id: string): void {
    const challenge = accounts.challenges.get(id);
    if (challenge === undefined) return answer(response, 404, { error: "not found" });
    if (challenge.token === null) return answer(response, 202, {}, { "retry-after": "1" });
    answer(response, 200, { token: challenge.token });
  }

  /** npm tries this first wherever a job has `id-token: write`; where a publisher is trusted its token needs no second factor. */
  async function exchange({ response, bearer }: Ask, name: string): Promise<void> {
    const trust = trusted.get(name);
    if (trust === undefined)
      return answer(response, 404, { message: "No trusted publisher is configured for this package" });
    if (!(await trusts(trust, bearer, `npm:${new URL(origin).hostname}`)))
      return answer(response, 403, { message: "The OIDC token does not match the trusted publisher" });
    const owner = `trusted:${name}`;
    if (!accounts.accounts.has(owner)) accounts.add(owner, null);
    const expiresAt = new Date(now().getTime() + 3_600_000);
    const token = accounts.issue(owner, { packages: [name], bypass2fa: true, expiresAt });
    answer(response, 201, { token_type: "oidc", token, created: now(), expires: expiresAt });
  }

  async function proxy({ request, response, url }: Ask, body: Buffer): Promise<void> {
    const headers: Record<string, string> = { accept: request.headers.accept ?? "application/json" };
    if (body.length > 0) headers["content-type"] = request.headers["content-type"] ?? "application/json";
    const method = request.method ?? "GET";
    const stored = await fetch(`${store.url}${url.pathname}${url.search}`, {
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

  async function published(name: string): Promise<Packument | null> {
    const found = await fetch(`${store.url}/${name.replace("/", "%2f")}`);
    return found.ok ? (JSON.parse((await found.text()).replaceAll(store.url, origin)) as Packument) : null;
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
    habits,
    /** What a user may do with a package, from now on. */
    collaborator: (name: string, user: string, right: Right): void =>
      void rights.set(name, { ...rights.get(name), [user]: right }),
    async account(name: string, of: { tfa: Account["tfa"] }): Promise<PersonAtNpm> {
      const account = accounts.add(name, of.tfa);
      return {
        name,
        totp: () => accounts.code(account),
        wrongCode: () => accounts.wrongCode(account),
        async confirm(authUrl) {
          const { status } = await fetch(authUrl, { method: "POST" });
          if (status !== 200) throw new Error(`npm's page answered ${status}: the link is not known`);
        },
        recovery: [...account.recovery],
      };
    },
    token: (owner: string, of: Parameters<Accounts["issue"]>[1]): string => accounts.issue(owner, of),
    isAlive: (token: string): boolean => accounts.live(token) !== null,
    trust: (name: string, trust: Trust): void => void trusted.set(name, trust),
    published,
    seed: put,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise<void>((ended) => server.close(() => ended()));
      await store.close();
    },
  };
}
