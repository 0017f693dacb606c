import { setTimeout as delay } from "node:timers/promises";
import type { StoreLog } from "../log.ts";
import type { Server } from "./server.ts";
import { DatabaseTrouble } from "./trouble.ts";

/** Between the tries to start it again, in milliseconds: doubled each time, up to the second. */
const pauses = { first: 500, longest: 30_000 };

/**
 * Keeps the server running: one that ends though nobody asked (its disk was full, somebody killed it) is started again on the same
 * data, for as long as it takes. Whoever uses the database meanwhile is refused, and goes on afterwards.
 */
export function keepRunning(first: Server, start: () => Promise<Server>, log: StoreLog): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let server = first;
  const again = async (): Promise<void> => {
    for (let pause = pauses.first; !stopping.signal.aborted; pause = Math.min(pauses.longest, pause * 2)) {
      try {
        server = await start();
        return log.info({}, "The embedded PostgreSQL runs again.");
      } catch (error) {
        const why = error instanceof DatabaseTrouble ? error.message : "It couldn't be started.";
        log.error({}, `${why} It is tried again in ${pause / 1000} s.`);
        await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const kept = (async () => {
    for (;;) {
      await server.ended;
      if (stopping.signal.aborted) return;
      log.error({}, "The embedded PostgreSQL ended. It is started again; no stored data is lost.");
      await again();
      // Asked to stop while it was being started.
      if (stopping.signal.aborted) return await server.stop();
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await server.stop();
      await kept;
    },
  };
}
