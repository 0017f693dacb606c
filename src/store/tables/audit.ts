import type { Prisma } from "../../../generated/prisma/client.ts";
import type { AuditEvent } from "../../domain/release-types.ts";
import { type Database, plain } from "../rows.ts";
import type { Store } from "../types.ts";

export function audit(database: Database): Store["audit"] {
  return {
    async add({ detail, ...event }) {
      await database.auditEvent.create({ data: { ...event, detail: detail as Prisma.InputJsonObject } });
    },
    async ofRelease(releaseId) {
      const rows = await database.auditEvent.findMany({ where: { releaseId }, orderBy: { seq: "asc" } });
      return rows.map((row) => {
        const { at, what, actor, actorId, repositoryId, detail } = plain(row);
        return {
          ...{ at, what, actor, releaseId },
          ...(actorId === null ? {} : { actorId }),
          ...(repositoryId === null ? {} : { repositoryId }),
          detail: detail as AuditEvent["detail"],
        };
      });
    },
  };
}
