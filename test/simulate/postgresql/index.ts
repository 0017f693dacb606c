import { migrate } from "../../../src/store/migrate.ts";
import type { OpenDatabase } from "../database.ts";
import { AtServer } from "./at-server.ts";
import { connect } from "./connection.ts";
import { CommittedRows } from "./rows.ts";
import { Watchtower } from "./server.ts";

/** A database for one run after another. */
export interface Postgresql {
  open: OpenDatabase;
  close(): Promise<void>;
}

/**
 * Runs on the real PostgreSQL, on a database that nobody else uses. Each statement goes there when the seed says so, and nothing
 * else goes on until it has come back or waits for a lock; who gets a lock first is the server's to decide.
 */
export async function onPostgresql(url: string): Promise<Postgresql> {
  await migrate(url);
  const server = await Watchtower.open(url);
  return {
    async open() {
      await server.empty();
      const rows = new CommittedRows(server);
      const atServer = new AtServer(async () => await server.waiting());
      return {
        connect: async (name, step = atOnce) => await connect(named(url, name), step, { server, atServer, rows }),
        settle: async () => await atServer.settle(),
        refresh: async () => await rows.refresh(),
        look: (table) => rows.look(table),
      };
    },
    close: async () => await server.close(),
  };
}

/** So that the server's list of its connections says whose they are. */
function named(url: string, name: string): string {
  const address = new URL(url);
  address.searchParams.set("application_name", name);
  return address.href;
}

async function atOnce(): Promise<void> {
  // Nobody decides.
}
