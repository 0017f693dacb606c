import type { Repository } from "../domain/release-types.ts";
import { after, later, showStatus } from "./after.ts";
import { loseRepository, repositoryTransferred } from "./end-open.ts";
import { askWatches } from "./out-of-band/keep.ts";
import { peopleChanged } from "./people-changed.ts";
import { bringForward, forwardLeases } from "./forward.ts";
import { installationSuspended } from "./suspended.ts";
import { askOwners } from "./tokens/owners.ts";
import type { DeskParts } from "./types.ts";

/**
 * Learns from GitHub which repositories an installation shows us now, under which names and owners. Those that it doesn't show any
 * more are lost to us; a suspended installation loses nothing. Returns the ids of those that are shown.
 * @throws GitHubError with nothing taken for lost: only GitHub's word about the installation itself makes it so
 */
export async function learnRepositories(parts: DeskParts, installationId: number): Promise<number[]> {
  const installation = await parts.github.installation(installationId);
  if (installation?.suspended === true) {
    await installationSuspended(parts, installationId);
    return [];
  }
  const shown = installation === null ? [] : await parts.github.installationRepositories(installationId);
  const before = new Set((await parts.store.repositories.all()).map(({ id }) => id));
  for (const repository of shown) await learn(parts, repository);
  await watchNew(
    parts,
    shown.filter(({ id }) => !before.has(id)),
  );
  const known = (await parts.store.repositories.all()).filter((one) => one.installationId === installationId);
  for (const { id } of known) if (!shown.some((one) => one.id === id)) await loseRepository(parts, id);
  return shown.map(({ id }) => id);
}

/** The same after an event that may have opened a door: what was owed behind it is tried at once. */
export async function learnAnew(parts: DeskParts, installationId: number): Promise<void> {
  await bringForward(parts, await learnRepositories(parts, installationId));
}

/** Between two looks at installations that browsers tell of, in milliseconds: the app's own calls are not for strangers to spend. */
const toldPauseMs = 5_000;
const lookedAt = new WeakMap<DeskParts["store"], number>();

/**
 * The same for one that a browser tells of, before its webhook has come. One that is known is not asked for again, and of several told
 * in one moment only the first: the webhook tells of all.
 */
export async function learnInstalled(parts: DeskParts, installationId: number): Promise<void> {
  const known = await parts.store.repositories.all();
  if (known.some((one) => one.installationId === installationId)) return;
  const now = parts.clock.now().getTime();
  if (now - (lookedAt.get(parts.store) ?? 0) < toldPauseMs) return;
  lookedAt.set(parts.store, now);
  await learnAnew(parts, installationId);
  await peopleChanged(parts);
}

/** The same for every installation; at start, so that nothing depends on an event that was missed. */
export async function learnAllRepositories(parts: DeskParts): Promise<void> {
  for (const { id } of await parts.github.installations())
    await forwardLeases(parts, await learnRepositories(parts, id));
}

/** Asks for that of every installation that we know, so that a name or owner that no event told is learned within a day. */
export async function askRepositories(parts: Pick<DeskParts, "store" | "clock" | "ids">, cause: string): Promise<void> {
  const known = new Set((await parts.store.repositories.all()).map(({ installationId }) => installationId));
  for (const id of known) await after(parts, "repositories", String(id), cause);
}

/** Those that are new here, or back, are read for what is to be watched: one a second, since an installation may have thousands. */
async function watchNew(parts: DeskParts, repositories: readonly Repository[]): Promise<void> {
  const now = parts.clock.now();
  for (const [index, { id }] of repositories.entries())
    await after(parts, "watches", String(id), "now", later(now, index * 1000));
}

async function learn(parts: DeskParts, repository: Repository): Promise<void> {
  const before = await parts.store.repositories.get(repository.id);
  await parts.store.repositories.see(repository, parts.clock.now());
  if (before === null || isSame(before, repository)) return;
  parts.log.info({ repository: repository.id }, "A repository has another name or owner now.");
  if (before.ownerId !== repository.ownerId) {
    await repositoryTransferred(parts, before, repository);
    await askOwners(parts, { repositoryId: repository.id });
  }
  // What is shown names it, and links to it.
  for (const release of await parts.store.releases.activeInRepository(repository.id)) await showStatus(parts, release);
}

/** Where an event tells of a repository otherwise than we know it. Events come late and out of order: GitHub is asked which it is. */
export async function seen(parts: DeskParts, told: Repository): Promise<Repository> {
  const known = await parts.store.repositories.get(told.id);
  if (known === null || (isSame(known, told) && known.installationId === told.installationId)) {
    await parts.store.repositories.see(told, parts.clock.now());
    if (known === null) await askWatches(parts, told.id);
    return told;
  }
  for (const id of new Set([told.installationId, known.installationId])) await learnRepositories(parts, id);
  return (await parts.store.repositories.get(told.id)) ?? told;
}

function isSame(one: Repository, other: Repository): boolean {
  return one.ownerId === other.ownerId && one.owner === other.owner && one.name === other.name;
}
