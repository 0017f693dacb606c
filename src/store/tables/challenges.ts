import type { Challenge as Row, Prisma } from "../../../generated/prisma/client.ts";
import type { Challenge } from "../../domain/release-types.ts";
import { type Database, plain, without } from "../rows.ts";
import type { Store } from "../types.ts";

export function challenges(database: Database): Store["challenges"] {
  const table = database.challenge;
  return {
    async open(challenge) {
      const data = challenge as Prisma.ChallengeCreateManyInput;
      const { count } = await table.createMany({ data: [data], skipDuplicates: true });
      return count === 1;
    },
    get: async (id) => orNull(await table.findUnique({ where: { id } })),
    async ofRelease(releaseId) {
      const rows = await table.findMany({ where: { releaseId }, orderBy: [{ openedAt: "asc" }, { id: "asc" }] });
      return rows.map(fromRow);
    },
    pending: async (releaseId) => orNull(await table.findUnique({ where: { openFor: releaseId } })),
    pendingOf: async (releaseIds) => (await table.findMany({ where: { openFor: { in: releaseIds } } })).map(fromRow),
    async save(id, from, patch) {
      const data = without(patch, "id") as Prisma.ChallengeUpdateManyMutationInput;
      const [row] = await table.updateManyAndReturn({ where: { id, state: { in: from } }, data });
      return orNull(row ?? null);
    },
  };
}

function fromRow(row: Row): Challenge {
  return plain(row) as unknown as Challenge;
}

function orNull(row: Row | null): Challenge | null {
  return row === null ? null : fromRow(row);
}
