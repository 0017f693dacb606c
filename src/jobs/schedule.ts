import { schedule } from "node-cron";
import { after } from "../desk/after.ts";
import type { DeskParts } from "../desk/types.ts";

/**
 * Asks for a reconcile pass every minute. The task's key is the minute, so of several instances one does it, once.
 * Returns what stops the clockwork.
 */
export function startSchedule(parts: Pick<DeskParts, "store" | "clock" | "ids" | "log">): () => Promise<void> {
  const task = schedule("* * * * *", async () => {
    try {
      await askReconcile(parts);
    } catch (error) {
      parts.log.warn(
        { error: error instanceof Error ? error.message : "unknown" },
        "could not ask for a reconcile pass",
      );
    }
  });
  return async () => {
    await task.stop();
  };
}

/** Asks for the reconcile pass of the present minute. */
export async function askReconcile(parts: Pick<DeskParts, "store" | "clock" | "ids">): Promise<void> {
  await after(parts, "reconcile", "all", parts.clock.now().toISOString().slice(0, 16));
}
