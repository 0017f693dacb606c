import type { z } from "zod";
import type { Place } from "../../../desk/channels/types.ts";
import { idOf } from "../../forms.ts";
import { notThere } from "../../visit.ts";
import type { newChannel } from "../schemas.ts";
import { mustSeeAll } from "../visit.ts";
import type { SignedApiVisit } from "../visit.ts";

/** The channels of a repository, or the person's own. */
export async function listChannels(visit: SignedApiVisit) {
  const place = await placeOf(visit);
  const { channels: desk } = visit.parts;
  const { person } = visit.session;
  const [channels, may] = await Promise.all([desk.channels(person, place), desk.mayChange(person, place)]);
  return { fixed: may === true ? null : may, channels };
}

/** Adds one. */
export async function addChannel(visit: SignedApiVisit, input: z.output<typeof newChannel>) {
  return await visit.parts.channels.addChannel({ ...input, person: visit.session.person, place: await placeOf(visit) });
}

/** Sends a message now. */
export async function tryChannel(visit: SignedApiVisit) {
  return await visit.parts.channels.testChannel(await oneOf(visit));
}

/** Forgets one. */
export async function removeChannel(visit: SignedApiVisit): Promise<null> {
  await visit.parts.channels.removeChannel(await oneOf(visit));
  return null;
}

async function oneOf(visit: SignedApiVisit) {
  return {
    person: visit.session.person,
    place: await placeOf(visit),
    channelId: visit.params["channel"] ?? "",
  };
}

async function placeOf(visit: SignedApiVisit): Promise<Place> {
  const asked = visit.params["id"];
  if (asked === undefined) return "own";
  const repositoryId = idOf(asked);
  if (repositoryId === null) throw notThere();
  await mustSeeAll(visit, [repositoryId]);
  return { repositoryId };
}
