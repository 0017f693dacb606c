import { idOf } from "../forms.ts";
import { doneFlash } from "../pages/done.ts";
import { repositoriesPage } from "../pages/repositories.ts";
import { repositoryPage } from "../pages/repository.ts";
import { goTo, page } from "../responses.ts";
import { mustSee, notThere } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";

/** `/repositories`: those that GitHub shows the person, as our own records have them. */
export async function showRepositories(visit: SignedVisit): Promise<Response> {
  const from = await fromInstalling(visit);
  if (from !== null) return from;
  const ids = await visit.visible.of(visit.session);
  const all = await visit.parts.desk.repositories([...ids]);
  const query = visit.url.searchParams;
  return await page(repositoriesPage(visit, all, { q: (query.get("q") ?? "").trim(), page: query.get("page") ?? "1" }));
}

/**
 * GitHub leads back here from an installation (`setup_url`), with `installation_id` and `setup_action`: `install`, or `request` where
 * an owner has to agree first (docs, "About the setup URL"). It tells them to the browser, so they prove nothing: GitHub is asked.
 */
async function fromInstalling({ url, parts }: SignedVisit): Promise<Response | null> {
  const action = url.searchParams.get("setup_action");
  if (action === "request") return goTo("/repositories?done=install-asked");
  const id = idOf(url.searchParams.get("installation_id") ?? undefined);
  if (action === null || id === null) return null;
  await parts.desk.installed(id);
  return goTo("/repositories?done=installed");
}

/** `/repositories/:id`: one of them, with its policy as it is now. */
export async function showRepository(visit: SignedVisit): Promise<Response> {
  const id = idOf(visit.params["id"]);
  if (id === null) throw notThere();
  await mustSee(visit, id);
  const found = await visit.parts.desk.repository(id);
  if (found === null) throw notThere();
  const writes = (await visit.visible.writable(visit.session)).has(id);
  return await page(repositoryPage(visit, found, writes, { flash: doneFlash(visit.url) }));
}

/** Somebody says on a repository's page that a version without a release was one of them. */
export async function acknowledgeSighting(visit: SignedVisit): Promise<Response> {
  const repositoryId = idOf(visit.params["id"]);
  if (repositoryId === null) throw notThere();
  await mustSee(visit, repositoryId);
  await visit.parts.desk.acknowledge({
    ...{ repositoryId, sightingId: visit.params["sighting"] ?? "" },
    ...{ person: visit.session.person, origin: "dashboard" },
  });
  return goTo(`/repositories/${repositoryId}?done=expected#without-a-release`);
}
