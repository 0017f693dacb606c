import { without } from "../../../../src/store/rows.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function watches(session: Session): Store["watches"] {
  return {
    add: (watch) => session.run("watches.add", async (sql) => (await sql.insert("Watch", watch, "nothing")) !== null),
    of: (repositoryId, name) =>
      session.run("watches.of", (sql) =>
        copy(sql.one("Watch", (row) => row.repositoryId === repositoryId && row.package === name)),
      ),
    ofRepository: (repositoryId) =>
      session.run("watches.ofRepository", (sql) => {
        const rows = sql.rows("Watch").filter((row) => row.repositoryId === repositoryId);
        return copy(rows.sort(by("package", "id")));
      }),
    due: (now, limit) =>
      session.run("watches.due", (sql) => {
        const rows = sql.rows("Watch").filter((row) => row.removedAt === null && row.nextAt <= now);
        return copy(rows.sort(by("nextAt", "id")).slice(0, limit));
      }),
    count: () =>
      session.run("watches.count", (sql) => sql.rows("Watch").filter((row) => row.removedAt === null).length),
    looked: (id, lookedAt, patch) =>
      session.run("watches.looked", async (sql) => {
        const changed = await sql.update(
          "Watch",
          (row) => row.id === id && row.removedAt === null && row.lookedAt?.getTime() === lookedAt?.getTime(),
          () => without(patch, "id", "repositoryId", "package"),
        );
        return changed.length === 1;
      }),
    save: (id, patch) =>
      session.run("watches.save", async (sql) => {
        await sql.update(
          "Watch",
          (row) => row.id === id,
          () => without(patch, "id", "repositoryId", "package"),
        );
      }),
  };
}
