import { Prisma } from "../../../generated/prisma/client.ts";
import type { Release as Row } from "../../../generated/prisma/client.ts";
import { activeStates, type Release } from "../../domain/release-types.ts";
import { type Database, toNumber } from "../rows.ts";
import type { QueueAsk, QueueRows } from "../types.ts";
import { among, narrowed } from "./release-lists.ts";

type Found = Row & { rank: number | null; total: bigint; mine: bigint };

/** The rank of what doesn't wait for whoever asks. */
const others = 3;

/** One page of a person's queue, in one question: every active release is ranked, and only the page's rows are read whole. */
export async function queueRows(database: Database, ask: QueueAsk, fromRow: (row: Row) => Release): Promise<QueueRows> {
  const states = activeStates.filter((state) => ask.filter.states?.includes(state) ?? true);
  const ids = among(ask.repositoryIds, ask.filter);
  if (ids.length === 0 || states.length === 0) return { releases: [], total: 0, mine: 0 };
  const rows = await database.$queryRaw<Found[]>`
    with ranked as (${ranked(ask, ids, states)}),
      counted as (select count(*) as total, count(*) filter (where rank < ${others}) as mine from ranked),
      page as (select * from ranked order by rank, until, number limit ${ask.limit} offset ${ask.offset})
    select release.*, page.rank, counted.total, counted.mine
    from counted left join page on true left join "Release" as release on release.id = page.id
    order by page.rank, page.until, page.number`;
  return {
    releases: rows.flatMap(({ rank, total: _total, mine: _mine, ...row }) =>
      rank === null ? [] : [{ release: fromRow(row), mine: rank < others }],
    ),
    total: toNumber(rows[0]?.total ?? 0n),
    mine: toNumber(rows[0]?.mine ?? 0n),
  };
}

/**
 * 0: npm asks this person. 1: a run of theirs is to be confirmed. 2: it waits for them by name, or for a team of theirs and isn't their
 * own; and they have not approved it yet. A token that their own release waits for is theirs to seal whatever they have said. What is
 * staged waits for them likewise, unless somebody has it in hand already.
 */
function ranked({ person, filter }: QueueAsk, ids: number[], states: string[]): Prisma.Sql {
  const login = person.login.toLowerCase();
  return Prisma.sql`
    select release.id, release.number, case when own and asks.id is not null then asks."expiresAt" end as until,
      case
        when own and asks.id is not null then 0
        when own and release.state = 'unconfirmed' then 1
        when release.state = 'staged' and (${login} = any(release.awaits) or (not own and release.awaits && ${person.teams}::text[]))
          and (
            select decision.id from "Release" as decision
            where decision."stageOf" = release.id and decision.state = any(${activeStates}::text[]) limit 1
          ) is null then 2
        when release.state <> 'waiting' then ${others}
        when own and ${login} = any(release.awaits) then 2
        when (${login} = any(release.awaits) or (not own and release.awaits && ${person.teams}::text[]))
          -- A value, not EXISTS: that would have every approval there ever was read into a table of hashes.
          and (
            select word.id from "Approval" as word
            where word."releaseId" = release.id and word."personId" = ${person.id}::bigint and word.verdict = 'approved' limit 1
          ) is null then 2
        else ${others}
      end as rank
    from "Release" as release
      cross join lateral (select release."releaserId" = ${person.id}::bigint as own) as whose
      left join "Challenge" as asks on asks."openFor" = release.id and asks.state = 'open'
    where ${Prisma.join(
      [
        Prisma.sql`release.state = any(${states}::text[])`,
        Prisma.sql`release."repositoryId" = any(${ids}::bigint[])`,
        ...narrowed({ ...filter, states: undefined }, "release"),
      ],
      " and ",
    )}`;
}

export async function awaitedTeams(
  database: Database,
  ids: number[],
): Promise<Array<{ team: string; repositoryId: number }>> {
  if (ids.length === 0) return [];
  const rows = await database.$queryRaw<Array<{ team: string; repositoryId: bigint }>>`
    select name as team, min(release."repositoryId") as "repositoryId"
    from "Release" as release cross join lateral unnest(release.awaits) as name
    where release.state in ('waiting', 'staged') and release."repositoryId" = any(${ids}::bigint[]) and starts_with(name, '@')
      -- Most wait for people alone: those are passed over before their names are taken apart.
      and array_to_string(release.awaits, ' ') like '%@%'
    group by name order by name`;
  return rows.map(({ team, repositoryId }) => ({ team, repositoryId: toNumber(repositoryId) }));
}
