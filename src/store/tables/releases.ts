import type { Release as Row, Prisma } from "../../../generated/prisma/client.ts";
import { awaited, type Reason } from "../../domain/reason.ts";
import { activeStates, type Release } from "../../domain/release-types.ts";
import { among, endedSql, summaries } from "./release-lists.ts";
import { awaitedTeams, queueRows } from "./release-queue.ts";
import { type Database, json, plain, without } from "../rows.ts";
import { StaleRow, type Store } from "../types.ts";

const active = { state: { in: [...activeStates] as string[] } };

export function releases(database: Database): Store["releases"] {
  const table = database.release;
  return {
    async insert(release) {
      const data = columns(without(release, "number")) as Prisma.ReleaseCreateManyInput;
      // Skipped rather than failed: a failed INSERT would end the transaction that it is part of.
      const [row] = await table.createManyAndReturn({ data: [data], skipDuplicates: true });
      return row === undefined ? false : fromRow(row);
    },
    get: async (id) => orNull(await table.findUnique({ where: { id } })),
    byNumber: async (number) => orNull(await table.findUnique({ where: { number } })),
    byRun: async (runId) => orNull(await table.findUnique({ where: { runId } })),
    holding: async (repositoryId, environmentId) =>
      orNull(await table.findUnique({ where: { holds: `${repositoryId}/${environmentId}` } })),
    active: async () => all(await table.findMany({ where: active, orderBy: { number: "asc" } })),
    activeInRepository: async (repositoryId) =>
      all(await table.findMany({ where: { ...active, repositoryId }, orderBy: { number: "asc" } })),
    async counts() {
      const rows = await table.groupBy({ by: ["state"], where: active, _count: true });
      const counts = new Map(rows.map(({ state, _count }) => [state, _count]));
      return Object.fromEntries(
        [...activeStates].flatMap((state) => (counts.has(state) ? [[state, counts.get(state)]] : [])),
      );
    },
    inIssue: async (repositoryId, issueNumber) =>
      all(await table.findMany({ where: { repositoryId, issueNumber }, orderBy: { number: "desc" } })),
    ofVersion: async (repositoryId, packageName, version) =>
      all(
        await table.findMany({
          where: { repositoryId, version, purpose: "publish", ...publishing(packageName) },
          orderBy: { number: "desc" },
        }),
      ),
    ofStage: async (releaseId) =>
      all(await table.findMany({ where: { stageOf: releaseId }, orderBy: { number: "desc" } })),
    recent: async (ids, limit) =>
      all(await table.findMany({ where: { repositoryId: { in: ids } }, orderBy: { number: "desc" }, take: limit })),
    async ended(ids, filter, limit) {
      if (ids.length === 0) return [];
      return all(await database.$queryRaw<Row[]>(endedSql(among(ids, filter), filter, limit)));
    },
    async publishedBefore(repositoryId, packageName, number) {
      const where = { repositoryId, state: "published", number: { lt: number }, ...publishing(packageName) };
      return orNull(await table.findFirst({ where, orderBy: { number: "desc" } }));
    },
    queue: async (ask) => await queueRows(database, ask, fromRow),
    awaitedTeams: async (ids) => await awaitedTeams(database, ids),
    summaries: async (ids) => await summaries(database, ids),
    async save({ id, rowVersion }, patch) {
      const data = columns(without(patch, "id", "number", "rowVersion")) as Prisma.ReleaseUpdateManyMutationInput;
      const [row] = await table.updateManyAndReturn({
        where: { id, rowVersion },
        data: { ...data, rowVersion: { increment: 1 } },
      });
      if (row === undefined) throw new StaleRow(`Release ${id}`);
      return fromRow(row);
    },
  };
}

/** Those that publish a package, alone or among several. */
function publishing(name: string): Prisma.ReleaseWhereInput {
  return { OR: [{ package: name }, { packages: { array_contains: [{ name }] } }] };
}

/** The fields as columns: those that hold JSON need a word for NULL; whom a decision or a stage waits for is kept beside it, to be found. */
function columns(fields: Partial<Release>): object {
  const staged = fields.runnerReport?.stageWaitsFor;
  return {
    ...fields,
    ...("packages" in fields ? { packages: json(fields.packages) } : {}),
    ...("runnerReport" in fields ? { runnerReport: json(fields.runnerReport) } : {}),
    ...("decision" in fields
      ? { decision: json(fields.decision), awaits: folded(awaited(fields.decision ?? nothing)) }
      : {}),
    ...(staged === undefined ? {} : { awaits: folded(staged.names) }),
  };
}

/** GitHub compares logins and teams without regard to case. */
function folded(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

const nothing: Reason = { rule: "release", verdict: "satisfied", text: "" };

function fromRow(row: Row): Release {
  const { awaits: _derived, ...rest } = plain(row);
  return rest as unknown as Release;
}

function orNull(row: Row | null): Release | null {
  return row === null ? null : fromRow(row);
}

function all(rows: Row[]): Release[] {
  return rows.map(fromRow);
}
