import { auditSentence } from "../domain/audit/index.ts";
import type { AuditFilter } from "../domain/audit/index.ts";
import type { Repository } from "../domain/release-types.ts";
import type { AuditRow, Store } from "../store/types.ts";

/** What is asked of the audit. That the person may read the audit of these repositories has been checked by the caller. */
export interface AuditAsk {
  repositoryIds: number[];
  filter: AuditFilter;
  /** What comes before (is older than) the event of this number; null: from the newest on. */
  before: number | null;
  limit: number;
}

/** An event as pages, the API and exports show it. */
export interface AuditEntry extends AuditRow {
  /** What happened, as a sentence with values in backticks. */
  said: string;
  repository: Repository | null;
}

/** One page of the audit, the newest first; `next`: the `before` of the next one, null where there is none. */
export interface AuditPage {
  entries: AuditEntry[];
  next: number | null;
}

interface Reading {
  audit: Pick<Store["audit"], "page">;
  repositories: Pick<Store["repositories"], "all">;
}

/** Who did what, in these repositories. */
export async function readAudit({ store }: { store: Reading }, { limit, ...ask }: AuditAsk): Promise<AuditPage> {
  const [rows, repositories] = await Promise.all([
    store.audit.page({ ...ask, limit: limit + 1 }),
    store.repositories.all(),
  ]);
  const byId = new Map(repositories.map((repository) => [repository.id, repository]));
  const entries = rows.slice(0, limit).map((row) => ({
    ...row,
    said: auditSentence(row),
    repository: byId.get(row.repositoryId ?? 0) ?? null,
  }));
  return { entries, next: rows.length > limit ? (entries.at(-1)?.seq ?? null) : null };
}
