import type { Approval } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function approvals(database: Database): Store["approvals"] {
  return {
    async add(approval) {
      const { count } = await database.approval.createMany({ data: [approval], skipDuplicates: true });
      return count === 1;
    },
    async of(releaseId) {
      const rows = await database.approval.findMany({
        where: { releaseId },
        orderBy: [{ givenAt: "asc" }, { id: "asc" }],
      });
      return rows.map((row) => plain(row) as Approval);
    },
  };
}
