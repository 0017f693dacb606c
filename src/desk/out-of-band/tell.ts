import type { Message } from "../../domain/message.ts";
import type { Sighting, Watch } from "../../domain/out-of-band/types.ts";
import { tell } from "../channels/tell.ts";
import type { DeskParts } from "../types.ts";

/** The page that shows it. */
export function sightingsPath(repositoryId: number): string {
  return `/repositories/${repositoryId}#without-a-release`;
}

/** Tells the repository's channels, and those of the persons who may release or approve, as far as Countersign has met them. */
export async function tellSighting(
  parts: Pick<DeskParts, "store" | "clock" | "ids" | "publicUrl">,
  sighting: Sighting,
  { policy }: Watch,
): Promise<void> {
  const { repositoryId, package: name, version, what, facts } = sighting;
  const repository = await parts.store.repositories.get(repositoryId);
  const ids: number[] = [];
  // One after another: a transaction has one connection.
  for (const login of new Set([...policy.releasers, ...policy.approvers])) {
    const person = login.startsWith("@") ? null : await parts.store.people.byLogin(login);
    if (person !== null) ids.push(person.id);
  }
  const message: Message = {
    kind: "out-of-band",
    repository: repository === null ? String(repositoryId) : `${repository.owner}/${repository.name}`,
    ...{ package: name, version, what, publisher: facts.publisher },
    oddities: sighting.oddities.map(({ code, text }) => ({ code, text })),
    link: parts.publicUrl + sightingsPath(repositoryId),
  };
  await tell(parts, repositoryId, ids, message, sighting.id);
}
