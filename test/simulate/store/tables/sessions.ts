import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

const signInKept = 3_600_000;

export function sessions(session: Session): Store["sessions"] {
  return {
    put: ({ id, ...rest }) =>
      session.run("sessions.put", async (sql) => {
        await sql.insertOr("Session", { id, ...rest }, ["id"], () => rest);
      }),
    get: (id) => session.run("sessions.get", (sql) => copy(sql.byKey("Session", id))),
    touch: (id, at) =>
      session.run("sessions.touch", async (sql) => {
        await sql.update(
          "Session",
          (row) => row.id === id,
          () => ({ lastSeenAt: at }),
        );
      }),
    end: (id) =>
      session.run("sessions.end", async (sql) => {
        await sql.remove("Session", (row) => row.id === id);
      }),
    ofPerson: (personId) =>
      session.run("sessions.ofPerson", (sql) => {
        const rows = sql.rows("Session").filter((row) => row.personId === personId);
        return copy(rows.sort(by("-createdAt", "id")));
      }),
    endAllOf: (personId) =>
      session.run("sessions.endAllOf", async (sql) =>
        copy(await sql.remove("Session", (row) => row.personId === personId)),
      ),
    async sweep(before) {
      const since = before.getTime() - signInKept;
      await session.run("sessions.sweep signIns", (sql) =>
        sql.remove("SignIn", ({ createdAt }) => createdAt.getTime() < since),
      );
      return await session.run(
        "sessions.sweep",
        async (sql) => (await sql.remove("Session", ({ expiresAt }) => expiresAt < before)).length,
      );
    },
  };
}

export function signIns(session: Session): Store["signIns"] {
  return {
    put: (signIn) => session.run("signIns.put", async (sql) => void (await sql.insert("SignIn", signIn))),
    take: (id) =>
      session.run("signIns.take", async (sql) => {
        const [row] = await sql.remove("SignIn", (one) => one.id === id);
        if (row === undefined) return null;
        const { verifier, returnTo, createdAt } = row;
        return copy({ verifier, returnTo, createdAt });
      }),
  };
}
