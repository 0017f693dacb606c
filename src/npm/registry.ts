import npmFetch from "npm-registry-fetch";
import { z } from "zod";
import type { PackageState, PublishedVersion, Registry } from "./types.ts";
import { RegistryError } from "./types.ts";

export interface RegistryOptions {
  /** Base URL; npm's own where none is given (npm-registry-fetch knows it). */
  defaultRegistry?: string;
  /** How long the registry may take to answer, in milliseconds. */
  timeoutMs?: number;
}

/** The part of a packument that is read. */
const packument = z.object({
  "dist-tags": z.record(z.string(), z.string()).default({}),
  versions: z
    .record(
      z.string(),
      z.object({
        dist: z.object({ shasum: z.string(), integrity: z.string().optional() }),
        _npmUser: z.object({ name: z.string() }).optional(),
      }),
    )
    .default({}),
});

type Packument = z.output<typeof packument>;

/** The registry, read without a token and past every cache, since what is asked is what is there now. */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const timeout = options.timeoutMs ?? 15_000;
  const base = (asked: string | undefined): string =>
    asked ?? options.defaultRegistry ?? npmFetch.pickRegistry("x", {});
  const read = async (name: string, registry: string): Promise<Packument | null> =>
    await readPackument(name, registry, timeout);
  return {
    async package(name, registry): Promise<PackageState | null> {
      const found = await read(name, base(registry));
      return found === null ? null : { versions: Object.keys(found.versions), tags: found["dist-tags"] };
    },
    async version(name, version, registry): Promise<PublishedVersion | null> {
      const found = (await read(name, base(registry)))?.versions[version];
      if (found === undefined) return null;
      return {
        shasum: found.dist.shasum,
        integrity: found.dist.integrity ?? null,
        publisher: found._npmUser?.name ?? null,
      };
    },
    webOrigins: (registry) => webOrigins(base(registry)),
  };
}

async function readPackument(name: string, registry: string, timeout: number): Promise<Packument | null> {
  const host = new URL(registry).host;
  let body: unknown;
  try {
    // A whole packument: the short form leaves out who published a version.
    body = await npmFetch.json(`/${name.replace("/", "%2f")}`, {
      registry,
      preferOnline: true,
      cache: undefined,
      fetchRetries: 0,
      timeout,
      headers: { "cache-control": "no-cache", accept: "application/json" },
      query: { write: "true" },
    });
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return null;
    if (status === 401 || status === 403)
      throw new RegistryError("refused", `The registry ${host} refused to tell about ${name} (${status}).`);
    throw new RegistryError(
      "unavailable",
      `The registry ${host} can't be read at the moment${status === null ? "" : ` (${status})`}.`,
    );
  }
  const parsed = packument.safeParse(body);
  if (!parsed.success)
    throw new RegistryError("unexpected", `The registry ${host} answered with something that is no package document.`);
  return parsed.data;
}

function statusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return null;
  return typeof error.statusCode === "number" ? error.statusCode : null;
}

/**
 * Where a registry's own pages live: a link that npm gives for the second factor may point there and nowhere else. A registry at
 * `registry.X` has its pages at `www.X` or `X` (as npm's has); any other at its own origin.
 */
export function webOrigins(registry: string): string[] {
  const url = new URL(registry);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:") return loopback ? [url.origin] : [];
  if (!url.hostname.startsWith("registry.")) return [url.origin];
  const domain = url.host.slice("registry.".length);
  return [`https://www.${domain}`, `https://${domain}`];
}
