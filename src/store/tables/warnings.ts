import type { WarningIssue } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function warnings(database: Database): Store["warnings"] {
  const issues = database.warningIssue;
  return {
    async give(warning) {
      const { count } = await database.warning.createMany({ data: [warning], skipDuplicates: true });
      return count === 1;
    },
    async given(tokenIds) {
      const rows = await database.warning.findMany({ where: { tokenId: { in: tokenIds } }, orderBy: { at: "asc" } });
      return rows.map(({ tokenId, days, at }) => ({ tokenId, days, at }));
    },
    async issueOf(repositoryId, personId) {
      const row = await issues.findUnique({ where: { repositoryId_personId: { repositoryId, personId } } });
      return row === null ? null : (plain(row) as WarningIssue);
    },
    async putIssue(issue) {
      const { repositoryId, personId } = issue;
      const { id: _id, ...changed } = issue;
      await issues.upsert({
        where: { repositoryId_personId: { repositoryId, personId } },
        create: issue,
        update: changed,
      });
    },
  };
}
