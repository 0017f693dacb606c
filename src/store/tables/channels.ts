import type { Channel as Row, Prisma } from "../../../generated/prisma/client.ts";
import type { Channel } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function channels(database: Database): Store["channels"] {
  const table = database.channel;
  const there = async (where: Prisma.ChannelWhereInput): Promise<Channel[]> =>
    (await table.findMany({ where: { ...where, removedAt: null }, orderBy: [{ name: "asc" }, { id: "asc" }] })).map(
      fromRow,
    );
  return {
    async add(channel) {
      const { count } = await table.createMany({ data: [channel], skipDuplicates: true });
      return count === 1;
    },
    async get(id) {
      const row = await table.findUnique({ where: { id } });
      return row === null ? null : fromRow(row);
    },
    ofRepository: async (repositoryId) => await there({ scope: "repository", repositoryId }),
    ofPerson: async (personId) => await there({ scope: "person", personId }),
    async remove(id, at) {
      const data = { removedAt: at, slot: null, sealedAddress: "" };
      return (await table.updateMany({ where: { id, removedAt: null }, data })).count === 1;
    },
    sealedOtherwise: async (keyId) => await there({ sealedKeyId: { not: keyId } }),
    async reseal(id, sealedAddress, sealedKeyId) {
      await table.updateMany({ where: { id, removedAt: null }, data: { sealedAddress, sealedKeyId } });
    },
    async sent(id, at) {
      await table.updateMany({ where: { id }, data: { lastSentAt: at, lastFailedAt: null, lastError: null } });
    },
    async failed(id, at, error) {
      await table.updateMany({ where: { id }, data: { lastFailedAt: at, lastError: error } });
    },
  };
}

function fromRow(row: Row): Channel {
  return plain(row) as Channel;
}
