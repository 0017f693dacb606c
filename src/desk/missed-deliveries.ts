import { keptMs, missedDeliveries } from "../domain/deliveries.ts";
import type { Attempt } from "../domain/deliveries.ts";
import { GitHubError } from "../github/types.ts";
import { later } from "./after.ts";
import type { DeskParts } from "./types.ts";

/** How far GitHub's log of deliveries has been read. */
const bookmark = "deliveries";

/**
 * Asks GitHub for what it couldn't deliver while we were away: it does not try again by itself ("Handling failed webhook
 * deliveries"). The first time there is nothing to miss: what was sent before we remembered anything is not ours to act on.
 */
export async function fetchMissed(parts: DeskParts): Promise<void> {
  const { store, github, log } = parts;
  const now = parts.clock.now();
  const read = (await store.bookmarks.get(bookmark)) ?? (await store.inbox.newest());
  if (read === null) return await store.bookmarks.set(bookmark, now);
  const earliest = later(now, -keptMs);
  const listed = await github.deliveries(read < earliest ? earliest : read);
  const stored = await store.inbox.stored([...new Set(listed.map(({ guid }) => guid))]);
  const { again, lost, readUntil } = missedDeliveries(listed, stored, now);
  for (const one of again) await askAgain(parts, one);
  for (const { guid, event } of lost)
    log.error(
      { guid, event },
      "A delivery failed each time and is given up; the reconciler compares what it was about.",
    );
  await store.bookmarks.set(bookmark, readUntil);
}

/** What GitHub doesn't give again (its payload is gone) doesn't keep the others back. */
async function askAgain({ github, log }: DeskParts, { id, guid, event }: Attempt): Promise<void> {
  try {
    await github.redeliver(id);
    log.info({ guid, event }, "GitHub was asked for a delivery that never arrived.");
  } catch (error) {
    if (!(error instanceof GitHubError) || !["not-found", "invalid"].includes(error.code)) throw error;
    log.warn({ guid, event }, "GitHub doesn't deliver again what never arrived.");
  }
}
