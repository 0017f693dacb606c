import { idOf } from "../forms.ts";
import { repositoryTokensPage } from "../pages/repository-tokens.ts";
import { page } from "../responses.ts";
import { mustSee, notThere } from "../visit.ts";
import type { SignedVisit } from "../visit.ts";

/** Everybody's tokens in one repository, for people with write access. */
export async function showRepositoryTokens(visit: SignedVisit): Promise<Response> {
  const id = idOf(visit.params["id"]);
  if (id === null) throw notThere();
  await mustSee(visit, id);
  const { repository, packages } = await visit.parts.desk.repositoryTokens(visit.session.person, id);
  return await page(repositoryTokensPage(visit, repository, packages));
}
