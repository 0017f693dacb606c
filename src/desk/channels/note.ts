import type { Channel, Person } from "../../domain/release-types.ts";
import type { ChannelParts } from "./types.ts";

/** Writes down who changed or tried a channel; of the address only what may be seen. */
export async function note(
  parts: Pick<ChannelParts, "store" | "clock">,
  person: Person,
  channel: Channel,
  what: "channel.added" | "channel.removed" | "channel.tested",
): Promise<void> {
  await parts.store.audit.add({
    at: parts.clock.now(),
    what,
    actor: person.login,
    actorId: person.id,
    ...(channel.repositoryId === null ? {} : { repositoryId: channel.repositoryId }),
    detail: { channel: channel.id, kind: channel.kind, name: channel.name, scope: channel.scope },
  });
}
