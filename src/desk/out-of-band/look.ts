import { changesSince, factsOf, knownAfter, knownOf } from "../../domain/out-of-band/changes.ts";
import { nextLookMs } from "../../domain/out-of-band/interval.ts";
import { mayBeOf } from "../../domain/out-of-band/ours.ts";
import type { Change, Known, SeenPackage, Sighting, Watch } from "../../domain/out-of-band/types.ts";
import { isEnd } from "../../domain/release.ts";
import { RegistryError } from "../../npm/types.ts";
import type { PackageView } from "../../npm/types.ts";
import { after, later } from "../after.ts";
import type { DeskParts } from "../types.ts";
import { mayHavePublished } from "../verify.ts";

/** Changes of one look that are dealt with; more are found again by the next one. */
const mostChanges = 50;

/** The registry answers that there is no such package, and there was. */
const gone = "The registry doesn't show this package any more.";

/** A look that failed. */
export interface Failure {
  retryAfterMs: number | null;
}

/**
 * Looks at one package, and notices what happened to it without a release of ours. What was noticed, and that it was looked at, are one
 * transaction: a crash leaves the look to be done again, or what it found to be judged. The first look is what later ones compare with.
 * null: the registry answered.
 */
export async function lookAt(parts: DeskParts, watch: Watch, watched: number): Promise<Failure | null> {
  const { etag, registry } = watch;
  try {
    const found = await parts.registry.look(watch.package, { etag, ...(registry === null ? {} : { registry }) });
    if (found === null && (watch.known?.versions.length ?? 0) > 0) return await failed(parts, watch, watched, gone);
    if (found === "unchanged") await quiet(parts, watch, watched, {});
    else await compare(parts, watch, watched, found ?? { etag: null, tags: {}, versions: [] });
    return null;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return await failed(parts, watch, watched, error.message, error.retryAfterMs);
  }
}

async function compare(parts: DeskParts, watch: Watch, watched: number, found: PackageView): Promise<void> {
  const { known } = watch;
  if (known === null) return await quiet(parts, watch, watched, { known: knownOf(found), etag: found.etag });
  const changes = changesSince(known, found);
  if (changes.length === 0) return await quiet(parts, watch, watched, { known: knownOf(found), etag: found.etag });
  const dealt = changes.slice(0, mostChanges);
  const all = dealt.length === changes.length;
  const now = parts.clock.now();
  await parts.store.transaction(async (store) => {
    const isFirst = await store.watches.looked(watch.id, watch.lookedAt, {
      ...{ lookedAt: now, activeAt: now, failures: 0, lastError: null },
      known: all ? knownOf(found) : knownAfter(known, dealt, found),
      etag: all ? found.etag : null,
      nextAt: all ? nextAt(now, watched, { quietMs: 0 }) : now,
    });
    if (!isFirst) return;
    for (const change of dealt) await notice({ ...parts, store }, watch, change, known, found);
  });
}

/** Nothing happened. */
async function quiet(parts: DeskParts, watch: Watch, watched: number, patch: Partial<Watch>): Promise<void> {
  const now = parts.clock.now();
  const quietMs = now.getTime() - watch.activeAt.getTime();
  await parts.store.watches.looked(watch.id, watch.lookedAt, {
    ...{ ...patch, lookedAt: now, failures: 0, lastError: null },
    nextAt: nextAt(now, watched, { quietMs }),
  });
}

/** What was known stays known, so that whatever happens meanwhile is noticed when the registry answers again. */
async function failed(
  parts: DeskParts,
  watch: Watch,
  watched: number,
  lastError: string,
  retryAfterMs: number | null = null,
): Promise<Failure> {
  const now = parts.clock.now();
  const failures = watch.failures + 1;
  const quietMs = now.getTime() - watch.activeAt.getTime();
  await parts.store.watches.looked(watch.id, watch.lookedAt, {
    ...{ lookedAt: now, failures, lastError },
    nextAt: nextAt(now, watched, { quietMs, failures, retryAfterMs }),
  });
  return { retryAfterMs };
}

function nextAt(
  now: Date,
  watched: number,
  { quietMs, failures = 0, retryAfterMs = null }: { quietMs: number; failures?: number; retryAfterMs?: number | null },
): Date {
  return later(now, nextLookMs({ quietMs, failures, retryAfterMs, watched }));
}

async function notice(parts: DeskParts, watch: Watch, change: Change, known: Known, found: SeenPackage): Promise<void> {
  const at = parts.clock.now();
  const facts = factsOf(change, known, found);
  const publishedAt = facts.publishedAt === null ? at : new Date(facts.publishedAt);
  if (change.what === "published" && (await isOurs(parts, watch, change.version, publishedAt))) return;
  const { repositoryId, package: name } = watch;
  const { what, version } = change;
  // A version is published once; a dist-tag may move, and a version of a private registry go, again.
  const again = what === "published" ? "" : ` ${facts.tags.join()} ${at.toISOString()}`;
  const sighting: Sighting = {
    ...{ id: parts.ids.next(), repositoryId, package: name, what, version, facts },
    ...{ verdict: "noticed", oddities: [], expectedWhy: null, seenAt: at },
    ...{ acknowledgedAt: null, acknowledgedById: null, acknowledgedByLogin: null },
    key: `${repositoryId} ${name} ${what} ${version}${again}`,
  };
  if (await parts.store.sightings.add(sighting)) await after(parts, "sighting", sighting.id, "noticed");
}

/**
 * Whether a release may have published it: such a one verifies it itself, now or soon, and says what isn't right. One that ended before
 * the registry showed its version is looked at once more.
 */
async function isOurs(parts: DeskParts, watch: Watch, version: string, publishedAt: Date): Promise<boolean> {
  for (const release of await parts.store.releases.ofVersion(watch.repositoryId, watch.package, version)) {
    if (!mayBeOf(release, await mayHavePublished(parts, release), publishedAt)) continue;
    if (isEnd(release.state) && release.state !== "published" && release.verifiedAt === null)
      await after(parts, "verify", release.id, "seen");
    return true;
  }
  return false;
}
