import { startThrowawayServer } from "../support/throwaway-server.ts";
import { inMemory } from "./database.ts";
import { onPostgresql } from "./postgresql/index.ts";
import type { Postgresql } from "./postgresql/index.ts";

/** What the seeds of one process run on: rows in memory, or one embedded server for all of them. */
export async function openStores(store: "memory" | "postgresql"): Promise<Postgresql> {
  if (store === "memory") return { open: inMemory, close: () => Promise.resolve() };
  const server = await startThrowawayServer();
  const { open, close } = await onPostgresql(server.url);
  return {
    open,
    async close() {
      await close();
      await server.close();
    },
  };
}
