import { insidePage } from "../pages/inside.ts";
import { page } from "../responses.ts";
import type { ReleaseVisit } from "../visit.ts";

/** `/releases/:id/contents`: what is in the tarball; a page of its own, or a part of the release's. */
export async function showContents(visit: ReleaseVisit): Promise<Response> {
  return await page(insidePage(visit, visit.view, await visit.parts.desk.contents(visit.view)));
}
