import type { Store } from "../../../../src/store/types.ts";
import type { Tables } from "../rows.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function people(session: Session): Store["people"] {
  return {
    see: ({ id, login }, at) =>
      session.run("people.see", async (sql) => {
        await sql.insertOr("Person", { id, login, seenAt: at }, ["id"], () => ({ login, seenAt: at }));
      }),
    get: (id) => session.run("people.get", (sql) => person(sql.byKey("Person", id))),
    byLogin: (login) =>
      session.run("people.byLogin", (sql) => {
        const same = sql.rows("Person").filter((row) => row.login.toLowerCase() === login.toLowerCase());
        return person(same.sort(by("-seenAt"))[0] ?? null);
      }),
  };
}

function person(row: Tables["Person"] | null) {
  return row === null ? null : { id: row.id, login: row.login };
}

export function repositories(session: Session): Store["repositories"] {
  return {
    see: ({ id, installationId, owner, ownerId, ownerType, name, private: hidden, defaultBranch }, at) =>
      session.run("repositories.see", async (sql) => {
        const fields = { installationId, owner, ownerId, ownerType, name, private: hidden, defaultBranch };
        const seen = { ...fields, seenAt: at, removedAt: null };
        await sql.insertOr("Repository", { id, ...seen }, ["id"], () => seen);
      }),
    removed: (id, at) =>
      session.run("repositories.removed", async (sql) => {
        await sql.update(
          "Repository",
          (row) => row.id === id && row.removedAt === null,
          () => ({ removedAt: at }),
        );
      }),
    get: (id) => session.run("repositories.get", (sql) => repository(sql.byKey("Repository", id))),
    byName: (owner, name) =>
      session.run("repositories.byName", (sql) => {
        const same = sql
          .rows("Repository")
          .filter((row) => row.removedAt === null && row.owner.toLowerCase() === owner.toLowerCase())
          .filter((row) => row.name.toLowerCase() === name.toLowerCase());
        return repository(same.sort(by("-seenAt"))[0] ?? null);
      }),
    all: () =>
      session.run("repositories.all", (sql) =>
        sql
          .rows("Repository")
          .filter((row) => row.removedAt === null)
          .sort(by("id"))
          .flatMap((row) => repository(row) ?? []),
      ),
  };
}

function repository(row: Tables["Repository"] | null) {
  if (row === null) return null;
  const { seenAt: _seenAt, removedAt: _removedAt, ...rest } = row;
  return copy(rest);
}
