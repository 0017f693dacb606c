import { Refusal } from "../../domain/errors.ts";
import type { Channel, Person } from "../../domain/release-types.ts";
import { repositoryOf } from "../repository-of.ts";
import type { ChannelParts, Place } from "./types.ts";

/** Whether a person may change channels: their own always, a repository's where they maintain or administer it now. */
export async function mayChange(
  parts: Pick<ChannelParts, "store" | "github">,
  person: Person,
  place: Place,
): Promise<true | string> {
  if (place === "own") return true;
  const github = await repositoryOf(parts, place.repositoryId);
  const permission = (await github?.permission(person.login)) ?? "none";
  if (permission === "admin" || permission === "maintain") return true;
  return "Only people who administer or maintain this repository on GitHub change where it sends messages.";
}

/** The same as a refusal. */
export async function mustChange(parts: ChannelParts, person: Person, place: Place): Promise<void> {
  const may = await mayChange(parts, person, place);
  if (may !== true) throw new Refusal("not-allowed", may);
}

/** A channel of this place that the person may change. */
export async function channelToChange(
  parts: ChannelParts,
  input: { person: Person; place: Place; channelId: string },
): Promise<Channel> {
  const { person, place } = input;
  const channel = await parts.store.channels.get(input.channelId);
  const here =
    place === "own"
      ? channel?.scope === "person" && channel.personId === person.id
      : channel?.scope === "repository" && channel.repositoryId === place.repositoryId;
  if (channel === null || channel.removedAt !== null || !here)
    throw new Refusal("not-found", "There is no such channel any more.");
  await mustChange(parts, person, place);
  return channel;
}
