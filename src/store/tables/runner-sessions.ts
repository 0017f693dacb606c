import type { RunnerSession as Row } from "../../../generated/prisma/client.ts";
import type { RunnerSession } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function runnerSessions(database: Database): Store["runnerSessions"] {
  const table = database.runnerSession;
  return {
    async open(session) {
      const { count } = await table.createMany({ data: [session], skipDuplicates: true });
      return count === 1;
    },
    byBearer: async (bearerHash) => orNull(await table.findUnique({ where: { bearerHash } })),
    get: async (id) => orNull(await table.findUnique({ where: { id } })),
  };
}

function orNull(row: Row | null): RunnerSession | null {
  return row === null ? null : (plain(row) as RunnerSession);
}
