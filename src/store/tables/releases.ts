import type { Release as Row, Prisma } from "../../../generated/prisma/client.ts";
import { activeStates, type Release } from "../../domain/release-types.ts";
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
    inIssue: async (repositoryId, issueNumber) =>
      all(await table.findMany({ where: { repositoryId, issueNumber }, orderBy: { number: "desc" } })),
    recent: async (ids, limit) =>
      all(await table.findMany({ where: { repositoryId: { in: ids } }, orderBy: { number: "desc" }, take: limit })),
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

/** The fields as columns: the two that hold JSON need a word for NULL. */
function columns(fields: Partial<Release>): object {
  return {
    ...fields,
    ...("runnerReport" in fields ? { runnerReport: json(fields.runnerReport) } : {}),
    ...("decision" in fields ? { decision: json(fields.decision) } : {}),
  };
}

function fromRow(row: Row): Release {
  return plain(row) as unknown as Release;
}

function orNull(row: Row | null): Release | null {
  return row === null ? null : fromRow(row);
}

function all(rows: Row[]): Release[] {
  return rows.map(fromRow);
}
