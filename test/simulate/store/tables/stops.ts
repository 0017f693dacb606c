import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function stops(session: Session): Store["stops"] {
  return {
    begin: (stop) => session.run("stops.begin", async (sql) => (await sql.insert("Stop", stop, "nothing")) !== null),
    get: (id) => session.run("stops.get", (sql) => copy(sql.byKey("Stop", id))),
    of: (accountId) => session.run("stops.of", (sql) => copy(sql.one("Stop", (row) => row.openFor === accountId))),
    open: () =>
      session.run("stops.open", (sql) =>
        copy(
          sql
            .rows("Stop")
            .filter((row) => row.openFor !== null)
            .sort(by("beganAt", "id")),
        ),
      ),
    recent: (accountIds, limit) =>
      session.run("stops.recent", (sql) => {
        const rows = sql.rows("Stop").filter((row) => accountIds.includes(row.accountId));
        return copy(rows.sort(by("-beganAt", "-id")).slice(0, limit));
      }),
    lift: (id, given) =>
      session.run("stops.lift", async (sql) => {
        const lifted = await sql.update(
          "Stop",
          (row) => row.id === id && row.openFor !== null,
          () => ({ ...given, openFor: null }),
        );
        return lifted.length === 1;
      }),
  };
}
