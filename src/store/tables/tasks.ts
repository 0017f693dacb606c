import { Prisma } from "../../../generated/prisma/client.ts";
import type { Database } from "../rows.ts";
import { type NewTask, type StoredTask, type Tasks, unhurried } from "../types.ts";
import { bySeq } from "./inbox.ts";
import { queue } from "./queue.ts";

export function tasks(database: Database): Tasks {
  async function claim(
    which: Prisma.Sql,
    worker: string,
    limit: number,
    now: Date,
    until: Date,
  ): Promise<StoredTask[]> {
    const rows = await database.$queryRaw<StoredTask[]>`
      update "Task" set "lockedBy" = ${worker}, "lockedUntil" = ${until}::timestamptz, attempts = attempts + 1
      where id in (
        select id from "Task"
        where state = 'waiting' and "nextAt" <= ${now}::timestamptz and ${which}
          and ("lockedUntil" is null or "lockedUntil" <= ${now}::timestamptz)
        order by seq limit ${limit} for update skip locked)
      returning id, kind, key, payload, "createdAt", attempts, seq`;
    return bySeq(rows).map(({ seq: _seq, ...row }) => row);
  }
  return {
    ...queue(database, {
      table: "Task",
      key: "key",
      what: "kind",
      since: "createdAt",
      // Asked for again while it ran: not done, but due once more.
      done: (now) => Prisma.sql`
        state = case when "againAt" is null then 'done' else 'waiting' end,
        "doneAt" = case when "againAt" is null then ${now}::timestamptz end,
        "nextAt" = coalesce("againAt", "nextAt"), attempts = case when "againAt" is null then attempts else 0 end,
        "againAt" = null, "lockedBy" = null, "lockedUntil" = null, "lastError" = null`,
    }),
    add: async (task) => (await add(database, [task])) === 1,
    addAll: async (all) => await add(database, all),
    async addOnce({ id, kind, key, payload, createdAt, nextAt }) {
      const text = JSON.stringify(payload ?? null);
      const added = await database.$executeRaw`
        insert into "Task" (id, kind, key, payload, "createdAt", state, attempts, "nextAt")
        values (${id}, ${kind}, ${key}, ${text}::jsonb, ${createdAt}::timestamptz, 'waiting', 0, ${nextAt}::timestamptz)
        on conflict (key) do nothing`;
      if (added === 1) await database.$executeRaw`select pg_notify('inbox', '')`;
      return added === 1;
    },
    claim: (worker, limit, now, until) =>
      claim(Prisma.sql`kind not in (${Prisma.join([...unhurried])})`, worker, limit, now, until),
    claimUnhurried: (worker, limit, now, until) =>
      claim(Prisma.sql`kind in (${Prisma.join([...unhurried])})`, worker, limit, now, until),
  };
}

/** How many are new, or asked anew; the others wait already. */
async function add(database: Database, all: NewTask[]): Promise<number> {
  if (all.length === 0) return 0;
  const columns = [
    all.map(({ id }) => id),
    all.map(({ kind }) => kind),
    all.map(({ key }) => key),
    all.map(({ payload }) => JSON.stringify(payload ?? null)),
    all.map(({ createdAt }) => createdAt.toISOString()),
    all.map(({ nextAt }) => nextAt.toISOString()),
  ] as const;
  const [ids, kinds, keys, payloads, created, due] = columns;
  const rows = await database.$queryRaw<Array<{ again: boolean }>>`
    insert into "Task" as old (id, kind, key, payload, "createdAt", state, attempts, "nextAt")
    select id, kind, key, payload::jsonb, created::timestamptz, 'waiting', 0, due::timestamptz
    from unnest(${ids}::text[], ${kinds}::text[], ${keys}::text[], ${payloads}::text[], ${created}::text[], ${due}::text[])
      with ordinality as given (id, kind, key, payload, created, due, place) order by place
    on conflict (key) do update set
      payload = excluded.payload,
      id = case when old.state = 'waiting' then old.id else excluded.id end,
      "createdAt" = case when old.state = 'waiting' then old."createdAt" else excluded."createdAt" end,
      attempts = case when old.state = 'waiting' then old.attempts else 0 end,
      "nextAt" = case when old.state = 'waiting' then old."nextAt" else excluded."nextAt" end,
      "lastError" = case when old.state = 'waiting' then old."lastError" end,
      "againAt" = case when old.state = 'waiting' then least(old."againAt", excluded."nextAt") end,
      "doneAt" = null, state = 'waiting', kind = excluded.kind
      where old.state <> 'waiting' or old."lockedBy" is not null
    returning ("againAt" is not null) as again`;
  const added = rows.filter(({ again }) => !again).length;
  if (added > 0) await database.$executeRaw`select pg_notify('inbox', '')`;
  return added;
}
