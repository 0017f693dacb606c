import type { Todo } from "../../../../src/domain/release-types.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function todos(session: Session): Store["todos"] {
  const open = (operation: string, which: (todo: Todo) => boolean) =>
    session.run(operation, (sql) => {
      const rows = sql.rows("Todo").filter((row) => row.closedAt === null && which(row));
      return copy(rows.sort(by("createdAt", "id")));
    });
  const close = (operation: string, how: "done" | "expired", at: Date, which: (todo: Todo) => boolean) =>
    session.run(operation, async (sql) => {
      const set = { closedAt: at, closedHow: how, openFor: null };
      const closed = await sql.update(
        "Todo",
        (row) => row.closedAt === null && which(row),
        () => set,
      );
      return closed.length;
    });
  return {
    open: (todo) => session.run("todos.open", async (sql) => (await sql.insert("Todo", todo, "nothing")) !== null),
    get: (id) => session.run("todos.get", (sql) => copy(sql.byKey("Todo", id))),
    openOf: (personId) => open("todos.openOf", (todo) => todo.personId === personId),
    openOfRepositories: (ids) => open("todos.openOfRepositories", (todo) => ids.includes(todo.repositoryId)),
    close: async (id, how, at) => (await close("todos.close", how, at, (todo) => todo.id === id)) === 1,
    expire: (now) => close("todos.expire", "expired", now, (todo) => todo.expiresAt <= now),
  };
}
