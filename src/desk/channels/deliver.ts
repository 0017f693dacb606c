import type { Channel } from "../../domain/release-types.ts";
import { NotSent } from "../../notify/types.ts";
import type { StoredTask } from "../../store/types.ts";
import { later } from "../after.ts";
import { repositoryOf } from "../repository-of.ts";
import { keyGone, openTarget } from "./seal.ts";
import { errand } from "./tell.ts";
import type { Errand } from "./tell.ts";
import type { ChannelParts } from "./types.ts";

/** A receiver that keeps asking for patience is given this long in all, in milliseconds. */
const patienceMs = 24 * 3_600_000;

/**
 * Sends one message to one channel, and writes down what came of it. Throws where it has to be tried again: the queue waits
 * longer each time. What can't get better by trying (the address is dead, the answer is no) is over, and its sentence stands on
 * the page.
 */
export async function deliver(parts: ChannelParts, task: Pick<StoredTask, "kind" | "key" | "payload">): Promise<void> {
  const told = errand.parse(task.payload);
  const channel = await parts.store.channels.get(told.channelId);
  if (channel === null || channel.removedAt !== null || isOver(told, parts.clock.now())) return;
  if (!(await maySee(parts, channel, told.repositoryId))) return;
  try {
    const target = openTarget(parts, channel);
    if (target === null) throw new NotSent("refused", keyGone);
    await parts.sender.send(target, { id: told.messageId, at: new Date(told.at), message: told.message });
  } catch (error) {
    if (!(error instanceof NotSent)) throw error;
    return await notSent(parts, task, told, channel, error);
  }
  await parts.store.channels.sent(channel.id, parts.clock.now());
}

/** Nobody can answer a challenge that has run out of time, so nobody is called any more. */
function isOver({ message }: Errand, now: Date): boolean {
  return message.kind === "challenge" && now >= new Date(message.until);
}

/** A person's own channel tells of a repository only while GitHub shows it to them. */
async function maySee(parts: ChannelParts, channel: Channel, repositoryId: number): Promise<boolean> {
  if (channel.personId === null) return channel.repositoryId === repositoryId;
  const [person, github] = await Promise.all([
    parts.store.people.get(channel.personId),
    repositoryOf(parts, repositoryId),
  ]);
  if (person === null || github === null) return false;
  return (await github.permission(person.login)) !== "none";
}

async function notSent(
  parts: ChannelParts,
  task: Pick<StoredTask, "kind" | "key">,
  told: Errand,
  channel: Channel,
  error: NotSent,
): Promise<void> {
  const now = parts.clock.now();
  const tired = now.getTime() - new Date(told.at).getTime() >= patienceMs;
  const again = error.again && !tired;
  const sentence = again ? `${error.message} It is tried again.` : error.message;
  await parts.store.channels.failed(channel.id, now, sentence);
  parts.log.warn({ channel: channel.id, code: error.code, again }, "A message was not taken.");
  if (!again) return;
  if (error.retryAfter === null) throw error;
  // The receiver said when: the task, which we hold, runs once more then.
  const { kind, key } = task;
  const nextAt = later(now, error.retryAfter * 1000);
  await parts.store.tasks.add({ id: parts.ids.next(), kind, key, payload: told, createdAt: now, nextAt });
}
