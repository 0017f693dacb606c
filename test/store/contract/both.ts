import { beforeEach, describe } from "vitest";
import { quiet } from "../../../src/store/log.ts";
import { openStore } from "../../../src/store/open.ts";
import type { Store } from "../../../src/store/types.ts";
import { createMemoryDatabase } from "../../simulate/store/index.ts";
import { freshStore } from "../../support/database.ts";

/** What a suite has in its hands: a store on an empty database, and other instances' stores on the same one. */
export interface Bench {
  readonly store: Store;
  another(): Promise<Store>;
}

interface Opened extends Bench {
  close(): Promise<void>;
}

async function onPostgres(): Promise<Opened> {
  const { store, url, close } = await freshStore();
  const others: Store[] = [];
  return {
    store,
    async another() {
      const other = await openStore({ databaseUrl: url, log: quiet });
      others.push(other);
      return other;
    },
    async close() {
      // One that a test has closed says so.
      for (const other of others) await other.close().catch(() => undefined);
      await close();
    },
  };
}

async function inMemory(): Promise<Opened> {
  const database = createMemoryDatabase();
  let count = 0;
  const connect = (): Store => database.connect(`instance ${(count += 1)}`).store;
  return await Promise.resolve({
    store: connect(),
    another: () => Promise.resolve(connect()),
    close: () => Promise.resolve(),
  });
}

/** A database of each kind: what one promises, the other keeps. */
export const kinds: Array<[kind: string, open: () => Promise<Opened>]> = [
  ["PostgreSQL", onPostgres],
  ["memory", inMemory],
];

/** Runs a suite against the real store and the one in memory, each test on a database of its own. */
export function onBothStores(suite: (bench: Bench) => void): void {
  describe.each(kinds)("on %s", (_kind, open) => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await open();
      return () => opened.close();
    });
    suite({
      get store() {
        return opened.store;
      },
      another: () => opened.another(),
    });
  });
}
