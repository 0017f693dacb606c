import type pg from "pg";
import { lockNumber } from "./exclusive.ts";
import type { Wiring } from "./wiring.ts";

/** Who is at work, known by a lock that dies with its holder's connection. */
export interface Presence {
  /** This process answers to a name until it ends, however it ends. */
  present(name: string): Promise<void>;
  /** Work held by names that nobody answers to any more is due again at once; returns how much there was. */
  freeAbandoned(): Promise<number>;
  /** How many processes answer to a name; 1 where nobody does yet. */
  instances(): Promise<number>;
  leave(): void;
}

/** Milliseconds until a lock that was lost with its connection is asked for again. */
const pause = 500;

export function makePresence(pool: pg.Pool, later: Wiring["later"]): Presence {
  const held = new Set<pg.PoolClient>();
  let left = false;

  async function hold(name: string): Promise<void> {
    const client = await pool.connect();
    // Until it is held again our work may be taken over; settling it then changes nothing.
    client.on("error", () => {
      if (!held.delete(client)) return;
      client.release(true);
      again(name);
    });
    try {
      await client.query("select pg_advisory_lock($1), pg_advisory_lock_shared($2)", [lockOf(name), everybody]);
    } catch (error) {
      client.release(true);
      throw error;
    }
    if (left) client.release(true);
    else held.add(client);
  }

  function again(name: string): void {
    if (left) return;
    later(pause, () => void (left ? undefined : hold(name).catch(() => again(name))));
  }

  return {
    present: hold,
    async freeAbandoned() {
      const client = await pool.connect();
      // The statement under way fails by itself; an error that nobody hears would end the process.
      client.on("error", nothing);
      let broken: Error | undefined;
      try {
        let freed = 0;
        for (const table of ["Delivery", "Task"])
          for (const name of await holders(client, table)) freed += await freeIfGone(client, table, name);
        return freed;
      } catch (error) {
        broken = error instanceof Error ? error : new Error("looking for abandoned work");
        throw error;
      } finally {
        client.release(broken);
        client.removeListener("error", nothing);
      }
    },
    async instances() {
      // A lock of one 64-bit key is shown as its two halves, with objsubid 1 (PostgreSQL, "pg_locks").
      const { rows } = await pool.query<{ count: number }>(
        `select count(*)::int as count from pg_locks
         where locktype = 'advisory' and objsubid = 1 and granted
           and database = (select oid from pg_database where datname = current_database())
           and classid = (($1::bigint >> 32) & 4294967295)::oid and objid = ($1::bigint & 4294967295)::oid`,
        [everybody],
      );
      return Math.max(1, rows[0]?.count ?? 0);
    },
    leave() {
      left = true;
      for (const client of held) client.release(true);
      held.clear();
    },
  };
}

/** Held together by all who are at work, so that they can be counted. */
const everybody = lockNumber("workers");

function lockOf(name: string): string {
  return lockNumber(`worker:${name}`);
}

async function holders(client: pg.PoolClient, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct "lockedBy" as name from "${table}" where state = 'waiting' and "lockedBy" is not null`,
  );
  return rows.map(({ name }) => name);
}

/** Whoever gets a worker's own lock knows that the worker is gone. */
async function freeIfGone(client: pg.PoolClient, table: string, name: string): Promise<number> {
  const { rows } = await client.query<{ gone: boolean }>("select pg_try_advisory_lock($1) as gone", [lockOf(name)]);
  if (rows[0]?.gone !== true) return 0;
  try {
    const sql = `update "${table}" set "lockedBy" = null, "lockedUntil" = null where state = 'waiting' and "lockedBy" = $1`;
    return (await client.query(sql, [name])).rowCount ?? 0;
  } finally {
    await client.query("select pg_advisory_unlock($1)", [lockOf(name)]);
  }
}

function nothing(): void {
  // Whoever waits for an answer is told by it.
}
