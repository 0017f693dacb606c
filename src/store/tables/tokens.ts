import { Prisma } from "../../../generated/prisma/client.ts";
import type { SealedToken as Row } from "../../../generated/prisma/client.ts";
import type { RemovedWhy, SealedToken } from "../../domain/release-types.ts";
import { type Database, json, plain, toNumber, type Together } from "../rows.ts";
import type { Store } from "../types.ts";

type Due = Awaited<ReturnType<Store["tokens"]["toWarn"]>>[number];
/** A row as SQL gives it: GitHub's ids are bigints. */
type Plainly<T> = { [Key in keyof T]: T[Key] extends number ? bigint : T[Key] };

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
    liveOfRepository: async (repositoryId) => await many({ repositoryId, removedAt: null }),
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
    async livePackages(repositoryIds) {
      if (repositoryIds.length === 0) return [];
      const rows = await database.$queryRaw<Array<{ repositoryId: bigint; package: string }>>`
        select distinct token."repositoryId", name as package
        from "SealedToken" as token cross join lateral unnest(token.packages) as name
        where token."removedAt" is null and token."repositoryId" = any(${repositoryIds}::bigint[])`;
      return rows.map(plain);
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
    async toWarn(now, limit, after) {
      const rest =
        after === null
          ? Prisma.empty
          : Prisma.sql`and ("warnAt", id) > (${after.warnAt}::timestamptz, ${after.id}::text)`;
      const rows = await database.$queryRaw<Array<Plainly<Due>>>`
        select id, "repositoryId", "personId", "warnAt" from "SealedToken"
        where "removedAt" is null and "warnAt" <= ${now}::timestamptz ${rest} order by "warnAt", id limit ${limit}`;
      return rows.map(plain);
    },
    async forgetEnded(now) {
      const where = { removedAt: null, expiresAt: { lte: now }, ciphertext: { not: "" } };
      return (await table.updateMany({ where, data: { ciphertext: "" } })).count;
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
