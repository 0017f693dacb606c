import type { Channel } from "../../domain/release-types.ts";
import type { ShownChannel } from "./types.ts";

/** A channel without what is kept secret of it. */
export function shownChannel(channel: Channel): ShownChannel {
  const { sealedAddress: _address, sealedKeyId: _key, slot: _slot, ...shown } = channel;
  return shown;
}
