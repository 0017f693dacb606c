import { later } from "./after.ts";
import type { DeskParts } from "./types.ts";

/** Handled deliveries and tasks are kept this long, for looking back, in milliseconds. */
const keptMs = 14 * 86_400_000;

/** Forgets what nobody needs any more: sessions that are over, and work that was done two weeks ago. */
export async function sweep(parts: Pick<DeskParts, "store" | "clock" | "log">): Promise<void> {
  const now = parts.clock.now();
  const sessions = await parts.store.sessions.sweep(now);
  const deliveries = await parts.store.inbox.sweep(later(now, -keptMs));
  const tasks = await parts.store.tasks.sweep(later(now, -keptMs));
  parts.log.info({ sessions, deliveries, tasks }, "Forgot what nobody needs any more.");
}
