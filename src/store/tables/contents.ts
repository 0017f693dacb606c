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

export function packageContents(database: Database): Store["packageContents"] {
  const table = database.packageContents;
  const idOf = (releaseId: string, packageName: string): string => `${releaseId} ${packageName}`;
  return {
    async put(told) {
      const row = {
        ...told,
        id: idOf(told.releaseId, told.package),
        document: told.document as Prisma.InputJsonValue,
      };
      await table.upsert({ where: { id: row.id }, create: row, update: row });
    },
    async of(releaseId, packageName) {
      const row = await table.findUnique({ where: { id: idOf(releaseId, packageName) } });
      if (row === null) return null;
      const { id: _id, package: _package, ...told } = row;
      return plain(told) as ToldContents;
    },
    sweep: async (before) => (await table.deleteMany({ where: { toldAt: { lt: before } } })).count,
  };
}

function orNull(row: Row | null): ToldContents | null {
  return row === null ? null : (plain(row) as ToldContents);
}
