import { Prisma } from "../../../generated/prisma/client.ts";
import type { Database } from "../rows.ts";
import type { StoredTask, Tasks } from "../types.ts";
import { bySeq } from "./inbox.ts";
import { queue } from "./queue.ts";

export function tasks(database: Database): Tasks {
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
    async add({ id, kind, key, payload, createdAt, nextAt }) {
      const text = JSON.stringify(payload ?? null);
      const rows = await database.$queryRaw<Array<{ again: boolean }>>`
        insert into "Task" as old (id, kind, key, payload, "createdAt", state, attempts, "nextAt")
        values (${id}, ${kind}, ${key}, ${text}::jsonb, ${createdAt}::timestamptz, 'waiting', 0, ${nextAt}::timestamptz)
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
      const added = rows[0] !== undefined && !rows[0].again;
      if (added) await database.$executeRaw`select pg_notify('inbox', '')`;
      return added;
    },
    async addOnce({ id, kind, key, payload, createdAt, nextAt }) {
      const text = JSON.stringify(payload ?? null);
      const added = await database.$executeRaw`
        insert into "Task" (id, kind, key, payload, "createdAt", state, attempts, "nextAt")
        values (${id}, ${kind}, ${key}, ${text}::jsonb, ${createdAt}::timestamptz, 'waiting', 0, ${nextAt}::timestamptz)
        on conflict (key) do nothing`;
      if (added === 1) await database.$executeRaw`select pg_notify('inbox', '')`;
      return added === 1;
    },
    async claim(worker, limit, now, until) {
      const rows = await database.$queryRaw<StoredTask[]>`
        update "Task" set "lockedBy" = ${worker}, "lockedUntil" = ${until}::timestamptz, attempts = attempts + 1
        where id in (
          select id from "Task"
          where state = 'waiting' and "nextAt" <= ${now}::timestamptz
            and ("lockedUntil" is null or "lockedUntil" <= ${now}::timestamptz)
          order by seq limit ${limit} for update skip locked)
        returning id, kind, key, payload, "createdAt", attempts, seq`;
      return bySeq(rows).map(({ seq: _seq, ...row }) => row);
    },
  };
}
