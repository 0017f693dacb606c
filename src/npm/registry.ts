import npmFetch from "npm-registry-fetch";
import { z } from "zod";
import { provenanceIn } from "./provenance.ts";
import { readIfChanged, readJson } from "./read-json.ts";
import { packageHistory, packumentState, publishedVersion } from "./packument.ts";
import type { ReadLimits } from "./read-json.ts";
import { RegistryError } from "./types.ts";
import type { Registry, RegistryWatch } from "./types.ts";
import { packageView } from "./view.ts";
import { webOrigins } from "./web-origins.ts";

export interface RegistryOptions {
  /** Base URL; npm's own where none is given (npm-registry-fetch knows it). */
  defaultRegistry?: string;
  /** How long the registry may take for its whole answer, in milliseconds. */
  timeoutMs?: number;
  /** How long a document may be, in bytes; the largest known are below 100 MB. */
  maxBytes?: number;
}

const statusBody = z.object({ status: z.enum(["published", "validating", "staged", "blocked", "deleted"]) });

/** What npm asks for to install: versions and dist-tags without the rest. A registry that doesn't know it sends all. */
const short = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";

/** Two attestations are some ten thousand bytes. */
const mostAttested = 4 * 1024 * 1024;

/** The registry, read without a token and past every cache, since what is asked is what is there now. Nothing is retried. */
export function createRegistry(options: RegistryOptions = {}): Registry & RegistryWatch {
  const limits: ReadLimits = {
    timeoutMs: options.timeoutMs ?? 15_000,
    maxBytes: options.maxBytes ?? 128 * 1024 * 1024,
  };
  const npmRegistry = npmFetch.pickRegistry("x", {});
  const base = (asked: string | undefined): string => asked ?? options.defaultRegistry ?? npmRegistry;
  return {
    async package(name, registry) {
      const url = documentUrl(base(registry), name);
      const found = await readJson(url, short, limits);
      return found === null ? null : packumentState(found.json, url.host);
    },
    async version(name, version, registry) {
      // The short form leaves out who published a version.
      const url = documentUrl(base(registry), name);
      const found = await readJson(url, "application/json", limits);
      return found === null ? null : publishedVersion(found.json, version, url.host);
    },
    async status(name, version, registry) {
      const url = documentUrl(base(registry), name);
      const path = url.pathname.split("/");
      const last = path.pop() ?? "";
      url.pathname = [...path, "-", "package", last, "version", encodeURIComponent(version), "status"].join("/");
      const found = await readJson(url, "application/json", limits);
      const read = statusBody.safeParse(found?.json);
      return read.success ? read.data.status : null;
    },
    async look(name, { etag = null, registry } = {}) {
      const url = documentUrl(base(registry), name);
      const found = await readIfChanged(url, "application/json", etag, limits);
      if (found === null || found === "unchanged") return found;
      return { etag: found.etag, ...packageView(found.json, url.host) };
    },
    async provenance(name, version, registry) {
      // pacote asks the registry itself too, and never the address in the document.
      const url = documentUrl(base(registry), name);
      const path = url.pathname.split("/");
      const last = path.pop() ?? "";
      url.pathname = [...path, "-", "npm", "v1", "attestations", `${last}@${encodeURIComponent(version)}`].join("/");
      const found = await readJson(url, "application/json", {
        ...limits,
        maxBytes: Math.min(limits.maxBytes, mostAttested),
      });
      return found === null ? null : provenanceIn(found.json, name, version, url.host);
    },
    async history(name, registry) {
      const url = documentUrl(base(registry), name);
      const found = await readJson(url, "application/json", limits);
      return found === null ? null : packageHistory(found.json, url.host);
    },
    address: () => base(undefined),
    webOrigins: (registry) => webOrigins(base(registry), npmRegistry),
  };
}

/** `https://registry/@scope%2fname`, as npm escapes it. */
function documentUrl(registry: string, name: string): URL {
  const escaped = name.isWellFormed() ? encodeURIComponent(name).replace(/^%40/, "@").replace("%2F", "%2f") : "";
  const address = `${registry.replace(/\/+$/, "")}/${escaped}`;
  if (/^\.*$/.test(escaped) || !URL.canParse(address))
    throw new RegistryError(
      "unexpected",
      "The registry's address or the package's name can't be asked for: check the policy.",
    );
  return new URL(address);
}
