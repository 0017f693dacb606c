import type { Clock } from "../domain/clock.ts";
import type { StoreLog } from "../store/log.ts";
import { type Queue, StaleRow } from "../store/types.ts";
import { mostAttempts, nextTry } from "./back-off.ts";
import { describeError } from "./describe-error.ts";

/** How often work whose row changed under it is done again at once, before it waits like any other. */
const staleTries = 5;

/** One claimed item of either queue. */
export interface Work {
  queue: Pick<Queue<never>, "done" | "failed">;
  key: string;
  /** Ids for the log. */
  about: Record<string, unknown>;
  attempts: number;
  /** No release waits for it; only few of these are worked on at once. */
  unhurried?: boolean;
  handle(): Promise<void>;
}

/** How a try ended; `dead`: set aside after its last. */
export type Result = "done" | "failed" | "dead";

/**
 * Does one piece of work and settles it: done, or due again later, or set aside as dead. Never throws; where even settling
 * fails, the lock runs out and the work is done again.
 */
export async function attempt(work: Work, parts: { clock: Clock; worker: string; log: StoreLog }): Promise<Result> {
  const { clock, worker, log } = parts;
  try {
    // More attempts than allowed: its worker died each time before it could say so.
    if (work.attempts > mostAttempts) throw new WorkerDied();
    await handleFresh(work);
    if (!(await work.queue.done(work.key, worker, clock.now()))) {
      log.warn(work.about, "Work was done, but another worker had taken it over meanwhile.");
    }
    return "done";
  } catch (error) {
    return await setBack(work, error, parts);
  }
}

async function setBack(
  work: Work,
  error: unknown,
  parts: { clock: Clock; worker: string; log: StoreLog },
): Promise<Result> {
  const { clock, worker, log } = parts;
  const { sentence, ...described } = describeError(error);
  const again = nextTry(work.attempts, clock.now());
  const entry = { ...work.about, attempts: work.attempts, error: described };
  if (again === null) log.error(entry, `Work was set aside after ${work.attempts} attempts: ${sentence}`);
  else log.warn({ ...entry, again }, `Work failed and is tried again: ${sentence}`);
  try {
    await work.queue.failed(work.key, worker, sentence, again);
  } catch {
    log.error(work.about, "Work could not be set back; it is tried again when its lock runs out.");
  }
  return again === null ? "dead" : "failed";
}

async function handleFresh(work: Work): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work.handle();
    } catch (error) {
      if (!(error instanceof StaleRow) || tries >= staleTries) throw error;
    }
  }
}

class WorkerDied extends Error {
  readonly code = "worker-died";
  constructor() {
    super("Its worker died each time.");
    this.name = "WorkerDied";
  }
}
