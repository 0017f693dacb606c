import type { Prisma, Todo as Row } from "../../../generated/prisma/client.ts";
import type { Todo } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function todos(database: Database): Store["todos"] {
  const table = database.todo;
  const open = async (where: Prisma.TodoWhereInput): Promise<Todo[]> =>
    (await table.findMany({ where: { ...where, closedAt: null }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] })).map(
      fromRow,
    );
  return {
    async open(todo) {
      const { count } = await table.createMany({ data: [todo], skipDuplicates: true });
      return count === 1;
    },
    async get(id) {
      const row = await table.findUnique({ where: { id } });
      return row === null ? null : fromRow(row);
    },
    openOf: async (personId) => await open({ personId }),
    openOfRepositories: async (repositoryIds) => await open({ repositoryId: { in: repositoryIds } }),
    async close(id, how, at) {
      const data = { closedAt: at, closedHow: how, openFor: null };
      const { count } = await table.updateMany({ where: { id, closedAt: null }, data });
      return count === 1;
    },
    async expire(now) {
      const data = { closedAt: now, closedHow: "expired", openFor: null };
      return (await table.updateMany({ where: { closedAt: null, expiresAt: { lte: now } }, data })).count;
    },
  };
}

function fromRow(row: Row): Todo {
  return plain(row) as Todo;
}
