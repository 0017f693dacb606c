import type { Prisma, SealedToken as Row } from "../../../generated/prisma/client.ts";
import type { RemovedWhy, SealedToken } from "../../domain/release-types.ts";
import { type Database, json, plain, toNumber, type Together } from "../rows.ts";
import type { Store } from "../types.ts";

/** What is left of a token that is not used any more: no ciphertext, no place. */
function emptied(why: RemovedWhy, at: Date) {
  return { slot: null, ciphertext: "", removedAt: at, removedWhy: why, warnAt: null };
}

export function tokens(database: Database, together: Together): Store["tokens"] {
  const table = database.sealedToken;
  const many = async (where: Prisma.SealedTokenWhereInput): Promise<SealedToken[]> =>
    (await table.findMany({ where, orderBy: [{ sealedAt: "desc" as const }, { id: "desc" as const }] })).map(fromRow);
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
        await inside.sealedToken.create({ data: { ...token, seen: json(token.seen) } });
      });
    },
    get: async (id) => orNull(await table.findUnique({ where: { id } })),
    live: async (repositoryId, environmentId, personId) =>
      orNull(await table.findUnique({ where: { slot: `${repositoryId}/${environmentId}/${personId}` } })),
    ofPerson: async (personId) => await many({ personId }),
    ofRepository: async (repositoryId) => await many({ repositoryId }),
    liveOfEnvironment: async (repositoryId, environmentId) =>
      await many({ repositoryId, environmentId, removedAt: null }),
    async repositories() {
      const rows = await table.findMany({
        where: { removedAt: null },
        distinct: ["repositoryId"],
        orderBy: { repositoryId: "asc" },
        select: { repositoryId: true },
      });
      return rows.map(({ repositoryId }) => toNumber(repositoryId));
    },
    liveOfGroup: async (groupId) => await many({ groupId, removedAt: null }),
    async used(id, at) {
      await table.updateMany({ where: { id }, data: { lastUsedAt: at } });
    },
    async seen(id, seen, refused) {
      const said = refused === null ? {} : { refusedAt: refused.at, refusedWhy: refused.why };
      await table.updateMany({ where: { id }, data: { seen: json(seen), ...said } });
    },
    async refuse(id, { at, why }) {
      await table.updateMany({ where: { id, refusedAt: null }, data: { refusedAt: at, refusedWhy: why } });
    },
    async endsEarlier(id, expiresAt, warnAt) {
      await table.updateMany({ where: { id, expiresAt: { gt: expiresAt } }, data: { expiresAt, warnAt } });
    },
    async remove(id, why, at) {
      const { count } = await table.updateMany({ where: { id, removedAt: null }, data: emptied(why, at) });
      return count === 1;
    },
    async toWarn(now, limit, afterId) {
      const where = { removedAt: null, warnAt: { lte: now }, ...(afterId === null ? {} : { id: { gt: afterId } }) };
      return (await table.findMany({ where, orderBy: { id: "asc" }, take: limit })).map(fromRow);
    },
    async warnNext(id, at) {
      await table.updateMany({ where: { id, removedAt: null }, data: { warnAt: at } });
    },
  };
}

function fromRow(row: Row): SealedToken {
  return plain(row) as unknown as SealedToken;
}

function orNull(row: Row | null): SealedToken | null {
  return row === null ? null : fromRow(row);
}
