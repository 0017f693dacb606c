import { changesPage } from "../pages/changes.ts";
import { page } from "../responses.ts";
import type { ReleaseVisit } from "../visit.ts";

/** `/releases/:id/changes`: what came in, and the workflow beside the default branch's; a page of its own, or a part of the release's. */
export async function showChanges(visit: ReleaseVisit): Promise<Response> {
  return await page(changesPage(visit, visit.view, await visit.parts.desk.changes(visit.view)));
}
