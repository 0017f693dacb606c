import type { Prisma, Sighting as Row } from "../../../generated/prisma/client.ts";
import type { Sighting } from "../../domain/out-of-band/types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

const open = { verdict: "odd", acknowledgedAt: null };

export function sightings(database: Database): Store["sightings"] {
  const table = database.sighting;
  return {
    async add(sighting) {
      const data = sighting as object as Prisma.SightingCreateManyInput;
      const { count } = await table.createMany({ data: [data], skipDuplicates: true });
      return count === 1;
    },
    async get(id) {
      const row = await table.findUnique({ where: { id } });
      return row === null ? null : fromRow(row);
    },
    async ofPackage(repositoryId, packageName, limit) {
      const where = { repositoryId, package: packageName };
      return all(await table.findMany({ where, orderBy: [{ seenAt: "desc" }, { id: "desc" }], take: limit }));
    },
    async recent(repositoryIds, limit) {
      const where = { repositoryId: { in: repositoryIds } };
      return all(await table.findMany({ where, orderBy: [{ seenAt: "desc" }, { id: "desc" }], take: limit }));
    },
    async open(repositoryIds) {
      const where = { repositoryId: { in: repositoryIds }, ...open };
      return all(await table.findMany({ where, orderBy: [{ seenAt: "asc" }, { id: "asc" }] }));
    },
    openCount: async () => await table.count({ where: open }),
    async judge(id, { verdict, oddities, expectedWhy }) {
      const { count } = await table.updateMany({
        where: { id, verdict: "noticed" },
        data: { verdict, expectedWhy, oddities: oddities as object[] },
      });
      return count === 1;
    },
    async acknowledge(id, by) {
      const { count } = await table.updateMany({ where: { id, ...open }, data: by });
      return count === 1;
    },
  };
}

function fromRow(row: Row): Sighting {
  return plain(row) as unknown as Sighting;
}

function all(rows: Row[]): Sighting[] {
  return rows.map(fromRow);
}
