import { createHash, timingSafeEqual } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { versionBefore } from "../../../src/domain/inside/which-version.ts";
import { tarballLimits } from "./read-tarball.ts";
import type { Earlier } from "./describe.ts";

/** Bytes that a package's document may have, in the short form that npm itself asks for; the largest known have some ten million. */
const mostDocument = 24 * 1024 ** 2;
/** Addresses that one question may be led through. */
const mostHops = 4;

interface Asked {
  name: string;
  version: string;
  tag: string;
  registry: string;
  /** Empty where the job has none. */
  token: string;
}

/** Why there is nothing to compare with, as a sentence. */
class NoTarball extends Error {}

/**
 * Fetches the published version that a new one is compared with into `file`. The document is the registry's own; the bytes may lie
 * elsewhere, as npm lets them, and are what the document says or aren't used. Never throws.
 */
export async function fetchBefore(asked: Asked, file: string, signal: AbortSignal): Promise<Earlier> {
  try {
    const document = await readDocument(asked, signal);
    if (document === null) return { first: true };
    const version = versionBefore(asked.version, asked.tag, document);
    if (version === null) return { first: true };
    await fetchTarball(asked, version, document.dist(version), file, signal);
    return { file, version };
  } catch (error) {
    if (error instanceof NoTarball) return { why: error.message };
    return { why: signal.aborted ? "The registry took too long." : "The registry didn't answer." };
  }
}

interface Document {
  versions: string[];
  tags: Record<string, string>;
  dist(version: string): Record<string, unknown>;
}

async function readDocument(asked: Asked, signal: AbortSignal): Promise<Document | null> {
  const url = `${asked.registry}${encodeURIComponent(asked.name).replace(/^%40/, "@").replace("%2F", "%2f")}`;
  const accept = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";
  const response = await get(url, asked, accept, signal);
  // Without a token a package may be there and not be shown: only who may publish it knows that there is none.
  if (response.status === 404 && asked.token !== "") return null;
  if (!response.ok) throw new NoTarball(`The registry answered ${response.status} when asked for the package.`);
  const body = fields(JSON.parse(await readText(response)));
  const versions = fields(body["versions"]);
  const tags = Object.entries(fields(body["dist-tags"])).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return {
    versions: Object.keys(versions),
    tags: Object.fromEntries(tags),
    dist: (version) => fields(fields(Object.hasOwn(versions, version) ? versions[version] : null)["dist"]),
  };
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of Readable.fromWeb(response.body as never)) {
    bytes += (part as Uint8Array).length;
    if (bytes > mostDocument) throw new NoTarball("What the registry has of the package is too long to be read here.");
    parts.push(part as Uint8Array);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function fetchTarball(
  asked: Asked,
  version: string,
  dist: Record<string, unknown>,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const expected = digestOf(dist);
  const { tarball } = dist;
  if (expected === null || typeof tarball !== "string" || !URL.canParse(tarball))
    throw new NoTarball(`The registry doesn't say where ${version} lies, or not what its bytes are.`);
  const response = await get(tarball, asked, "application/octet-stream, */*", signal);
  if (!response.ok || response.body === null)
    throw new NoTarball(`The registry answered ${response.status} when asked for ${version}.`);
  const hash = createHash(expected.algorithm);
  let bytes = 0;
  const watched = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes > tarballLimits.packed) done(new NoTarball(`${version} is too large to be compared with.`));
      else done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body as never), watched, createWriteStream(file, { mode: 0o600 }), {
    signal,
  });
  const got = hash.digest();
  if (got.length !== expected.digest.length || !timingSafeEqual(got, expected.digest))
    throw new NoTarball(`What came for ${version} is not what the registry says it is (${expected.algorithm}).`);
}

/** The strongest that the registry gives, as npm takes it. */
function digestOf({ integrity, shasum }: Record<string, unknown>): { algorithm: string; digest: Buffer } | null {
  const given = typeof integrity === "string" ? integrity.trim().split(/\s+/) : [];
  for (const algorithm of ["sha512", "sha384", "sha256", "sha1"]) {
    const text = given
      .find((one) => one.startsWith(`${algorithm}-`))
      ?.slice(algorithm.length + 1)
      .replace(/\?.*$/, "");
    if (text !== undefined) return { algorithm, digest: Buffer.from(text, "base64") };
  }
  if (typeof shasum !== "string" || !/^[0-9a-f]{40}$/i.test(shasum)) return null;
  return { algorithm: "sha1", digest: Buffer.from(shasum, "hex") };
}

/** Follows where it is led, over https, or to the registry itself. The token goes to addresses below the registry's own and to no other. */
async function get(
  address: string,
  { registry, token }: Asked,
  accept: string,
  signal: AbortSignal,
): Promise<Response> {
  let url = new URL(address);
  for (let hop = 0; hop < mostHops; hop += 1) {
    const own = url.origin === new URL(registry).origin;
    if (!own && url.protocol !== "https:")
      throw new NoTarball("The registry leads to an address that isn't https, so nothing was fetched there.");
    const headers: Record<string, string> = { accept };
    if (token !== "" && url.href.startsWith(registry)) headers["authorization"] = `Bearer ${token}`;
    const response = await fetch(url, { redirect: "manual", headers, signal });
    const next = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || next === null || !URL.canParse(next, url)) return response;
    await response.body?.cancel();
    url = new URL(next, url);
  }
  throw new NoTarball("The registry leads from one address to the next.");
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
