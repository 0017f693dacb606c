import type { Stop as Row } from "../../../generated/prisma/client.ts";
import type { Stop } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function stops(database: Database): Store["stops"] {
  const table = database.stop;
  return {
    async begin(stop) {
      const { count } = await table.createMany({ data: [stop], skipDuplicates: true });
      return count === 1;
    },
    get: async (id) => orNull(await table.findUnique({ where: { id } })),
    of: async (accountId) => orNull(await table.findUnique({ where: { openFor: accountId } })),
    async open() {
      const rows = await table.findMany({
        where: { openFor: { not: null } },
        orderBy: [{ beganAt: "asc" }, { id: "asc" }],
      });
      return rows.map(fromRow);
    },
    async recent(accountIds, limit) {
      const rows = await table.findMany({
        where: { accountId: { in: accountIds } },
        orderBy: [{ beganAt: "desc" }, { id: "desc" }],
        take: limit,
      });
      return rows.map(fromRow);
    },
    async lift(id, by) {
      const { count } = await table.updateMany({
        where: { id, openFor: { not: null } },
        data: { ...by, openFor: null },
      });
      return count === 1;
    },
  };
}

function fromRow(row: Row): Stop {
  return plain(row) as Stop;
}

function orNull(row: Row | null): Stop | null {
  return row === null ? null : fromRow(row);
}
