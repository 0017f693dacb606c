import pg from "pg";
import { beforeEach, expect, test } from "vitest";
import { quiet } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/types.ts";
import { freshStore } from "../support/database.ts";
import { ear } from "../support/ear.ts";

let store: Store;
let url: string;
let other: Store;
beforeEach(async () => {
  const fresh = await freshStore();
  ({ store, url } = fresh);
  other = await openStore({ databaseUrl: url, log: quiet });
  return async () => {
    await other.close();
    await fresh.close();
  };
});

/** Ends connections of the database under the stores that use it. */
async function cut(query: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and query ilike $1`,
    [query],
  );
  await admin.end();
}

test("a lost connection is made again, and listeners are told to look for themselves", async () => {
  const one = ear();
  await store.listen("inbox", one.hear);
  await cut("listen%");
  expect(await one.until(1)).toEqual([""]);
  await other.notify("inbox", "back");
  expect(await one.until(2)).toEqual(["", "back"]);
});

test("the pool survives its connections being cut", async () => {
  await store.ping();
  await cut("%");
  const later = async (): Promise<void> => store.ping().catch(() => store.ping());
  await later();
  expect(await store.exclusive("a", () => Promise.resolve(1))).toBe(1);
});
