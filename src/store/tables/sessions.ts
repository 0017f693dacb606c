import type { Session as Row } from "../../../generated/prisma/client.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

/** How long a sign-in that nobody came back from is kept, in milliseconds. */
const signInKept = 3_600_000;

export function sessions(database: Database): Store["sessions"] {
  const table = database.session;
  return {
    async put({ id, ...rest }) {
      await table.upsert({ where: { id }, create: { id, ...rest }, update: rest });
    },
    async get(id) {
      const row = await table.findUnique({ where: { id } });
      return row === null ? null : plain(row);
    },
    async touch(id, at) {
      await table.updateMany({ where: { id }, data: { lastSeenAt: at } });
    },
    async end(id) {
      await table.deleteMany({ where: { id } });
    },
    async ofPerson(personId) {
      return (await table.findMany({ where: { personId }, orderBy: [{ createdAt: "desc" }, { id: "asc" }] })).map(
        plain,
      );
    },
    async endAllOf(personId) {
      // One statement, so that no session ends without being named here.
      const rows = await database.$queryRaw<Row[]>`
        delete from "Session" where "personId" = ${personId} returning *`;
      return rows.map(plain);
    },
    async sweep(before) {
      await database.signIn.deleteMany({ where: { createdAt: { lt: new Date(before.getTime() - signInKept) } } });
      return (await table.deleteMany({ where: { expiresAt: { lt: before } } })).count;
    },
  };
}

export function signIns(database: Database): Store["signIns"] {
  return {
    async put(signIn) {
      await database.signIn.create({ data: signIn });
    },
    async take(id) {
      // One statement, so that of two who come with one state a single one gets it.
      const rows = await database.$queryRaw<Array<{ verifier: string; returnTo: string; createdAt: Date }>>`
        delete from "SignIn" where id = ${id} returning verifier, "returnTo", "createdAt"`;
      return rows[0] ?? null;
    },
  };
}
