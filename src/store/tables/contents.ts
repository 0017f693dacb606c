import type { Contents as Row, Prisma } from "../../../generated/prisma/client.ts";
import type { ToldContents } from "../../domain/inside/types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function contents(database: Database): Store["contents"] {
  const table = database.contents;
  return {
    async put(told) {
      const document = told.document as Prisma.InputJsonValue;
      const row = { ...told, document };
      await table.upsert({ where: { releaseId: told.releaseId }, create: row, update: row });
    },
    of: async (releaseId) => orNull(await table.findUnique({ where: { releaseId } })),
    sweep: async (before) => (await table.deleteMany({ where: { toldAt: { lt: before } } })).count,
  };
}

function orNull(row: Row | null): ToldContents | null {
  return row === null ? null : (plain(row) as ToldContents);
}
