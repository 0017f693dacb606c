import type { Person as Row } from "../../../generated/prisma/client.ts";
import type { Person } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function people(database: Database): Store["people"] {
  return {
    async see({ id, login }, at) {
      const seen = { login, seenAt: at };
      await database.person.upsert({ where: { id }, create: { id, ...seen }, update: seen });
    },
    async get(id) {
      const row = await database.person.findUnique({ where: { id } });
      return row === null ? null : person(row);
    },
    async byLogin(login) {
      const rows = await database.$queryRaw<Row[]>`
        select * from "Person" where lower(login) = lower(${login}) order by "seenAt" desc limit 1`;
      return rows[0] === undefined ? null : person(rows[0]);
    },
  };
}

function person(row: Row): Person {
  const { id, login } = plain(row);
  return { id, login };
}
