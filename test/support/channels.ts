import { randomBytes } from "node:crypto";
import type { ChannelParts } from "../../src/desk/channels/index.ts";
import { createSender } from "../../src/notify/sender.ts";
import { createSealer } from "../../src/store/access-token.ts";
import type { Story } from "./story.ts";

/** What a story's app seals addresses with, and sends by. */
export function channelParts(story: Story): ChannelParts {
  const keys = [{ id: "test", key: new Uint8Array(32).fill(7) }];
  const sender = createSender({ clock: story.clock, loopback: true, mail: null });
  return {
    ...story.app.parts,
    sealer: createSealer(keys),
    sender,
    randomBytes: (size) => new Uint8Array(randomBytes(size)),
  };
}
