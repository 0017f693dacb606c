import type { Repository } from "../../domain/release-types.ts";
import type { LiveSession, WebParts } from "../parts.ts";
import type { Visible } from "../visible.ts";
import { notThere } from "../visit.ts";

/** One request to the API. */
export interface ApiVisit {
  url: URL;
  params: Record<string, string>;
  parts: WebParts;
  visible: Visible;
  now: Date;
}

/** A request by somebody whose bearer is good. */
export interface SignedApiVisit extends ApiVisit {
  session: LiveSession;
}

/** Repositories that GitHub shows this person, by id. */
export async function seenRepositories(visit: SignedApiVisit): Promise<Map<number, Repository>> {
  const [ids, all] = await Promise.all([visit.visible.of(visit.session), visit.parts.store.repositories.all()]);
  return new Map(all.filter((one) => ids.has(one.id)).map((one) => [one.id, one]));
}

/** Refuses repositories that GitHub doesn't show this person in the words for those that aren't there. */
export async function mustSeeAll(visit: SignedApiVisit, repositoryIds: number[]): Promise<void> {
  const ids = await visit.visible.of(visit.session);
  if (repositoryIds.some((id) => !ids.has(id))) throw notThere();
}
