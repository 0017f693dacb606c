import { Prisma } from "../../../generated/prisma/client.ts";
import { type Database, type Plain, plain, type Together } from "../rows.ts";
import type { Inbox, NewDelivery, StoredDelivery } from "../types.ts";
import { queue } from "./queue.ts";

interface Claimed extends Omit<StoredDelivery, "installationId" | "repositoryId"> {
  installationId: bigint | null;
  repositoryId: bigint | null;
}

/** Most deliveries of one repository in one claim: the others get their turn. */
const mostOfOne = 2;

/** Among how many of the oldest a claim chooses: what it costs doesn't grow with what waits. */
const mostLookedAt = 1_000;

export function inbox(database: Database, together: Together): Inbox {
  return {
    ...queue(database, {
      table: "Delivery",
      key: "guid",
      what: `concat_ws('.', event, action)`,
      since: "receivedAt",
      done: (now) =>
        Prisma.sql`state = 'done', "doneAt" = ${now}::timestamptz, "lockedBy" = null, "lockedUntil" = null, "lastError" = null`,
    }),
    async store(deliveries) {
      if (deliveries.length === 0) return new Set();
      // Of two with one GUID in a batch the first counts: an INSERT may not touch a row twice.
      const first = new Map(deliveries.toReversed().map((delivery) => [delivery.guid, delivery]));
      const rows = await database.$queryRaw<Array<{ guid: string; fresh: boolean }>>`
        insert into "Delivery" (guid, event, action, "installationId", "repositoryId", body, "receivedAt", state, attempts, "nextAt")
        values ${Prisma.join([...first.values()].toReversed().map(values))}
        on conflict (guid) do update
          set state = 'waiting', attempts = 0, "nextAt" = excluded."nextAt", "lockedBy" = null, "lockedUntil" = null
          where "Delivery".state = 'dead'
        returning guid, (xmax = 0) as fresh`;
      return new Set(rows.filter(({ fresh }) => fresh).map(({ guid }) => guid));
    },
    claim: (worker, limit, now, until) =>
      together(async (inside) => {
        // One claim at a time over all instances: only so does each see which repositories somebody is busy with.
        // The conditions are there twice, since a row may be settled between being chosen and being updated.
        await inside.$executeRaw`select pg_advisory_xact_lock(hashtextextended('inbox.claim', 0))`;
        const rows = await inside.$queryRaw<Claimed[]>`
          with busy as materialized (
            select distinct "repositoryId" as id from "Delivery"
            where state = 'waiting' and "lockedUntil" > ${now}::timestamptz and "repositoryId" is not null),
          first as materialized (
            select guid, seq, "repositoryId" from "Delivery"
            where state = 'waiting' and "nextAt" <= ${now}::timestamptz
              and ("lockedUntil" is null or "lockedUntil" <= ${now}::timestamptz)
              and ("repositoryId" is null or "repositoryId" not in (select id from busy))
            order by seq limit ${mostLookedAt}),
          due as (
            select guid, seq, row_number() over (partition by coalesce("repositoryId"::text, guid) order by seq) as place
            from first)
          update "Delivery" set "lockedBy" = ${worker}, "lockedUntil" = ${until}::timestamptz, attempts = attempts + 1
          where guid in (select guid from due where place <= ${mostOfOne} order by seq limit ${limit})
            and state = 'waiting' and ("lockedUntil" is null or "lockedUntil" <= ${now}::timestamptz)
          returning guid, event, action, "installationId", "repositoryId", body, "receivedAt", attempts, seq`;
        return bySeq(rows).map(({ seq: _seq, ...row }) => plain(row) as Plain<Claimed>);
      }),
    async stored(guids) {
      const rows = await database.delivery.findMany({ where: { guid: { in: guids } }, select: { guid: true } });
      return new Set(rows.map(({ guid }) => guid));
    },
    async newest() {
      return (await database.delivery.aggregate({ _max: { receivedAt: true } }))._max.receivedAt;
    },
  };
}

function values({ guid, event, action, installationId, repositoryId, body, receivedAt }: NewDelivery): Prisma.Sql {
  return Prisma.sql`(${guid}, ${event}, ${action}, ${installationId}::bigint, ${repositoryId}::bigint, ${body}::bytea,
    ${receivedAt}::timestamptz, 'waiting', 0, ${receivedAt}::timestamptz)`;
}

/** RETURNING promises no order. */
export function bySeq<Row extends object>(rows: Row[]): Array<Row & { seq: bigint }> {
  return (rows as Array<Row & { seq: bigint }>).sort((a, b) => (a.seq < b.seq ? -1 : 1));
}
