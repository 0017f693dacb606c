import { createHash } from "node:crypto";
import { mayWrite } from "./front.ts";
import type { Ask, Front } from "./front.ts";
import { answer, refuse } from "./http.ts";
import { provenanceType } from "./provenance.ts";
import { secondFactor } from "./second-factor.ts";
import type { Packument, Right } from "./types.ts";

/** A package's document with the front's addresses, and where its attestations are; null: not known. */
export async function published(front: Front, name: string): Promise<Packument | null> {
  const found = await front.store.packument(name);
  return found === null ? null : shown(front, name, found);
}

/** `dist.attestations` as npm's documents have it (npm docs, "Viewing package provenance"; pacote reads its `url`). */
function shown(front: Front, name: string, found: Packument): Packument {
  const document = JSON.parse(JSON.stringify(found).replaceAll(front.store.url, front.origin)) as Packument;
  for (const [version, { dist }] of Object.entries(document.versions))
    if (front.attestations.of(name, version) !== null)
      dist.attestations = {
        url: `${front.origin}/-/npm/v1/attestations/${name.replace("/", "%2f")}@${version}`,
        provenance: { predicateType: provenanceType },
      };
  return document;
}

/** Reading a package, in the short form too, and 304 for whoever has it already (RFC 9110, 13.1.2). */
export async function readPackage(front: Front, { request, response, url }: Ask, name: string): Promise<void> {
  const headers = { accept: request.headers.accept ?? "application/json" };
  const found = await fetch(`${front.store.url}${url.pathname}${url.search}`, { headers });
  const type = found.headers.get("content-type") ?? "application/json";
  if (!found.ok) return answer(response, found.status, await found.json());
  const body = JSON.stringify(shown(front, name, (await found.json()) as Packument));
  const etag = `"${createHash("md5").update(body).digest("hex")}"`;
  const same = request.headers["if-none-match"]?.split(/\s*,\s*/).includes(etag) === true;
  response.writeHead(same ? 304 : 200, {
    "content-type": type,
    etag,
    vary: "accept",
    "cache-control": "public, max-age=300",
  });
  response.end(same ? undefined : body);
}

export async function proxy(front: Front, { request, response, url, body }: Ask): Promise<void> {
  const headers: Record<string, string> = { accept: request.headers.accept ?? "application/json" };
  if (body.length > 0) headers["content-type"] = request.headers["content-type"] ?? "application/json";
  const method = request.method ?? "GET";
  const stored = await fetch(`${front.store.url}${url.pathname}${url.search}`, {
    method,
    headers,
    ...(method === "GET" || method === "HEAD" ? {} : { body: new Uint8Array(body) }),
  });
  const type = stored.headers.get("content-type") ?? "application/octet-stream";
  const bytes = Buffer.from(await stored.arrayBuffer());
  const out = type.includes("json") ? Buffer.from(bytes.toString().replaceAll(front.store.url, front.origin)) : bytes;
  response.writeHead(stored.status, { "content-type": type });
  response.end(out);
}

export function readAttestations(front: Front, { response }: Ask, name: string, version: string): void {
  const attestations = front.attestations.of(name, version);
  if (attestations === null) return answer(response, 404, { error: "Not found" });
  answer(response, 200, { attestations });
}

/** Whoever has a token to write a package may write it, unless a test says otherwise. */
export async function collaborators(front: Front, { response, token }: Ask, name: string): Promise<void> {
  if (token === null) return answer(response, 401, { error: "You must be logged in" });
  if ((await published(front, name)) === null) return answer(response, 404, { error: "Not found" });
  const writers = [...front.accounts.tokens.values()].filter((one) => mayWrite(one, name) && one.job === null);
  const list = Object.fromEntries(writers.map((one): [string, Right] => [one.owner, "read-write"]));
  answer(response, 200, { ...list, ...front.rights.get(name) });
}

/** libnpmaccess, `getVisibility`. */
export async function visibility(front: Front, { response }: Ask, name: string): Promise<void> {
  if ((await published(front, name)) === null) return answer(response, 404, { error: "Not found" });
  answer(response, 200, { public: front.habits.showsPublic });
}

/**
 * `npm access set mfa=…` (libnpmaccess, `setMfa`). `publish`, where no token overrides the second factor, is what npm's website calls
 * "Require two-factor authentication and disallow tokens"; that these two are one setting is read from both texts, not verified.
 */
export function setAccess(front: Front, ask: Ask, name: string): void {
  const { response, token } = ask;
  if (token === null) return refuse(response, 401, "Unauthorized");
  const account = front.accounts.accounts.get(token.owner);
  if (!mayWrite(token, name) || token.job !== null || account === undefined)
    return refuse(response, 403, "Insufficient permissions to access this resource");
  if (account.tfa !== null && !secondFactor(front, ask, account, `settings of ${name}`)) return;
  const set = JSON.parse(ask.body.toString()) as Record<string, unknown>;
  if ("publish_requires_tfa" in set)
    front.settings.set(name, {
      disallowTokens: set["publish_requires_tfa"] === true && set["automation_token_overrides_tfa"] === false,
    });
  answer(response, 200, {});
}

/**
 * Where a version is on its way (npm's API description, `package-version-status.yaml`). Only for whoever may publish the package: for
 * anybody else the package isn't there, as a version isn't that was never handed in, or was rejected.
 */
export async function versionStatus(
  front: Front,
  { response, token }: Ask,
  name: string,
  version: string,
): Promise<void> {
  if (token === null) return answer(response, 401, { error: "Unauthorized" });
  if (!front.habits.tellsStatus) return answer(response, 403, { error: "Not enabled for this package" });
  const status = token.packages.includes(name) && token.job === null ? await statusOf(front, name, version) : null;
  if (status === null) answer(response, 404, { error: "Not found" });
  else answer(response, 200, { packageName: name, version, status });
}

export type VersionStatus = "published" | "validating" | "staged" | "blocked" | "deleted";

export async function statusOf(front: Front, name: string, version: string): Promise<VersionStatus | null> {
  const candidate = front.candidates.of(name, version);
  if (candidate !== null) return candidate.status;
  if ((await front.store.packument(name))?.versions[version] !== undefined) return "published";
  return front.everPublic.has(`${name}@${version}`) ? "deleted" : null;
}
