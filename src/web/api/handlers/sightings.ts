import type { Sighting } from "../../../domain/out-of-band/types.ts";
import { idOf } from "../../forms.ts";
import { notThere } from "../../visit.ts";
import { mustSeeAll } from "../visit.ts";
import type { SignedApiVisit } from "../visit.ts";

/** Somebody says that a version without a release was one of them. */
export async function acknowledgeSighting(visit: SignedApiVisit) {
  const repositoryId = idOf(visit.params["id"]);
  if (repositoryId === null) throw notThere();
  await mustSeeAll(visit, [repositoryId]);
  const sightings = await visit.parts.desk.acknowledge({
    ...{ repositoryId, sightingId: visit.params["sighting"] ?? "" },
    ...{ person: visit.session.person, origin: "api" },
  });
  return { sightings: sightings.map(toldSighting) };
}

/** What the API tells of one. */
export function toldSighting({ facts, ...rest }: Sighting) {
  const { publisher, publishedAt, shasum, tags } = facts;
  return { ...rest, publisher, publishedAt, shasum, tags };
}
