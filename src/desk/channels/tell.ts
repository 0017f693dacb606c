import { z } from "zod";
import { message } from "../../domain/message.ts";
import type { Message } from "../../domain/message.ts";
import type { Channel } from "../../domain/release-types.ts";
import type { DeskParts } from "../types.ts";

/** The kind of task that sends one message to one channel. */
export const notifyKind = "notify";

/** What such a task holds: ids, the message, and nothing secret; the address is read, and opened, when it is sent. */
export const errand = z.object({
  /** The same at every try, so that a receiver can tell a message that came twice. */
  messageId: z.string(),
  channelId: z.string(),
  repositoryId: z.number(),
  /** When it was told: ISO text. */
  at: z.string(),
  message,
});

export type Errand = z.infer<typeof errand>;

/**
 * Tells channels of a repository and of people, once: one task for each channel, that the queue tries again by itself. Give it
 * the store of the transaction in which the cause is written, so that what happened is told, and only that. The same `cause` is
 * told once per channel (for the two weeks that the queue remembers), however often and by however many instances it is asked.
 *
 * `named`: only the repository's channels of these names (the policy's `warnings.to`); null: all. People's own channels are
 * used in any case, as long as GitHub shows them the repository when it is sent.
 */
export async function tell(
  parts: Pick<DeskParts, "store" | "clock" | "ids">,
  repositoryId: number,
  personIds: readonly number[],
  told: Message,
  cause: string,
  named: readonly string[] | null = null,
): Promise<void> {
  const ofRepository = await parts.store.channels.ofRepository(repositoryId);
  const wanted = ofRepository.filter((channel) => isNamed(channel.name, named));
  const own: Channel[] = [];
  for (const personId of new Set(personIds)) own.push(...(await parts.store.channels.ofPerson(personId)));
  const now = parts.clock.now();
  for (const { id: channelId } of [...wanted, ...own]) {
    const payload: Errand = {
      messageId: parts.ids.next(),
      channelId,
      repositoryId,
      at: now.toISOString(),
      message: told,
    };
    await parts.store.tasks.addOnce({
      id: parts.ids.next(),
      kind: notifyKind,
      key: `${notifyKind}:${channelId}:${told.kind}:${cause}`,
      payload,
      createdAt: now,
      nextAt: now,
    });
  }
}

/** Capitals don't matter: no two channels of a repository differ in them alone. */
function isNamed(name: string, named: readonly string[] | null): boolean {
  return named === null || named.some((one) => one.toLowerCase() === name.toLowerCase());
}
