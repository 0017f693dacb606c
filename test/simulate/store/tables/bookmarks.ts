import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { copy } from "../values.ts";

export function bookmarks(session: Session): Store["bookmarks"] {
  return {
    get: (name) => session.run("bookmarks.get", (sql) => copy(sql.byKey("Bookmark", name)?.at ?? null)),
    set: (name, at) =>
      session.run("bookmarks.set", async (sql) => {
        await sql.insertOr("Bookmark", { name, at }, ["name"], () => ({ at }));
      }),
  };
}
