import { schedule } from "node-cron";
import { after } from "../desk/after.ts";
import { askWatchPass } from "../desk/out-of-band/ask.ts";
import type { DeskParts } from "../desk/types.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids" | "log">;

/**
 * Asks for a reconcile pass and a look at watched packages every minute, for what GitHub couldn't deliver every five, for a look at the tokens that end every quarter of an hour (zones are off by quarters, so
 * every hour of every zone is met), and for a sweep once a night. A task's key is its minute, quarter or day, so of several
 * instances one does it, once. Returns what stops the clockwork.
 */
export function startSchedule(parts: Parts): () => Promise<void> {
  const every = (when: string, ask: (parts: Parts) => Promise<void>): ReturnType<typeof schedule> =>
    schedule(when, async () => {
      await ask(parts).catch((error: unknown) => {
        parts.log.warn({ error: error instanceof Error ? error.message : "unknown" }, "Could not ask for a pass.");
      });
    });
  const clockwork = [
    every("* * * * *", askReconcile),
    every("* * * * *", askWatchPass),
    every("*/5 * * * *", askDeliveries),
    every("*/15 * * * *", askWarnings),
    every("17 3 * * *", askSweep),
  ];
  return async () => {
    for (const task of clockwork) await task.stop();
  };
}

/** Asks for the reconcile pass of the present minute. */
export async function askReconcile(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  await after(parts, "reconcile", "all", parts.clock.now().toISOString().slice(0, 16));
}

/** Asks for the reading of GitHub's log of deliveries in the present five minutes. */
export async function askDeliveries(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  await after(parts, "deliveries", "all", slot(parts, 5));
}

/** Asks for the look at the tokens that end in the present quarter of an hour. */
export async function askWarnings(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  await after(parts, "warnings", "all", slot(parts, 15));
}

/** The present stretch of so many minutes, by its beginning. */
function slot(parts: Pick<DeskParts, "clock">, minutes: number): string {
  const ms = minutes * 60_000;
  return new Date(Math.floor(parts.clock.now().getTime() / ms) * ms).toISOString().slice(0, 16);
}

/** Asks for the sweep of the present day. */
export async function askSweep(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  await after(parts, "sweep", "all", parts.clock.now().toISOString().slice(0, 10));
}
