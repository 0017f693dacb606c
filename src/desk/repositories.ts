import { GitHubError } from "../github/types.ts";
import { forgetRepository } from "./tokens/owners.ts";
import type { DeskParts } from "./types.ts";

/**
 * Learns which repositories an installation shows us now; those it doesn't show any more are marked as removed. Their leases stay
 * open: what was armed there is still to be removed.
 */
export async function learnRepositories(parts: DeskParts, installationId: number): Promise<void> {
  const now = parts.clock.now();
  const known = (await parts.store.repositories.all()).filter((one) => one.installationId === installationId);
  const shown = await parts.github.installationRepositories(installationId).catch((error: unknown) => {
    // An installation that was removed or suspended shows nothing.
    if (error instanceof GitHubError && ["not-found", "forbidden", "unauthorized"].includes(error.code)) return [];
    throw error;
  });
  for (const repository of shown) await parts.store.repositories.see(repository, now);
  for (const { id } of known) {
    if (shown.some((one) => one.id === id)) continue;
    await parts.store.repositories.removed(id, now);
    await forgetRepository(parts, id);
  }
}

/** The same for every installation; at start, so that nothing depends on an event that was missed. */
export async function learnAllRepositories(parts: DeskParts): Promise<void> {
  for (const { id, suspended } of await parts.github.installations())
    if (!suspended) await learnRepositories(parts, id);
}
