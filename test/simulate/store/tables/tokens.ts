import type { RemovedWhy, SealedToken } from "../../../../src/domain/release-types.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { by, compare, copy } from "../values.ts";

function emptied(why: RemovedWhy, at: Date) {
  return { slot: null, ciphertext: "", removedAt: at, removedWhy: why, warnAt: null };
}

export function tokens(session: Session): Store["tokens"] {
  const many = (operation: string, which: (token: SealedToken) => boolean) =>
    session.run(operation, (sql) => copy(sql.rows("SealedToken").filter(which).sort(by("-sealedAt", "-id"))));
  const change = (operation: string, which: (token: SealedToken) => boolean, set: Partial<SealedToken>) =>
    session.run(operation, async (sql) => (await sql.update("SealedToken", which, () => set)).length);
  const live = ({ removedAt }: SealedToken): boolean => removedAt === null;

  return {
    put: (token) =>
      session.together("tokens.put", async (inside) => {
        await inside.run("tokens.put lock", (sql) => sql.lock(`token:${token.slot}`));
        if (token.slot !== null)
          await inside.run("tokens.put replace", (sql) =>
            sql.update(
              "SealedToken",
              (row) => row.slot === token.slot,
              () => emptied("replaced", token.sealedAt),
            ),
          );
        await inside.run("tokens.put insert", (sql) =>
          sql.insert("SealedToken", { ...token, seen: token.seen ?? null }),
        );
      }),
    get: (id) => session.run("tokens.get", (sql) => copy(sql.byKey("SealedToken", id))),
    live: (repositoryId, environmentId, personId) =>
      session.run("tokens.live", (sql) =>
        copy(sql.one("SealedToken", (row) => row.slot === `${repositoryId}/${environmentId}/${personId}`)),
      ),
    ofPerson: (personId) => many("tokens.ofPerson", (row) => row.personId === personId),
    ofRepository: (repositoryId) => many("tokens.ofRepository", (row) => row.repositoryId === repositoryId),
    liveOfRepository: (repositoryId) =>
      many("tokens.liveOfRepository", (row) => live(row) && row.repositoryId === repositoryId),
    liveOfEnvironment: (repositoryId, environmentId) =>
      many(
        "tokens.liveOfEnvironment",
        (row) => live(row) && row.repositoryId === repositoryId && row.environmentId === environmentId,
      ),
    liveOfGroup: (groupId) => many("tokens.liveOfGroup", (row) => live(row) && row.groupId === groupId),
    repositories: () =>
      session.run("tokens.repositories", (sql) =>
        [
          ...new Set(
            sql
              .rows("SealedToken")
              .filter(live)
              .map((row) => row.repositoryId),
          ),
        ].sort(compare),
      ),
    async livePackages(repositoryIds) {
      if (repositoryIds.length === 0) return [];
      return await session.run("tokens.livePackages", (sql) => {
        const rows = sql.rows("SealedToken").filter((row) => live(row) && repositoryIds.includes(row.repositoryId));
        const pairs = rows.flatMap(({ repositoryId, packages }) =>
          packages.map((name) => [`${repositoryId} ${name}`, { repositoryId, package: name }] as const),
        );
        return [...new Map(pairs).values()];
      });
    },
    used: async (id, at) => void (await change("tokens.used", (row) => row.id === id, { lastUsedAt: at })),
    async seen(id, seen, refused) {
      const said = refused === null ? {} : { refusedAt: refused.at, refusedWhy: refused.why };
      await change("tokens.seen", (row) => row.id === id, { seen, ...said });
    },
    async refuse(id, { at, why }) {
      const set = { refusedAt: at, refusedWhy: why };
      await change("tokens.refuse", (row) => row.id === id && row.refusedAt === null, set);
    },
    async endsEarlier(id, expiresAt, warnAt) {
      await change("tokens.endsEarlier", (row) => row.id === id && row.expiresAt > expiresAt, { expiresAt, warnAt });
    },
    remove: async (id, why, at) =>
      (await change("tokens.remove", (row) => row.id === id && live(row), emptied(why, at))) === 1,
    toWarn: (now, limit, after) =>
      session.run("tokens.toWarn", (sql) => {
        const rows = sql.rows("SealedToken").filter((row) => live(row) && row.warnAt !== null && row.warnAt <= now);
        const rest = rows.filter((row) => after === null || by("warnAt", "id")(row, after) > 0);
        return rest
          .sort(by("warnAt", "id"))
          .slice(0, limit)
          .map(({ id, repositoryId, personId, warnAt }) =>
            copy({ id, repositoryId, personId, warnAt: warnAt as Date }),
          );
      }),
    forgetEnded: (now) =>
      change("tokens.forgetEnded", (row) => live(row) && row.expiresAt <= now && row.ciphertext !== "", {
        ciphertext: "",
      }),
    warnNext: async (id, at) =>
      void (await change("tokens.warnNext", (row) => row.id === id && live(row), { warnAt: at })),
  };
}
