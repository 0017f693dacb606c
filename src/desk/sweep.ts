import { later } from "./after.ts";
import { askAllOwners } from "./tokens/owners.ts";
import type { DeskParts } from "./types.ts";

/** Handled deliveries and tasks are kept this long, for looking back, in milliseconds. */
const keptMs = 14 * 86_400_000;

/**
 * The night's work: forgets what nobody needs any more (sessions that are over, work that was done two weeks ago), and has the
 * owners of all tokens looked at in the course of the day.
 */
export async function sweep(parts: Pick<DeskParts, "store" | "clock" | "ids" | "log">): Promise<void> {
  const now = parts.clock.now();
  const sessions = await parts.store.sessions.sweep(now);
  const deliveries = await parts.store.inbox.sweep(later(now, -keptMs));
  const tasks = await parts.store.tasks.sweep(later(now, -keptMs));
  await askAllOwners(parts);
  parts.log.info({ sessions, deliveries, tasks }, "Forgot what nobody needs any more.");
}
