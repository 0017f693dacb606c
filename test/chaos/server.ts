import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { openEmbedded } from "../../src/store/embedded.ts";
import { quiet } from "../../src/store/log.ts";
import { onServer } from "./stores.ts";
import type { StoryStore } from "./stores.ts";

/** A PostgreSQL server that outlives the app's processes, with a database for each story. */
export interface StoryServer {
  fresh(): Promise<StoryStore>;
  close(): Promise<void>;
}

export async function startStoryServer(): Promise<StoryServer> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-chaos-server-"));
  const server = await openEmbedded(folder, quiet);
  const administer = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server.urlOf("postgres") });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  // Three instances take more connections than one does.
  await administer("alter system set max_connections = 200");
  return {
    async fresh() {
      const name = `story_${randomUUID().replaceAll("-", "")}`;
      await administer(`create database ${name}`);
      return onServer(server.urlOf(name), () => administer(`drop database if exists ${name} with (force)`));
    },
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
