import type { SealedToken as Row } from "../../../generated/prisma/client.ts";
import type { SealedToken } from "../../domain/release-types.ts";
import { type Database, plain, type Together } from "../rows.ts";
import type { Store } from "../types.ts";

/** What is left of a token that is not used any more: no ciphertext, no place. */
function emptied(why: string, at: Date) {
  return { slot: null, ciphertext: "", removedAt: at, removedWhy: why };
}

export function tokens(database: Database, together: Together): Store["tokens"] {
  const table = database.sealedToken;
  return {
    async put(token) {
      await together(async (inside) => {
        // Two that come at once for one slot: the second waits, and replaces the first.
        await inside.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`token:${token.slot}`}, 0))`;
        if (token.slot !== null) {
          await inside.sealedToken.updateMany({
            where: { slot: token.slot },
            data: emptied("replaced", token.sealedAt),
          });
        }
        await inside.sealedToken.create({ data: token });
      });
    },
    get: async (id) => orNull(await table.findUnique({ where: { id } })),
    live: async (repositoryId, environmentId, personId) =>
      orNull(await table.findUnique({ where: { slot: `${repositoryId}/${environmentId}/${personId}` } })),
    ofPerson: async (personId) => all(await table.findMany({ where: { personId }, orderBy: newestFirst() })),
    ofRepository: async (repositoryId) =>
      all(await table.findMany({ where: { repositoryId }, orderBy: newestFirst() })),
    async used(id, at) {
      await table.updateMany({ where: { id }, data: { lastUsedAt: at } });
    },
    async remove(id, why, at) {
      const { count } = await table.updateMany({ where: { id, removedAt: null }, data: emptied(why, at) });
      return count === 1;
    },
  };
}

function newestFirst() {
  return [{ sealedAt: "desc" as const }, { id: "desc" as const }];
}

function orNull(row: Row | null): SealedToken | null {
  return row === null ? null : plain(row);
}

function all(rows: Row[]): SealedToken[] {
  return rows.map((row) => plain(row));
}
