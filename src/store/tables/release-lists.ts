import { Prisma } from "../../../generated/prisma/client.ts";
import { activeStates, endStates, type ReleaseState } from "../../domain/release-types.ts";
import { type Database, plain, toNumber } from "../rows.ts";
import type { ReleaseFilter, RepositorySummary } from "../types.ts";

/** The repositories that a filter leaves. */
export function among(ids: number[], { repositoryId }: ReleaseFilter): number[] {
  return repositoryId === undefined ? ids : ids.filter((id) => id === repositoryId);
}

/** The rest of the filter as conditions on a table of this name. */
export function narrowed(
  { releaserId, states }: { releaserId?: number | undefined; states?: readonly string[] | undefined },
  name: string,
): Prisma.Sql[] {
  const table = Prisma.raw(name);
  return [
    releaserId === undefined ? null : Prisma.sql`${table}."releaserId" = ${releaserId}::bigint`,
    states === undefined ? null : Prisma.sql`${table}.state = any(${[...states]}::text[])`,
  ].filter((one) => one !== null);
}

/**
 * Those that ended last. What somebody asked for is found by their own index. Otherwise each repository (and state, where the filter
 * names some) is asked for its last end, by its index; only those whose last end is among the latest can hold any of what is wanted,
 * so that what is read grows neither with what ended long ago nor with the repositories' number times `limit`.
 */
export function endedSql(ids: number[], { releaserId, states }: ReleaseFilter, limit: number): Prisma.Sql {
  const ends = states?.filter((state) => (endStates as readonly string[]).includes(state));
  if (releaserId !== undefined)
    return Prisma.sql`
      select * from "Release" as one
      where one."repositoryId" = any(${ids}::bigint[]) and one."endedAt" is not null
        and ${Prisma.join(narrowed({ releaserId, states: ends }, "one"), " and ")}
      order by one."endedAt" desc, one.number desc limit ${limit}`;
  const each = ends === undefined ? Prisma.empty : Prisma.sql`cross join unnest(${ends}::text[]) as wanted(state)`;
  const its = ends === undefined ? Prisma.empty : Prisma.sql`and own.state = wanted.state`;
  return Prisma.sql`
    with places as (
      select *, (
        select max(own."endedAt") from "Release" as own where own."repositoryId" = place.repository ${its}
      ) as last
      from (select mine.id as repository from unnest(${ids}::bigint[]) as mine(id)) as place ${each}
    )
    select one.* from (select * from places order by last desc nulls last limit ${limit}) as wanted
    cross join lateral (
      select * from "Release" as own
      where own."repositoryId" = wanted.repository and own."endedAt" is not null ${its}
      order by own."endedAt" desc, own.number desc limit ${limit}
    ) as one
    order by one."endedAt" desc, one.number desc limit ${limit}`;
}

interface Newest {
  repositoryId: bigint;
  id: string;
  package: string;
  version: string;
  mode: string;
  state: ReleaseState;
  requestedAt: Date;
  endedAt: Date | null;
}

/** Packages are found one by one along their index, so that what is read grows with them and not with their releases. */
export async function summaries(database: Database, ids: number[]): Promise<Map<number, RepositorySummary>> {
  const found = new Map(ids.map((id): [number, RepositorySummary] => [id, { active: 0, packages: [] }]));
  if (ids.length === 0) return found;
  const active = await database.$queryRaw<Array<{ id: bigint; count: bigint }>>`
    select "repositoryId" as id, count(*) as count from "Release"
    where state = any(${[...activeStates]}::text[]) and "repositoryId" = any(${ids}::bigint[]) group by "repositoryId"`;
  for (const { id, count } of active) entry(found, id).active = toNumber(count);
  const newest = await database.$queryRaw<Newest[]>`
    with recursive published (repository, package) as (
      select mine.id, (select min(one.package) from "Release" as one where one."repositoryId" = mine.id)
      from unnest(${ids}::bigint[]) as mine(id)
      union all
      select before.repository, (
        select min(one.package) from "Release" as one
        where one."repositoryId" = before.repository and one.package > before.package
      )
      from published as before where before.package is not null
    )
    select newest.* from published cross join lateral (
      select "repositoryId", id, package, version, mode, state, "requestedAt", "endedAt" from "Release" as one
      where one."repositoryId" = published.repository and one.package = published.package and one.purpose = 'publish'
      order by one.number desc limit 1
    ) as newest
    order by newest.package`;
  for (const { repositoryId, ...row } of newest)
    entry(found, repositoryId).packages.push(plain(row) as RepositorySummary["packages"][number]);
  return found;
}

function entry(found: Map<number, RepositorySummary>, id: bigint): RepositorySummary {
  const known = found.get(toNumber(id));
  if (known === undefined) throw new Error(`A summary of repository ${id} was not asked for.`);
  return known;
}
