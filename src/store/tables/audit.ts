import { Prisma } from "../../../generated/prisma/client.ts";
import type { AuditEvent as Row } from "../../../generated/prisma/client.ts";
import type { AuditFilter } from "../../domain/audit/index.ts";
import type { AuditEvent } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function audit(database: Database): Store["audit"] {
  return {
    async add({ detail, ...event }) {
      await database.auditEvent.create({ data: { ...event, detail: detail as Prisma.InputJsonObject } });
    },
    async ofRelease(releaseId) {
      const rows = await database.auditEvent.findMany({ where: { releaseId }, orderBy: { seq: "asc" } });
      return rows.map(eventOf);
    },
    async page({ repositoryIds, filter, before, limit }) {
      const ids = repositoryIds.filter((id) => filter.repositoryId === undefined || id === filter.repositoryId);
      if (ids.length === 0) return [];
      const rows = await database.$queryRaw<Array<Row & { package: string | null; version: string | null }>>(
        pageSql(ids, filter, before, limit),
      );
      return rows.map((row) => ({
        ...eventOf(row),
        seq: plain({ seq: row.seq }).seq,
        publishes: row.package === null ? null : { package: row.package, version: row.version ?? "" },
      }));
    },
  };
}

/** Where this many rows are asked for at most, and of all kinds, each repository's newest are read by its own index. */
const fewRows = 200;

/**
 * Two ways to the same rows (both measured with 1,000,000 of them). Without a filter on what happened: each repository's newest by its
 * own index, and of these the newest, so that what is read doesn't grow with the events of others. With one, and for many rows at
 * once: from the newest on, as one pass, since a quiet repository would be read to its end for what isn't there.
 */
function pageSql(ids: number[], filter: AuditFilter, before: number | null, limit: number): Prisma.Sql {
  const { repositoryId: _among, releaseId: _byItsIndex, ...content } = filter;
  const each = limit <= fewRows && Object.keys(content).length === 0;
  const wanted = conditions(filter, before);
  const mine = Prisma.sql`one."repositoryId" = any(${ids}::bigint[])`;
  const events = each
    ? Prisma.sql`unnest(${ids}::bigint[]) as mine(id) cross join lateral (
        select * from "AuditEvent" as one
        where ${Prisma.join([Prisma.sql`one."repositoryId" = mine.id`, ...wanted], " and ")}
        order by one.seq desc limit ${limit}
      ) as event`
    : Prisma.sql`(
        select * from "AuditEvent" as one where ${Prisma.join([mine, ...wanted], " and ")}
        order by one.seq desc limit ${limit}
      ) as event`;
  return Prisma.sql`
    select event.*, release.package, release.version
    from ${events} left join "Release" as release on release.id = event."releaseId"
    order by event.seq desc limit ${limit}`;
}

function conditions(filter: AuditFilter, before: number | null): Prisma.Sql[] {
  return [
    before === null ? null : Prisma.sql`one.seq < ${before}::bigint`,
    filter.releaseId === undefined ? null : Prisma.sql`one."releaseId" = ${filter.releaseId}`,
    filter.actor === undefined ? null : Prisma.sql`lower(one.actor) = lower(${filter.actor})`,
    filter.what === undefined ? null : Prisma.sql`starts_with(one.what, ${filter.what})`,
    filter.from === undefined ? null : Prisma.sql`one.at >= ${filter.from}::timestamptz`,
    filter.to === undefined ? null : Prisma.sql`one.at < ${filter.to}::timestamptz`,
  ].filter((one) => one !== null);
}

function eventOf(row: Row): AuditEvent {
  const { at, what, actor, actorId, repositoryId, releaseId, detail } = plain(row);
  return {
    ...{ at, what, actor },
    ...(actorId === null ? {} : { actorId }),
    ...(repositoryId === null ? {} : { repositoryId }),
    ...(releaseId === null ? {} : { releaseId }),
    detail: detail as AuditEvent["detail"],
  };
}
