import npmFetch from "npm-registry-fetch";
import { RegistryError } from "./types.ts";
import { isLoopback } from "./web-origins.ts";

export interface ReadLimits {
  /** Milliseconds for the whole answer. */
  timeoutMs: number;
  /** Bytes after decompression. */
  maxBytes: number;
}

/**
 * Reads one document from a registry: null for 404, RegistryError for all else that is no JSON. `?write=true` is npm's own way past
 * the registry's caches (npm-registry-fetch pull request 18); a registry that wants a login for it is asked without.
 */
export async function readJson(url: URL, accept: string, limits: ReadLimits): Promise<{ json: unknown } | null> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  const headers = { accept, "cache-control": "no-cache" };
  const fresh = await get(url, { write: "true" }, headers, limits, signal);
  const answer = fresh.status === 401 || fresh.status === 403 ? await get(url, {}, headers, limits, signal) : fresh;
  return answer.status === 404 ? null : { json: jsonOf(url, answer) };
}

/**
 * Reads one document as the registry's caches have it, which may be minutes old, and only where it isn't the one that this `etag`
 * came with (RFC 9110, 13.1.2): what is asked again and again should cost the registry little. null for 404.
 */
export async function readIfChanged(
  url: URL,
  accept: string,
  etag: string | null,
  limits: ReadLimits,
): Promise<{ json: unknown; etag: string | null } | "unchanged" | null> {
  const headers = { accept, ...(etag === null ? {} : { "if-none-match": etag }) };
  const answer = await get(url, {}, headers, limits, AbortSignal.timeout(limits.timeoutMs));
  if (answer.status === 404) return null;
  if (answer.status === 304 && etag !== null) return "unchanged";
  return { json: jsonOf(url, answer), etag: answer.etag };
}

function jsonOf(url: URL, answer: Answer): unknown {
  if (answer.status === 401 || answer.status === 403)
    throw new RegistryError(
      "refused",
      `The registry ${url.host} doesn't show this package without a login (${answer.status}); Countersign reads it as anybody would.`,
    );
  if (answer.body === null) throw unavailable(url, String(answer.status), answer.retryAfterMs);
  try {
    return JSON.parse(answer.body) as unknown;
  } catch {
    throw new RegistryError("unexpected", `The registry ${url.host} answered with something that is no JSON.`);
  }
}

interface Answer {
  status: number;
  /** null: an error's. */
  body: string | null;
  etag: string | null;
  /** What an error said of when to come again. */
  retryAfterMs: number | null;
}

async function get(
  url: URL,
  query: Record<string, string>,
  headers: Record<string, string>,
  limits: ReadLimits,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const response = await npmFetch(url.href, {
      registry: url.origin,
      query,
      preferOnline: true,
      retry: { retries: 0 },
      timeout: limits.timeoutMs,
      signal,
      userAgent: "countersign",
      headers,
      // A registry on this machine is never behind a proxy.
      ...(isLoopback(url) ? { noProxy: url.hostname } : {}),
    });
    const etag = response.headers.get("etag");
    const usable = etag !== null && etag.length <= 200 ? etag : null;
    return { status: response.status, body: await text(response.body, url, limits), etag: usable, retryAfterMs: null };
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    const status = statusOf(error);
    if (status !== null) return { status, body: null, etag: null, retryAfterMs: retryAfterOf(error) };
    throw unavailable(url, signal.aborted ? `no answer within ${limits.timeoutMs / 1000} s` : codeOf(error));
  }
}

async function text(body: NodeJS.ReadableStream, url: URL, limits: ReadLimits): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk as Buffer);
    size += bytes.length;
    if (size > limits.maxBytes)
      throw new RegistryError(
        "unexpected",
        `The registry ${url.host} answered with more than ${limits.maxBytes} bytes.`,
      );
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Says the host and a code, nothing else of the exchange: addresses and messages may hold what isn't ours to show. */
function unavailable(url: URL, why: string | null, retryAfterMs: number | null = null): RegistryError {
  const code = why === null ? "" : ` (${why})`;
  return new RegistryError("unavailable", `The registry ${url.host} can't be read at the moment${code}.`, {
    retryAfterMs,
  });
}

/** Seconds alone: a date would need the registry's clock (RFC 9110, 10.2.3). npm-registry-fetch keeps headers as lists. */
function retryAfterOf(error: unknown): number | null {
  const headers = (error as { headers?: Record<string, unknown> }).headers ?? {};
  const [, given] = Object.entries(headers).find(([name]) => name.toLowerCase() === "retry-after") ?? [];
  const said: unknown = Array.isArray(given) ? given[0] : given;
  return typeof said === "string" && /^\d{1,9}$/.test(said) ? Number(said) * 1000 : null;
}

function statusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return null;
  return typeof error.statusCode === "number" ? error.statusCode : null;
}

/** `ECONNREFUSED` and the like. */
function codeOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" && /^[A-Z_]{3,30}$/.test(error.code) ? error.code : null;
}
