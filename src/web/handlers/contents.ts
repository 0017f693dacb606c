import { packageAsked } from "../package-asked.ts";
import { insidePage } from "../pages/inside.ts";
import { page } from "../responses.ts";
import type { ReleaseVisit } from "../visit.ts";

/** `/releases/:id/contents`: what is in the tarball; a page of its own, or a part of the release's. Of several packages `?package=` names one. */
export async function showContents(visit: ReleaseVisit): Promise<Response> {
  const name = packageAsked(visit.view.release, visit.url.searchParams.get("package"));
  return await page(insidePage(visit, visit.view, await visit.parts.desk.contents(visit.view, name), name));
}
