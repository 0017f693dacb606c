import { Refusal } from "../../domain/errors.ts";
import type { Channel } from "../../domain/release-types.ts";
import { readAddress } from "../../notify/address.ts";
import type { Target } from "../../notify/types.ts";
import { webhookSecret } from "../../notify/webhook.ts";
import { isLoopback } from "../../domain/loopback.ts";
import { mustChange } from "./access.ts";
import { note } from "./note.ts";
import { sealTarget } from "./seal.ts";
import { shownChannel } from "./shown.ts";
import type { ChannelParts, DeskForChannels, Place } from "./types.ts";

/** Channels that one place may have. */
export const mostChannels = 10;

type Input = Parameters<DeskForChannels["addChannel"]>[0];

/** Adds a channel; its address is sealed at once, and shown to nobody again. */
export async function addChannel(
  parts: ChannelParts,
  input: Input,
): Promise<Awaited<ReturnType<DeskForChannels["addChannel"]>>> {
  const { person, place, kind } = input;
  const name = input.name.trim();
  if (!/^[\w .-]{1,50}$/.test(name))
    throw new Refusal("bad-input", "Give the channel a name: up to 50 letters, digits, spaces, dots and dashes.");
  if (kind === "email" && !parts.sender.mail)
    throw new Refusal("bad-input", "No mail server is set up: the people who run Countersign set `SMTP_URL` first.");
  const read = readAddress(kind, input.address, isLoopback(parts.publicUrl));
  if (typeof read === "string") throw new Refusal("bad-input", read);
  await mustChange(parts, person, place);
  const secret = kind === "webhook" ? webhookSecret(parts.randomBytes(32)) : null;
  const target: Target =
    kind === "webhook" ? { kind, address: read.address, secret: secret ?? "" } : { kind, address: read.address };
  const channel: Channel = {
    id: parts.ids.next(),
    ...ownerOf(place, person.id),
    kind,
    name,
    ...sealTarget(parts, target),
    shownAddress: read.shown,
    createdAt: parts.clock.now(),
    createdBy: person.id,
    lastSentAt: null,
    lastFailedAt: null,
    lastError: null,
    removedAt: null,
    slot: slotOf(place, person.id, name),
  };
  await keep(parts, input, channel);
  return { channel: shownChannel(channel), secret };
}

async function keep(parts: ChannelParts, { person, place }: Input, channel: Channel): Promise<void> {
  await parts.store.exclusive(`channels:${slotOf(place, person.id, "")}`, async () => {
    const { channels } = parts.store;
    const there =
      place === "own" ? await channels.ofPerson(person.id) : await channels.ofRepository(place.repositoryId);
    if (there.length >= mostChannels)
      throw new Refusal("bad-input", `There are ${mostChannels} channels, which is the most: remove one first.`);
    await parts.store.transaction(async (store) => {
      if (!(await store.channels.add(channel)))
        throw new Refusal("bad-input", `There is a channel named \`${channel.name}\` already: choose another name.`);
      await note({ ...parts, store }, person, channel, "channel.added");
    });
  });
}

function ownerOf(place: Place, personId: number): Pick<Channel, "scope" | "repositoryId" | "personId"> {
  return place === "own"
    ? { scope: "person", repositoryId: null, personId }
    : { scope: "repository", repositoryId: place.repositoryId, personId: null };
}

/** One name once in a place, whatever its capitals. */
function slotOf(place: Place, personId: number, name: string): string {
  const owner = place === "own" ? `person/${personId}` : `repository/${place.repositoryId}`;
  return `${owner}/${name.toLowerCase()}`;
}
