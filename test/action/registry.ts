import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Registry {
  url: string;
  /** Tokens that are good, with their owners. */
  tokens: Map<string, string>;
  /** Codes that are good, once. */
  codes: Set<string>;
  /** How the account proves itself. */
  factor: "code" | "link" | "none";
  /** What a PUT is answered with, in spite of everything else. */
  broken: number | null;
  /** What happens once to a PUT with a good code: its answer gets lost, the package is kept or not. */
  hiccup: "kept" | "gone" | null;
  /** Whether a revoked token is really refused. */
  forgets: boolean;
  /** The person has used the passkey on npm's page. */
  proven: boolean;
  published: Buffer[];
  /** What was published, by `name@version`, of the npm that isn't real; and what was there before. */
  held: Map<string, Buffer>;
  /** What publishing one of them is answered with, by name. */
  brokenOf: Map<string, number>;
  /** Whether a code is good for more than one publish. */
  codesAgain: boolean;
  /** A version that is there already, with its bytes, and what its document says of them where that isn't the truth. */
  before: { version: string; bytes: Buffer; dist?: Record<string, unknown> } | null;
  /** What the collaborators of any package are; null: there is no package yet. */
  collaborators: unknown;
  /** What the list of tokens is answered with, page after page; null: 403, as npm answers a token that is no session's. */
  listed: unknown[] | null;
  /** What one question about the token is answered with, in place of the rest: a status, a text, or never. */
  probes: Partial<Record<"whoami" | "collaborators" | "tokens", number | string | "never">>;
  /** `PUT /package code=no` and the like. */
  asked: string[];
  close(): Promise<void>;
}

/** An npm registry with tokens, codes and links, as far as the step and npm see one. */
export async function startRegistry(): Promise<Registry> {
  const server = createServer((request, response) => void answer(registry, request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const registry: Registry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ...{
      tokens: new Map(),
      codes: new Set(),
      factor: "code",
      broken: null,
      hiccup: null,
      forgets: true,
      proven: false,
    },
    ...{
      published: [],
      held: new Map(),
      brokenOf: new Map(),
      codesAgain: false,
      before: null,
      asked: [],
      collaborators: { "alice-npm": "read-write" },
      listed: null,
      probes: {},
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return registry;
}

async function answer(registry: Registry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const token = (request.headers.authorization ?? "").replace("Bearer ", "");
  const otp = request.headers["npm-otp"];
  const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
  registry.asked.push(
    `${request.method} ${path.includes(token) && token !== "" ? "(token)" : path} otp=${otp === undefined ? "no" : "yes"}`,
  );
  const named = String(request.headers["x-package"] ?? "");
  const there = registry.held.get(decodeURIComponent(path.slice(1)).replace(/\/([^/]+)$/, "@$1"));
  if (request.method === "GET" && there !== undefined)
    return send(200, { dist: { integrity: `sha512-${createHash("sha512").update(there).digest("base64")}` } });
  if (request.method === "GET" && registry.held.size > 0 && !path.startsWith("/-/"))
    return send(404, { error: "not found" });
  const [latest] = registry.published.slice(-1);
  if (request.method === "GET" && path.endsWith("/1.2.0") && latest !== undefined)
    return send(200, { dist: { integrity: `sha512-${createHash("sha512").update(latest).digest("base64")}` } });
  if (request.method === "GET" && path === "/before.tgz" && registry.before !== null)
    return void response.writeHead(200, { "content-type": "application/octet-stream" }).end(registry.before.bytes);
  if (request.method === "GET" && path === "/@acme%2fwidget" && registry.before !== null)
    return send(200, documentOf(registry, registry.before));
  if (request.method === "GET" && !path.startsWith("/-/")) return send(404, { error: "not found" });
  const probe =
    path === "/-/whoami"
      ? "whoami"
      : (/^\/-\/(?:npm\/v1\/(tokens)$|package\/.*\/(collaborators)$)/.exec(path) ?? [])
          .slice(1)
          .find((name) => name !== undefined);
  const odd = probe === undefined ? undefined : registry.probes[probe as keyof Registry["probes"]];
  if (odd === "never") return;
  if (typeof odd === "number") return send(odd, { error: "no" });
  if (odd !== undefined) return void response.writeHead(200, { "content-type": "application/json" }).end(odd);
  const user = registry.tokens.get(token);
  if (user === undefined) return send(401, { error: "who are you" });
  if (path === "/-/whoami") return send(200, { username: user });
  if (probe === "collaborators")
    return registry.collaborators === null ? send(404, { error: "not found" }) : send(200, registry.collaborators);
  if (probe === "tokens") {
    const page = Number(new URL(request.url ?? "/", registry.url).searchParams.get("page") ?? "0");
    const { listed } = registry;
    if (listed === null) return send(403, { error: "This needs a session token." });
    const next = page + 1 < listed.length ? `/-/npm/v1/tokens?page=${page + 1}&perPage=100` : undefined;
    return send(200, { objects: listed[page], total: listed.length, urls: next === undefined ? {} : { next } });
  }
  if (path === "/-/v1/done")
    return registry.proven ? send(200, { token: "proof-1" }) : send(202, {}, { "retry-after": "0" });
  if (request.method === "DELETE") {
    if (registry.forgets) registry.tokens.delete(token);
    return send(200, { ok: "Logged out" });
  }
  const broken = registry.broken ?? registry.brokenOf.get(named.replace(/@[^@]*$/, "")) ?? null;
  if (broken !== null) return send(broken, { error: "broken" });
  const good =
    registry.factor === "none" ||
    (registry.factor === "code" &&
      (registry.codesAgain ? registry.codes.has(String(otp)) : registry.codes.delete(String(otp)))) ||
    (registry.factor === "link" && registry.proven && otp === "proof-1");
  const { hiccup } = registry;
  if (good && hiccup !== null) {
    registry.hiccup = null;
    if (hiccup === "kept") registry.published.push(Buffer.concat(chunks));
    return send(503, { error: "later" });
  }
  if (good) {
    registry.published.push(Buffer.concat(chunks));
    if (named !== "") registry.held.set(named, Buffer.concat(chunks));
    return send(201, { ok: true });
  }
  const web = registry.factor === "link" && request.headers["npm-auth-type"] === "web";
  const urls = { authUrl: `${registry.url}auth/cli/1`, doneUrl: `${registry.url}-/v1/done?authId=1` };
  send(401, { error: "You must provide a one-time pass.", ...(web ? urls : {}) }, { "www-authenticate": "OTP" });
}

function documentOf({ url }: Registry, { version, bytes, dist }: NonNullable<Registry["before"]>): unknown {
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const told = { tarball: `${url}before.tgz`, integrity, ...dist };
  return { "dist-tags": { latest: version }, versions: { [version]: { version, dist: told } } };
}
