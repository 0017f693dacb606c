import { z } from "zod";
import { RegistryError } from "./types.ts";
import type { PackageState, PublishedVersion } from "./types.ts";

/** A package document, as far as it is read; a fault in one old version doesn't spoil the others. */
const packument = z.object({
  "dist-tags": z.record(z.string(), z.unknown()).default({}),
  versions: z.record(z.string(), z.unknown()).default({}),
});

const manifest = z.object({
  dist: z.object({ shasum: z.string().regex(/^[0-9a-f]{40}$/i), integrity: z.string().max(1000).nullish() }),
  _npmUser: z
    .object({ name: z.string().max(214), trustedPublisher: z.unknown().optional(), approver: z.unknown().optional() })
    .optional()
    .catch(undefined),
});

const approverName = z.object({ name: z.string().max(214) });

/** Versions and dist-tags of a package document. */
export function packumentState(body: unknown, host: string): PackageState {
  const { versions, "dist-tags": tags } = parsed(body, host);
  const texts = Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { versions: Object.keys(versions), tags: Object.fromEntries(texts) };
}

/** One version of a package document; null where it isn't in it. */
export function publishedVersion(body: unknown, version: string, host: string): PublishedVersion | null {
  const { versions, "dist-tags": tags } = parsed(body, host);
  if (!Object.hasOwn(versions, version)) return null;
  const read = manifest.safeParse(versions[version]);
  if (!read.success)
    throw new RegistryError("unexpected", `The registry ${host} lists ${version} without a checksum of its bytes.`);
  const { dist, _npmUser } = read.data;
  return {
    shasum: dist.shasum.toLowerCase(),
    integrity: dist.integrity ?? null,
    publisher: _npmUser?.name ?? null,
    trusted: typeof _npmUser?.trustedPublisher === "object" && _npmUser.trustedPublisher !== null,
    approver: approverName.safeParse(_npmUser?.approver).data?.name ?? null,
    tags: Object.keys(tags).filter((tag) => tags[tag] === version),
  };
}

function parsed(body: unknown, host: string): z.output<typeof packument> {
  const read = packument.safeParse(body);
  if (read.success) return read.data;
  throw new RegistryError("unexpected", `The registry ${host} answered with something that is no package document.`);
}
