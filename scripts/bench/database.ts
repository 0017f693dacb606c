import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbedded } from "../../src/store/embedded.ts";
import { quiet } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/types.ts";
import { startOwnPostgres } from "../../test/chaos/postgres.ts";

/** The two stores that an operator chooses from. */
export const storeKinds = ["embedded", "PostgreSQL"] as const;
export type StoreKind = (typeof storeKinds)[number];

/** A database that is there as long as the work lasts: the embedded one, or a server of its own as `DATABASE_URL` would name it. */
export async function withDatabase<T>(kind: StoreKind, work: (url: string) => Promise<T>): Promise<T> {
  if (kind === "PostgreSQL") {
    const server = await startOwnPostgres();
    try {
      return await work((await server.store.url()) ?? "");
    } finally {
      await server.store.drop();
    }
  }
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
  const embedded = await openEmbedded(join(folder, "database"), quiet);
  try {
    return await work(embedded.url);
  } finally {
    await embedded.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A store on a new embedded database, migrated. */
export async function withStore<T>(work: (store: Store, url: string) => Promise<T>): Promise<T> {
  return await withDatabase("embedded", async (url) => {
    const store = await openStore({ databaseUrl: url, log: quiet });
    try {
      return await work(store, url);
    } finally {
      await store.close();
    }
  });
}
