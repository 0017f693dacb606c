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

test("one that is cut while it looks for abandoned work only fails that look", async () => {
  const [holder, watcher] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
  await holder.connect();
  await watcher.connect();
  await holder.query('begin; lock table "Delivery" in access exclusive mode');
  const failed = expect(store.freeAbandoned()).rejects.toThrow("terminat");
  // Not by the holder: a transaction sees the activity of its beginning.
  const waiting = `select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like 'select distinct%'`;
  while ((await watcher.query(waiting)).rowCount === 0);
  await cut("select distinct%");
  await failed;
  await holder.end();
  await watcher.end();
  expect(await store.freeAbandoned()).toBe(0);
});

test("one whose presence was cut is present again, and its work isn't taken from it", async () => {
  await store.present("worker");
  const at = new Date(0);
  await store.tasks.add({ id: "t", kind: "sync", key: "t", payload: null, createdAt: at, nextAt: at });
  expect(await store.tasks.claim("worker", 1, at, new Date(60_000))).toHaveLength(1);
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const holder = `select pid from pg_locks where locktype = 'advisory' and granted
    and database = (select oid from pg_database where datname = current_database())`;
  const before = (await admin.query<{ pid: number }>(holder)).rows[0]?.pid;
  await admin.query("select pg_terminate_backend($1)", [before]);
  const now = async (): Promise<number | undefined> => (await admin.query<{ pid: number }>(holder)).rows[0]?.pid;
  for (let pid = await now(); pid === undefined || pid === before; pid = await now());
  await admin.end();
  expect(await other.freeAbandoned()).toBe(0);
});
