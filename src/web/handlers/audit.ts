import { Refusal } from "../../domain/errors.ts";
import { batch, csv, exported, ndjson } from "../audit-export.ts";
import type { ExportForm } from "../audit-export.ts";
import { auditTexts, auditedRepositories, readAuditTexts } from "../audit-query.ts";
import { auditPage } from "../pages/audit.ts";
import { page } from "../responses.ts";
import type { SignedVisit } from "../visit.ts";

/** Events on one page. */
const shown = 50;

/** `/audit`: who did what; a filter that can't be read comes back with its sentence. */
export async function showAudit(visit: SignedVisit): Promise<Response> {
  const texts = auditTexts(visit.url.searchParams);
  const writable = await visit.visible.writable(visit.session);
  const repositories = (await visit.parts.store.repositories.all()).filter(({ id }) => writable.has(id));
  const frame = { texts, repositories };
  try {
    const { filter, before } = readAuditTexts(texts);
    const repositoryIds = await auditedRepositories(visit, filter);
    const found = await visit.parts.desk.audit({ repositoryIds, filter, before, limit: shown });
    return await page(auditPage(visit, { ...frame, found, problem: null }));
  } catch (error) {
    if (!(error instanceof Refusal && error.code === "bad-input")) throw error;
    return await page(auditPage(visit, { ...frame, found: null, problem: error.message }), 400);
  }
}

/** `/audit.csv`: the same, the whole of it. */
export async function exportCsv(visit: SignedVisit): Promise<Response> {
  return await exportAs(visit, csv);
}

/** `/audit.ndjson` */
export async function exportNdjson(visit: SignedVisit): Promise<Response> {
  return await exportAs(visit, ndjson);
}

async function exportAs(visit: SignedVisit, form: ExportForm): Promise<Response> {
  const { filter } = readAuditTexts({ ...auditTexts(visit.url.searchParams), before: "" });
  const repositoryIds = await auditedRepositories(visit, filter);
  const read = async (before: number | null) =>
    await visit.parts.desk.audit({ repositoryIds, filter, before, limit: batch });
  return await exported(form, visit.now, read, (error) =>
    visit.parts.log.error(
      { path: visit.url.pathname, error: error instanceof Error ? error.name : typeof error },
      "An export of the audit broke off.",
    ),
  );
}
