import { isEnd } from "../../domain/release.ts";
import type { Lease, Release, Stop } from "../../domain/release-types.ts";
import { stillStaged } from "../../domain/staged.ts";
import { after } from "../after.ts";
import { endRelease, withRelease } from "../end.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";

/**
 * Does what a stop asks for: each secret of the account that is or may be armed is removed, each release that isn't over is ended,
 * which shuts its gate and cancels its run. Each is work of its own, so that one that fails keeps no other back. Asked again every
 * minute while the stop lasts, for what began in the moment when it did. A release whose run is over is left to be verified.
 * @throws AggregateError of what couldn't be ended now
 */
export async function carryOut(parts: DeskParts, stopId: string): Promise<void> {
  const stop = await parts.store.stops.get(stopId);
  if (stop === null || stop.openFor === null) return;
  const { leases, releases } = await ofAccount(parts, stop);
  for (const lease of leases) if (mayBeThere(lease)) await after(parts, "disarm", lease.id, `panic-${stop.id}`);
  const failed: unknown[] = [];
  await someAtOnce(releases, async ({ id }) => {
    await withRelease(parts, id, (release) => endStopped(parts, release, stop)).catch((error) => failed.push(error));
  });
  if (failed.length > 0)
    throw new AggregateError(failed, "some releases couldn't be ended yet; the next try comes by itself");
}

async function endStopped(parts: DeskParts, release: Release, stop: Stop): Promise<void> {
  if (isEnd(release.state) || release.state === "verifying") return;
  const actor = { id: stop.beganById, login: stop.beganByLogin };
  await endRelease(parts, release, { to: "cancelled", code: "panic", text: wordsFor(release, stop), actor });
}

/** What of an account isn't over. */
export async function ofAccount(
  { store }: Pick<DeskParts, "store">,
  { accountId }: Pick<Stop, "accountId">,
): Promise<{ leases: Lease[]; releases: Release[] }> {
  const [leases, releases] = await Promise.all([store.leases.open(), store.releases.active()]);
  const owners = new Map<number, number | null>();
  for (const { repositoryId } of [...leases, ...releases])
    if (!owners.has(repositoryId))
      owners.set(repositoryId, (await store.repositories.get(repositoryId))?.ownerId ?? null);
  const its = ({ repositoryId }: { repositoryId: number }): boolean => owners.get(repositoryId) === accountId;
  return { leases: leases.filter(its), releases: releases.filter(its) };
}

/** Its secret isn't known to be deleted. */
export function mayBeThere({ state, disarmedAt }: Lease): boolean {
  return state !== "closed" && disarmedAt === null;
}

function wordsFor(release: Release, { accountLogin, beganByLogin, reason }: Stop): string {
  const why = `${beganByLogin} stopped all releases of ${accountLogin}: ${reason}`;
  const stopped = /[.!?…]$/.test(why) ? why : `${why}.`;
  if (release.state === "staged") return `${stopped} ${stillStaged(release)}`;
  if (!["arming", "running"].includes(release.state)) return `${stopped} Nothing was published.`;
  return `${stopped} Its job may have had the npm token: look at the registry for what it did, and revoke the npm token of ${release.releaserLogin}.`;
}
