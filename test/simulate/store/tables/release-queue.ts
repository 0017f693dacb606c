import type { Release } from "../../../../src/domain/release-types.ts";
import type { QueueAsk, QueueRows } from "../../../../src/store/types.ts";
import type { ReleaseRow } from "../rows.ts";
import type { Session } from "../session.ts";
import type { Transaction } from "../transaction.ts";
import { by, compare } from "../values.ts";
import { isActive, narrowed } from "./release-lists.ts";

const others = 3;

interface Ranked {
  row: ReleaseRow;
  number: number;
  rank: number;
  until: Date | null;
}

export async function queueRows(
  session: Session,
  ask: QueueAsk,
  release: (row: ReleaseRow) => Release,
): Promise<QueueRows> {
  return await session.run("releases.queue", (sql) => {
    const rows = narrowed(sql.rows("Release").filter(isActive), ask.repositoryIds, ask.filter);
    const ranked = rows.map((row) => ranking(sql, row, ask)).sort(by("rank", "until", "number"));
    const page = ranked.slice(ask.offset, ask.offset + ask.limit);
    return {
      releases: page.map(({ row, rank }) => ({ release: release(row), mine: rank < others })),
      total: ranked.length,
      mine: ranked.filter(({ rank }) => rank < others).length,
    };
  });
}

/** See src/store/tables/release-queue.ts for what the ranks mean. */
function ranking(sql: Transaction, row: ReleaseRow, { person }: QueueAsk): Ranked {
  const own = row.releaserId === person.id;
  const asks = own ? sql.one("Challenge", (one) => one.openFor === row.id && one.state === "open") : null;
  const until = asks?.expiresAt ?? null;
  const of = (rank: number): Ranked => ({ row, number: row.number, rank, until });
  if (asks !== null) return of(0);
  if (own && row.state === "unconfirmed") return of(1);
  const awaits = row.awaits ?? [];
  const byName = awaits.includes(person.login.toLowerCase());
  const asked = byName || (!own && person.teams.some((team) => awaits.includes(team)));
  if (row.state === "staged") return of(asked && !isInHand(sql, row.id) ? 2 : others);
  if (row.state !== "waiting") return of(others);
  if (own && byName) return of(2);
  return of(asked && !hasApproved(sql, row.id, person.id) ? 2 : others);
}

function isInHand(sql: Transaction, releaseId: string): boolean {
  return sql.one("Release", (one) => one.stageOf === releaseId && isActive(one)) !== null;
}

function hasApproved(sql: Transaction, releaseId: string, personId: number): boolean {
  const word = sql.one(
    "Approval",
    (one) => one.releaseId === releaseId && one.personId === personId && one.verdict === "approved",
  );
  return word !== null;
}

export async function awaitedTeams(
  session: Session,
  ids: number[],
): Promise<Array<{ team: string; repositoryId: number }>> {
  if (ids.length === 0) return [];
  return await session.run("releases.awaitedTeams", (sql) => {
    const first = new Map<string, number>();
    const awaiting = sql
      .rows("Release")
      .filter(({ state, repositoryId }) => ["waiting", "staged"].includes(state) && ids.includes(repositoryId));
    for (const row of awaiting)
      for (const team of (row.awaits ?? []).filter((name) => name.startsWith("@")))
        first.set(team, Math.min(row.repositoryId, first.get(team) ?? Infinity));
    return [...first].sort(([a], [b]) => compare(a, b)).map(([team, repositoryId]) => ({ team, repositoryId }));
  });
}
