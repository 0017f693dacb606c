import type { Prisma } from "../../../generated/prisma/client.ts";
import type { Approval } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function approvals(database: Database): Store["approvals"] {
  const many = async (where: Prisma.ApprovalWhereInput): Promise<Approval[]> => {
    const rows = await database.approval.findMany({ where, orderBy: [{ givenAt: "asc" }, { id: "asc" }] });
    return rows.map((row) => plain(row) as Approval);
  };
  return {
    async add(approval) {
      const { count } = await database.approval.createMany({ data: [approval], skipDuplicates: true });
      return count === 1;
    },
    of: async (releaseId) => await many({ releaseId }),
    ofReleases: async (releaseIds) => await many({ releaseId: { in: releaseIds } }),
  };
}
