import type { Prisma, SecondBuild as Row } from "../../../generated/prisma/client.ts";
import type { ToldBuild } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function secondBuilds(database: Database): Store["secondBuilds"] {
  const table = database.secondBuild;
  return {
    async add(told) {
      const row = { ...told, document: told.document as Prisma.InputJsonValue };
      const { count } = await table.createMany({ data: [row], skipDuplicates: true });
      return count === 1;
    },
    of: async (releaseId) => orNull(await table.findUnique({ where: { releaseId } })),
    sweep: async (before) => (await table.deleteMany({ where: { toldAt: { lt: before } } })).count,
  };
}

function orNull(row: Row | null): ToldBuild | null {
  return row === null ? null : (plain(row) as ToldBuild);
}
