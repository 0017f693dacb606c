import type { Channel } from "../../../../src/domain/release-types.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function channels(session: Session): Store["channels"] {
  const there = (operation: string, which: (channel: Channel) => boolean) =>
    session.run(operation, (sql) => {
      const rows = sql.rows("Channel").filter((row) => row.removedAt === null && which(row));
      return copy(rows.sort(by("name", "id")));
    });
  const change = (operation: string, which: (channel: Channel) => boolean, set: Partial<Channel>) =>
    session.run(operation, async (sql) => (await sql.update("Channel", which, () => set)).length);
  return {
    add: (channel) =>
      session.run("channels.add", async (sql) => (await sql.insert("Channel", channel, "nothing")) !== null),
    get: (id) => session.run("channels.get", (sql) => copy(sql.byKey("Channel", id))),
    ofRepository: (repositoryId) =>
      there("channels.ofRepository", (row) => row.scope === "repository" && row.repositoryId === repositoryId),
    ofPerson: (personId) => there("channels.ofPerson", (row) => row.scope === "person" && row.personId === personId),
    async remove(id, at) {
      const set = { removedAt: at, slot: null, sealedAddress: "" };
      return (await change("channels.remove", (row) => row.id === id && row.removedAt === null, set)) === 1;
    },
    sealedOtherwise: (keyId) => there("channels.sealedOtherwise", (row) => row.sealedKeyId !== keyId),
    async reseal(id, sealedAddress, sealedKeyId) {
      const set = { sealedAddress, sealedKeyId };
      await change("channels.reseal", (row) => row.id === id && row.removedAt === null, set);
    },
    async sent(id, at) {
      await change("channels.sent", (row) => row.id === id, { lastSentAt: at, lastFailedAt: null, lastError: null });
    },
    async failed(id, at, error) {
      await change("channels.failed", (row) => row.id === id, { lastFailedAt: at, lastError: error });
    },
  };
}
