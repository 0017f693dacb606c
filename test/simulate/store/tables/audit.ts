import type { AuditFilter } from "../../../../src/domain/audit/index.ts";
import type { AuditEvent } from "../../../../src/domain/release-types.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { AuditEventRow } from "../rows.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";

export function audit(session: Session): Store["audit"] {
  return {
    add: (event) => session.run("audit.add", async (sql) => void (await sql.insert("AuditEvent", event))),
    ofRelease: (releaseId) =>
      session.run("audit.ofRelease", (sql) => {
        const rows = sql.rows("AuditEvent").filter((row) => row.releaseId === releaseId);
        return rows.sort(by("seq")).map(eventOf);
      }),
    async page({ repositoryIds, filter, before, limit }) {
      if (repositoryIds.every((id) => filter.repositoryId !== undefined && id !== filter.repositoryId)) return [];
      return await session.run("audit.page", (sql) =>
        sql
          .rows("AuditEvent")
          .filter((row) => row.repositoryId !== null && repositoryIds.includes(row.repositoryId))
          .filter((row) => fits(row, filter) && (before === null || row.seq < before))
          .sort(by("-seq"))
          .slice(0, limit)
          .map((row) => {
            const release = row.releaseId === null ? null : sql.byKey("Release", row.releaseId);
            const publishes = release === null ? null : { package: release.package, version: release.version };
            return { ...eventOf(row), seq: row.seq, publishes };
          }),
      );
    },
  };
}

function fits(row: AuditEventRow, { actor, what, repositoryId, releaseId, from, to }: AuditFilter): boolean {
  return (
    (actor === undefined || row.actor.toLowerCase() === actor.toLowerCase()) &&
    (what === undefined || row.what.startsWith(what)) &&
    (repositoryId === undefined || row.repositoryId === repositoryId) &&
    (releaseId === undefined || row.releaseId === releaseId) &&
    (from === undefined || row.at >= from) &&
    (to === undefined || row.at < to)
  );
}

function eventOf({ at, what, actor, actorId, repositoryId, releaseId, detail }: AuditEventRow): AuditEvent {
  return copy({
    ...{ at, what, actor },
    ...(actorId === null ? {} : { actorId }),
    ...(repositoryId === null ? {} : { repositoryId }),
    ...(releaseId === null ? {} : { releaseId }),
    detail,
  });
}
