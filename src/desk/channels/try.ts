import { Refusal } from "../../domain/errors.ts";
import type { Message } from "../../domain/message.ts";
import type { Channel, Person } from "../../domain/release-types.ts";
import { NotSent } from "../../notify/types.ts";
import { channelToChange } from "./access.ts";
import { note } from "./note.ts";
import { keyGone, openTarget } from "./seal.ts";
import { shownChannel } from "./shown.ts";
import type { ChannelParts, DeskForChannels } from "./types.ts";

/** How long a channel rests between test messages, in milliseconds: the button is no way to flood somebody. */
const restMs = 15_000;

/** Sends a test message now, and says what came of it. It isn't tried again: the person is looking. */
export async function testChannel(
  parts: ChannelParts,
  input: Parameters<DeskForChannels["testChannel"]>[0],
): Promise<Awaited<ReturnType<DeskForChannels["testChannel"]>>> {
  const channel = await channelToChange(parts, input);
  const now = parts.clock.now();
  const last = Math.max(channel.lastSentAt?.getTime() ?? 0, channel.lastFailedAt?.getTime() ?? 0);
  if (now.getTime() - last < restMs)
    throw new Refusal("bad-input", "Something was sent there a moment ago: try again in 15 seconds.");
  await note(parts, input.person, channel, "channel.tested");
  const target = openTarget(parts, channel);
  const message = await testMessage(parts, channel, input.person);
  const problem =
    target === null
      ? keyGone
      : await sent(parts, () => parts.sender.send(target, { id: parts.ids.next(), at: now, message }));
  if (problem === null) await parts.store.channels.sent(channel.id, parts.clock.now());
  else await parts.store.channels.failed(channel.id, parts.clock.now(), problem);
  return { channel: shownChannel(channel), problem };
}

async function sent(parts: ChannelParts, send: () => Promise<void>): Promise<string | null> {
  try {
    await send();
    return null;
  } catch (error) {
    if (!(error instanceof NotSent)) throw error;
    parts.log.info({ code: error.code }, "A test message was not taken.");
    return error.message;
  }
}

async function testMessage(parts: ChannelParts, channel: Channel, person: Person): Promise<Message> {
  const repository = channel.repositoryId === null ? null : await parts.store.repositories.get(channel.repositoryId);
  const path = repository === null ? "/notifications" : `/repositories/${repository.id}/notifications`;
  return {
    kind: "test",
    by: person.login,
    channel: channel.name,
    repository: repository === null ? null : `${repository.owner}/${repository.name}`,
    link: `${parts.publicUrl}${path}`,
  };
}
