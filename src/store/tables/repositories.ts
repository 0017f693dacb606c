import type { Repository as Row } from "../../../generated/prisma/client.ts";
import type { Repository } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function repositories(database: Database): Store["repositories"] {
  return {
    async see({ id, installationId, owner, ownerId, ownerType, name, private: hidden, defaultBranch }, at) {
      const fields = { installationId, owner, ownerId, ownerType, name, private: hidden, defaultBranch };
      const seen = { ...fields, seenAt: at, removedAt: null };
      await database.repository.upsert({ where: { id }, create: { id, ...seen }, update: seen });
    },
    async removed(id, at) {
      await database.repository.updateMany({ where: { id, removedAt: null }, data: { removedAt: at } });
    },
    async get(id) {
      const row = await database.repository.findUnique({ where: { id } });
      return row === null ? null : repository(row);
    },
    async byName(owner, name) {
      // Not Prisma's insensitive mode: that is ILIKE, to which the underscore in a name is a wildcard.
      const rows = await database.$queryRaw<Row[]>`
        select * from "Repository" where lower(owner) = lower(${owner}) and lower(name) = lower(${name})
        and "removedAt" is null order by "seenAt" desc limit 1`;
      return rows[0] === undefined ? null : repository(rows[0]);
    },
    async all() {
      const rows = await database.repository.findMany({ where: { removedAt: null }, orderBy: { id: "asc" } });
      return rows.map(repository);
    },
  };
}

function repository(row: Row): Repository {
  const { seenAt: _seenAt, removedAt: _removedAt, ...rest } = plain(row);
  return rest as Repository;
}
