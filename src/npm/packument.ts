import { z } from "zod";
import { RegistryError } from "./types.ts";
import type { PackageHistory, PackageState, PublishedVersion } from "./types.ts";

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

/** Beside the versions: who may publish, and when each came. Fields that aren't as expected are taken for not told. */
const about = z.object({
  maintainers: z
    .array(z.object({ name: z.string().max(214) }))
    .optional()
    .catch(undefined),
  time: z.record(z.string(), z.unknown()).default({}).catch({}),
});

/** What npm writes into a version that was published with an identity in place of a token, and into one with provenance. */
const origin = z.object({
  _npmUser: z.object({ trustedPublisher: z.unknown() }).partial().optional().catch(undefined),
  dist: z.object({ attestations: z.unknown() }).partial().optional().catch(undefined),
});

const lastVersions = 20;

/** Maintainers of a package document, and where its last versions came from. */
export function packageHistory(body: unknown, host: string): PackageHistory {
  const { versions, tags } = packumentState(body, host);
  const documents = parsed(body, host).versions;
  const { maintainers, time } = about.parse(body);
  const at = (version: string): number => {
    const said = Object.hasOwn(time, version) ? time[version] : undefined;
    return typeof said === "string" ? Date.parse(said) || 0 : 0;
  };
  // Where no times are told the document's own order counts, which is that of publishing.
  const ordered = versions.map((version, index) => ({ version, index, at: at(version) }));
  const newest = ordered.toSorted((one, other) => other.at - one.at || other.index - one.index).slice(0, lastVersions);
  const last = newest.map(({ version }) => {
    const read = origin.safeParse(documents[version]);
    const { _npmUser, dist } = read.success ? read.data : {};
    return { version, trusted: isThere(_npmUser?.trustedPublisher), attested: isThere(dist?.attestations) };
  });
  return { maintainers: maintainers?.map(({ name }) => name) ?? null, tags, versions, last };
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

function parsed(body: unknown, host: string): z.output<typeof packument> {
  const read = packument.safeParse(body);
  if (read.success) return read.data;
  throw new RegistryError("unexpected", `The registry ${host} answered with something that is no package document.`);
}
