import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type pg from "pg";
import type { StoreLog } from "./log.ts";

/** What the present async work is inside of. Work that it left behind may outlive it, so it says when it is over. */
interface Inside {
  what: string;
  over: boolean;
}
const inside = new AsyncLocalStorage<Inside>();

/** Runs work that must not ask for a lock: it holds a lock or a connection already. */
export async function runInside<T>(what: string, work: () => Promise<T>): Promise<T> {
  const here: Inside = { what, over: false };
  try {
    return await inside.run(here, work);
  } finally {
    here.over = true;
  }
}

/** Locks that all instances respect, and a way to let them go. */
export interface Locks {
  exclusive<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Locks on PostgreSQL's advisory locks, each on a connection of its own from a pool of their own: work that waits for a lock never
 * takes a connection that the work under the lock needs. In this process those who want one key queue here, first come first
 * served, and take no connection while they do.
 */
export function makeLocks(pool: pg.Pool, log: StoreLog): Locks {
  const lines = new Map<string, Promise<void>>();
  return {
    async exclusive(key, work) {
      const outer = inside.getStore();
      if (outer?.over === false) throw new Error(`exclusive("${key}") was asked for inside of ${outer.what}.`);
      const before = lines.get(key) ?? Promise.resolve();
      const mine = before.then(() => locked(pool, key, work, log));
      const settled = mine.then(nothing, nothing);
      lines.set(key, settled);
      try {
        return await mine;
      } finally {
        if (lines.get(key) === settled) lines.delete(key);
      }
    },
  };
}

async function locked<T>(pool: pg.Pool, key: string, work: () => Promise<T>, log: StoreLog): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => void (broken = error);
  client.on("error", onError);
  try {
    await client.query("select pg_advisory_lock($1)", [lockNumber(key)]);
    return await runInside(`exclusive("${key}")`, work);
  } finally {
    if (broken === undefined) broken = await unlock(client, key);
    // Not sooner: a connection lost under the unlock would end the process, as an error that nobody hears.
    client.removeListener("error", onError);
    if (broken !== undefined)
      log.warn({ key }, "The connection that held a lock was lost before the work was through.");
    client.release(broken);
  }
}

/** The error where the lock couldn't be let go: the connection is then closed, and the lock with it. */
async function unlock(client: pg.PoolClient, key: string): Promise<Error | undefined> {
  try {
    await client.query("select pg_advisory_unlock_all()");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(`unlock ${key}`);
  }
}

/** A key as PostgreSQL's 64-bit number. Two keys that fall on one number would only wait for each other. */
export function lockNumber(key: string): string {
  return createHash("sha256").update(`countersign:${key}`).digest().readBigInt64BE().toString();
}

function nothing(): void {
  // Its result is somebody else's.
}
