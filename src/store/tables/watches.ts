import type { Prisma, Watch as Row } from "../../../generated/prisma/client.ts";
import type { Watch } from "../../domain/out-of-band/types.ts";
import { type Database, json, plain, without } from "../rows.ts";
import type { Store } from "../types.ts";

const live = { removedAt: null };

export function watches(database: Database): Store["watches"] {
  const table = database.watch;
  return {
    async add(watch) {
      const data = columns(watch) as Prisma.WatchCreateManyInput;
      const { count } = await table.createMany({ data: [data], skipDuplicates: true });
      return count === 1;
    },
    async of(repositoryId, packageName) {
      const where = { repositoryId_package: { repositoryId, package: packageName } };
      const row = await table.findUnique({ where });
      return row === null ? null : fromRow(row);
    },
    async ofRepository(repositoryId) {
      const rows = await table.findMany({ where: { repositoryId }, orderBy: [{ package: "asc" }, { id: "asc" }] });
      return rows.map(fromRow);
    },
    async due(now, limit) {
      const rows = await table.findMany({
        where: { ...live, nextAt: { lte: now } },
        orderBy: [{ nextAt: "asc" }, { id: "asc" }],
        take: limit,
      });
      return rows.map(fromRow);
    },
    count: async () => await table.count({ where: live }),
    async looked(id, lookedAt, patch) {
      const data = columns(without(patch, "id", "repositoryId", "package")) as Prisma.WatchUpdateManyMutationInput;
      const { count } = await table.updateMany({ where: { id, lookedAt, ...live }, data });
      return count === 1;
    },
    async save(id, patch) {
      const data = columns(without(patch, "id", "repositoryId", "package")) as Prisma.WatchUpdateManyMutationInput;
      await table.updateMany({ where: { id }, data });
    },
  };
}

function columns(fields: Partial<Watch>): object {
  return { ...fields, ...("known" in fields ? { known: json(fields.known) } : {}) };
}

function fromRow(row: Row): Watch {
  return plain(row) as unknown as Watch;
}
