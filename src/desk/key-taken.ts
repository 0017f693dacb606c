import { forwardLeases } from "./forward.ts";
import type { DeskParts } from "./types.ts";

/** Set-aside work that is looked through. */
const most = 1_000;

/**
 * GitHub takes the app's key (again): deliveries and tasks that were set aside while it didn't are done now, and removals that were
 * stuck are tried at once. Called at start and whenever the key is taken after it was refused; harmless at any other time.
 */
export async function keyTaken(parts: Pick<DeskParts, "store" | "clock" | "ids" | "log">): Promise<void> {
  const { store, clock } = parts;
  let revived = 0;
  for (const queue of [store.inbox, store.tasks])
    for (const { key, lastError } of await queue.dead(most))
      if (lastError?.includes("key-refused") === true && (await queue.revive(key, clock.now()))) revived += 1;
  if (revived > 0) parts.log.info({ revived }, "Work that waited for the app's key goes on.");
  const stuck = (await store.leases.open()).filter(({ lastError }) => lastError !== null);
  await forwardLeases(parts, [...new Set(stuck.map(({ repositoryId }) => repositoryId))]);
}
