import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { quiet, type StoreLog } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/types.ts";

/** A database of a test's own on the run's server. */
export interface FreshDatabase {
  /** For `openStore({ databaseUrl })` or DATABASE_URL of a child process. */
  url: string;
  drop(): Promise<void>;
}

/** A new database: cloned from the migrated template, or empty. */
export async function freshDatabase(template: "template" | "empty" = "template"): Promise<FreshDatabase> {
  const server = inject("databaseUrl");
  if (server === undefined) throw new Error("test/support/global-setup.ts is not in vitest's globalSetup.");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const from = template === "empty" ? "template0" : "template";
  // Where nothing is synced, copying the files takes a third of the time that the log takes.
  await administer(server, `create database ${name} template ${from} strategy file_copy`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(server, `drop database if exists ${name} with (force)`) };
}

/** A store on a fresh database; `close` also drops it. */
export async function freshStore(
  log: StoreLog = quiet,
): Promise<{ store: Store; url: string; close(): Promise<void> }> {
  const database = await freshDatabase();
  const store = await openStore({ databaseUrl: database.url, log });
  return {
    store,
    url: database.url,
    async close() {
      await store.close();
      await database.drop();
    },
  };
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
