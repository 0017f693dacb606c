import { Prisma } from "../../../generated/prisma/client.ts";
import { type Database, toNumber } from "../rows.ts";
import type { Queue } from "../types.ts";

/** Which table is the queue. Names are ours, never input. */
interface Layout {
  table: "Delivery" | "Task";
  /** Column by which an item is settled. */
  key: "guid" | "key";
  /** SQL for what an item is, for the list of dead ones. */
  what: string;
  /** Column that says since when it is there. */
  since: "receivedAt" | "createdAt";
  /** What is set when an item is done. */
  done: (now: Date) => Prisma.Sql;
}

/** All of a queue but the claim: every change names the worker, so that one that lost its lock changes nothing. */
export function queue(database: Database, layout: Layout): Omit<Queue<never>, "claim"> {
  const table = Prisma.raw(`"${layout.table}"`);
  const column = Prisma.raw(`"${layout.key}"`);
  const held = (key: string, worker: string): Prisma.Sql =>
    Prisma.sql`where ${column} = ${key} and "lockedBy" = ${worker} and state = 'waiting'`;
  const change = async (sql: Prisma.Sql): Promise<boolean> => (await database.$executeRaw(sql)) === 1;

  return {
    done: (key, worker, now) => change(Prisma.sql`update ${table} set ${layout.done(now)} ${held(key, worker)}`),
    failed: (key, worker, error, nextAt) =>
      change(Prisma.sql`
        update ${table} set "lockedBy" = null, "lockedUntil" = null, "lastError" = ${error},
          state = ${nextAt === null ? "dead" : "waiting"}, "nextAt" = coalesce(${nextAt}::timestamptz, "nextAt")
        ${held(key, worker)}`),
    renew: (key, worker, until) =>
      change(Prisma.sql`update ${table} set "lockedUntil" = ${until}::timestamptz ${held(key, worker)}`),
    release: (key, worker) =>
      change(Prisma.sql`
        update ${table} set "lockedBy" = null, "lockedUntil" = null, attempts = attempts - 1 ${held(key, worker)}`),
    async nextDue() {
      const [row] = await database.$queryRaw<Array<{ due: Date | null }>>`
        select min(greatest("nextAt", coalesce("lockedUntil", "nextAt"))) as due from ${table} where state = 'waiting'`;
      return row?.due ?? null;
    },
    async counts() {
      const rows = await database.$queryRaw<Array<{ state: string; count: bigint }>>`
        select state, count(*) as count from ${table} where state in ('waiting', 'dead') group by state`;
      const of = (state: string): number => toNumber(rows.find((row) => row.state === state)?.count ?? 0n);
      return { waiting: of("waiting"), dead: of("dead") };
    },
    async dead(limit) {
      return await database.$queryRaw`
        select ${column} as key, ${Prisma.raw(layout.what)} as what, attempts, "lastError", ${Prisma.raw(`"${layout.since}"`)} as since
        from ${table} where state = 'dead' order by seq desc limit ${limit}`;
    },
    revive: (key, now) =>
      change(Prisma.sql`
        update ${table} set state = 'waiting', attempts = 0, "nextAt" = ${now}::timestamptz, "lockedBy" = null, "lockedUntil" = null
        where ${column} = ${key} and state = 'dead'`),
    async sweep(before) {
      return await database.$executeRaw`delete from ${table} where state = 'done' and "doneAt" < ${before}::timestamptz`;
    },
  };
}
