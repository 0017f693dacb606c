import { z } from "zod";
import type { Channel } from "../../domain/release-types.ts";
import type { Target } from "../../notify/types.ts";
import type { ChannelParts } from "./types.ts";

const sealedTarget = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("slack"), address: z.string() }),
  z.object({ kind: z.literal("webhook"), address: z.string(), secret: z.string() }),
  z.object({ kind: z.literal("email"), address: z.string() }),
]);

/** A channel's address, and what signs for it, as they are kept. */
export function sealTarget(
  parts: Pick<ChannelParts, "sealer">,
  target: Target,
): Pick<Channel, "sealedAddress" | "sealedKeyId"> {
  const { keyId, sealed } = parts.sealer.seal(JSON.stringify(target));
  return { sealedAddress: sealed, sealedKeyId: keyId };
}

/** Where a channel leads; null where the key that it was sealed with is gone. */
export function openTarget(parts: Pick<ChannelParts, "sealer">, channel: Channel): Target | null {
  const text = parts.sealer.open(channel.sealedKeyId, channel.sealedAddress);
  return text === null ? null : sealedTarget.parse(JSON.parse(text));
}

/** Said of a channel whose key is gone. */
export const keyGone =
  "The key that this address was sealed with is gone from Countersign's settings: remove the channel and add it again.";

/** Seals anew, with the present key, what an older one sealed, so that the older one can be taken away. Returns how many. */
export async function resealAll(parts: Pick<ChannelParts, "store" | "sealer">): Promise<number> {
  const present = parts.sealer.seal("").keyId;
  let count = 0;
  for (const channel of await parts.store.channels.sealedOtherwise(present)) {
    const target = openTarget(parts, channel);
    if (target === null) continue;
    const { sealedAddress, sealedKeyId } = sealTarget(parts, target);
    await parts.store.channels.reseal(channel.id, sealedAddress, sealedKeyId);
    count += 1;
  }
  return count;
}
