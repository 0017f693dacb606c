import { Refusal } from "../../domain/errors.ts";
import { principalName } from "../../domain/facts.ts";
import { lookMs } from "../../domain/out-of-band/interval.ts";
import type { Watch, WatchedPolicy } from "../../domain/out-of-band/types.ts";
import type { PackagePolicy, Policy } from "../../domain/policy-types.ts";
import type { Release } from "../../domain/release-types.ts";
import { GitHubError } from "../../github/types.ts";
import { after, later } from "../after.ts";
import { policyAtHead } from "../policy-at.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids">;

/** Asks for a repository's policy to be read anew for what is to be watched. */
export async function askWatches(parts: Parts, repositoryId: number): Promise<void> {
  await after(parts, "watches", String(repositoryId), "now");
}

/**
 * Watches the packages that a repository's policy names on its default branch, and no others of it. A policy that can't be used names
 * nobody, but stops no watch either: what was watched goes on.
 * @throws GitHubError with nothing changed
 */
export async function keepWatches(parts: DeskParts, repositoryId: number): Promise<void> {
  const github = await repositoryOf(parts, repositoryId);
  if (github === null) return;
  try {
    await keepNamed(parts, repositoryId, (await policyAtHead(github)).policy);
  } catch (error) {
    if (error instanceof Refusal && error.code === "policy-missing") return await dropWatches(parts, repositoryId);
    if (error instanceof Refusal) return;
    // What GitHub doesn't show us now is read when it does: with the next push, at the next start, or tomorrow.
    if (!(error instanceof GitHubError) || !["forbidden", "not-found", "unauthorized"].includes(error.code))
      throw error;
  }
}

/** The same by a policy that was read just now. */
export async function keepNamed(parts: Parts, repositoryId: number, policy: Policy): Promise<void> {
  await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    const rows = new Map((await store.watches.ofRepository(repositoryId)).map((one) => [one.package, one]));
    for (const one of policy.packages) {
      const row = rows.get(one.name);
      if (row === undefined) await store.watches.add(newWatch(inside, repositoryId, one));
      else await change(inside, row, one);
    }
    const names = new Set(policy.packages.map(({ name }) => name));
    for (const row of rows.values()) if (!names.has(row.package)) await drop(inside, row);
  });
}

/** Nothing of a repository is watched any more: it has no policy, or isn't ours to see. */
export async function dropWatches(parts: Parts, repositoryId: number): Promise<void> {
  for (const row of await parts.store.watches.ofRepository(repositoryId)) await drop(parts, row);
}

/** Something is about to happen to a package, or did: it is looked at soon. One that isn't watched yet is from now on. */
export async function lookSoon(
  parts: Parts,
  { repositoryId, package: name }: Pick<Release, "repositoryId" | "package">,
): Promise<void> {
  const watch = await parts.store.watches.of(repositoryId, name);
  if (watch === null || watch.removedAt !== null) return await askWatches(parts, repositoryId);
  const now = parts.clock.now();
  const soon = later(now, lookMs.least);
  // A registry that asked us to wait, or fails, is left alone for as long.
  const nextAt = watch.failures === 0 && watch.nextAt > soon ? soon : watch.nextAt;
  await parts.store.watches.save(watch.id, { activeAt: now, nextAt });
}

async function drop({ store, clock }: Parts, row: Watch): Promise<void> {
  if (row.removedAt === null) await store.watches.save(row.id, { removedAt: clock.now() });
}

/** Of another registry, or after a time in which nobody looked, what is there is no news. */
async function change(parts: Parts, row: Watch, policy: PackagePolicy): Promise<void> {
  const { registry = null } = policy;
  const watched = watchedPolicy(policy);
  const anew = row.removedAt !== null || row.registry !== registry;
  if (!anew && JSON.stringify(ordered(row.policy)) === JSON.stringify(watched)) return;
  const fresh = { known: null, etag: null, lookedAt: null, failures: 0, lastError: null, removedAt: null };
  const now = parts.clock.now();
  await parts.store.watches.save(row.id, {
    ...{ registry, policy: watched },
    ...(anew ? { ...fresh, nextAt: now, activeAt: now } : {}),
  });
}

function newWatch(parts: Parts, repositoryId: number, policy: PackagePolicy): Watch {
  const now = parts.clock.now();
  return {
    ...{ id: parts.ids.next(), repositoryId, package: policy.name, registry: policy.registry ?? null },
    ...{ policy: watchedPolicy(policy), known: null, etag: null, nextAt: now, lookedAt: null, activeAt: now },
    ...{ failures: 0, lastError: null, removedAt: null },
    ...{ issueNumber: null, issueState: null, issueDigest: null, issueChangedAt: null },
  };
}

function watchedPolicy({ workflow, releasers, approvals, localPublishing }: PackagePolicy): WatchedPolicy {
  return ordered({
    workflow,
    releasers: releasers.map(principalName),
    approvers: approvals.from.map(principalName),
    localPublishing: localPublishing ?? null,
  });
}

/** The database keeps no order of keys. */
function ordered({ workflow, releasers, approvers, localPublishing: local }: WatchedPolicy): WatchedPolicy {
  const localPublishing =
    local === null ? null : { by: local.by, reason: local.reason, until: local.until, publishers: local.publishers };
  return { workflow, releasers, approvers, localPublishing };
}
