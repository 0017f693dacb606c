import type { Lease as Row } from "../../../generated/prisma/client.ts";
import type { Lease } from "../../domain/release-types.ts";
import { type Database, plain, without } from "../rows.ts";
import type { Store } from "../types.ts";

const oldestFirst = [{ takenAt: "asc" }, { id: "asc" }] as const;

export function leases(database: Database): Store["leases"] {
  const table = database.lease;
  return {
    async take(lease) {
      const { count } = await table.createMany({ data: [lease], skipDuplicates: true });
      return count === 1;
    },
    get: async (id) => orNull(await table.findUnique({ where: { id } })),
    ofRelease: async (releaseId) =>
      orNull(await table.findFirst({ where: { releaseId }, orderBy: [{ takenAt: "desc" }, { id: "desc" }] })),
    async ofReleases(releaseIds) {
      const where = { releaseId: { in: releaseIds } };
      const rows = await table.findMany({ where, orderBy: [{ takenAt: "asc" }, { id: "asc" }] });
      return [...new Map(rows.map((row) => [row.releaseId, row])).values()].map(fromRow);
    },
    locking: async (repositoryId, environmentId) =>
      orNull(await table.findUnique({ where: { locks: `${repositoryId}/${environmentId}` } })),
    async open() {
      const where = { OR: [{ state: { not: "closed" } }, { locks: { not: null } }] };
      return (await table.findMany({ where, orderBy: [...oldestFirst] })).map(fromRow);
    },
    async stuck(repositoryIds) {
      const where = { repositoryId: { in: repositoryIds }, state: "disarming", lastError: { not: null } };
      return (await table.findMany({ where, orderBy: [...oldestFirst] })).map(fromRow);
    },
    last: async (repositoryId, environmentId) =>
      orNull(
        await table.findFirst({
          where: { repositoryId, environmentId },
          orderBy: [{ takenAt: "desc" }, { id: "desc" }],
        }),
      ),
    async spots(repositoryId) {
      const names = ["environmentName", "secretName"] as const;
      const rows = await table.findMany({ where: { repositoryId }, distinct: [...names] });
      const spots = rows.map((row) => ({ environment: row.environmentName, secret: row.secretName }));
      return spots.toSorted((one, other) => (spotName(one) < spotName(other) ? -1 : 1));
    },
    async save(id, from, patch) {
      const [row] = await table.updateManyAndReturn({ where: { id, state: { in: from } }, data: without(patch, "id") });
      return orNull(row ?? null);
    },
  };
}

function spotName({ environment, secret }: { environment: string; secret: string }): string {
  return `${environment}\n${secret}`;
}

function fromRow(row: Row): Lease {
  return plain(row) as Lease;
}

function orNull(row: Row | null): Lease | null {
  return row === null ? null : fromRow(row);
}
