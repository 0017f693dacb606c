import { schedule } from "node-cron";
import { after } from "../desk/after.ts";
import type { DeskParts } from "../desk/types.ts";

type Parts = Pick<DeskParts, "store" | "clock" | "ids" | "log">;

/**
 * Asks for a reconcile pass every minute, and for a sweep once a night. A task's key is its minute or day, so of several instances
 * one does it, once. Returns what stops the clockwork.
 */
export function startSchedule(parts: Parts): () => Promise<void> {
  const every = (when: string, ask: (parts: Parts) => Promise<void>): ReturnType<typeof schedule> =>
    schedule(when, async () => {
      await ask(parts).catch((error: unknown) => {
        parts.log.warn({ error: error instanceof Error ? error.message : "unknown" }, "Could not ask for a pass.");
      });
    });
  const clockwork = [every("* * * * *", askReconcile), every("17 3 * * *", askSweep)];
  return async () => {
    for (const task of clockwork) await task.stop();
  };
}

/** Asks for the reconcile pass of the present minute. */
export async function askReconcile(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  await after(parts, "reconcile", "all", parts.clock.now().toISOString().slice(0, 16));
}

/** Asks for the sweep of the present day. */
export async function askSweep(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  await after(parts, "sweep", "all", parts.clock.now().toISOString().slice(0, 10));
}
