import type { Store } from "../../../../src/store/types.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function warnings(session: Session): Store["warnings"] {
  return {
    give: (warning) =>
      session.run("warnings.give", async (sql) => (await sql.insert("Warning", warning, "nothing")) !== null),
    given: (tokenIds) =>
      session.run("warnings.given", (sql) => {
        const rows = sql.rows("Warning").filter(({ tokenId }) => tokenIds.includes(tokenId));
        return copy(rows.sort(by("at")).map(({ tokenId, days, at }) => ({ tokenId, days, at })));
      }),
    issueOf: (repositoryId, personId) =>
      session.run("warnings.issueOf", (sql) =>
        copy(sql.one("WarningIssue", (row) => row.repositoryId === repositoryId && row.personId === personId)),
      ),
    putIssue: (issue) =>
      session.run("warnings.putIssue", async (sql) => {
        const { id: _id, ...changed } = issue;
        await sql.insertOr("WarningIssue", issue, ["repositoryId", "personId"], () => changed);
      }),
  };
}
