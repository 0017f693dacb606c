import { channelToChange, mayChange } from "./access.ts";
import { addChannel } from "./add.ts";
import { note } from "./note.ts";
import { shownChannel } from "./shown.ts";
import { testChannel } from "./try.ts";
import type { ChannelParts, DeskForChannels } from "./types.ts";

export type { ChannelParts, DeskForChannels, Place, ShownChannel } from "./types.ts";

/** Use cases about channels, bound to their parts. */
export function createChannelDesk(parts: ChannelParts): DeskForChannels {
  const { channels } = parts.store;
  return {
    mail: parts.sender.mail,
    async channels(person, place) {
      const found =
        place === "own" ? await channels.ofPerson(person.id) : await channels.ofRepository(place.repositoryId);
      return found.map(shownChannel);
    },
    mayChange: (person, place) => mayChange(parts, person, place),
    addChannel: (input) => addChannel(parts, input),
    testChannel: (input) => testChannel(parts, input),
    async removeChannel(input) {
      const channel = await channelToChange(parts, input);
      await parts.store.transaction(async (store) => {
        if (await store.channels.remove(channel.id, parts.clock.now()))
          await note({ ...parts, store }, input.person, channel, "channel.removed");
      });
      return shownChannel(channel);
    },
  };
}
