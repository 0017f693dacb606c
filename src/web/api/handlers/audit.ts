import type { z } from "zod";
import { toldEvent } from "../../audit-export.ts";
import { auditedRepositories, auditFilter } from "../../audit-query.ts";
import type { auditAsk } from "../schemas.ts";
import type { SignedApiVisit } from "../visit.ts";

/** A page of the audit; `next` is the `before` of the one after it. */
export async function listAudit(visit: SignedApiVisit, { limit, ...fields }: z.output<typeof auditAsk>) {
  const { filter, before } = auditFilter(fields);
  const repositoryIds = await auditedRepositories(visit, filter);
  const { entries, next } = await visit.parts.desk.audit({ repositoryIds, filter, before, limit });
  return { events: entries.map(toldEvent), next };
}
