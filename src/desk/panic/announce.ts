import type { Message } from "../../domain/message.ts";
import type { Stop } from "../../domain/release-types.ts";
import { releaseChannel } from "../after.ts";
import { tell } from "../channels/tell.ts";
import type { DeskParts } from "../types.ts";

/** Tells the channels of all the account's repositories, and open pages. Call it in the transaction in which it happens. */
export async function announce(
  parts: Pick<DeskParts, "store" | "clock" | "ids" | "publicUrl">,
  stop: Stop,
): Promise<void> {
  const all = await parts.store.repositories.all();
  const lifted = stop.openFor === null;
  const message: Message = {
    kind: "releases-stopped",
    account: stop.accountLogin,
    by: lifted ? (stop.liftedByLogin ?? "") : stop.beganByLogin,
    lifted,
    reason: lifted ? (stop.liftReason ?? "") : stop.reason,
    link: `${parts.publicUrl}/panic`,
  };
  for (const { id, ownerId } of all)
    if (ownerId === stop.accountId) await tell(parts, id, [], message, `${stop.id}-${lifted ? "lifted" : "begun"}`);
  // No release in particular: every open page looks.
  await parts.store.notify(releaseChannel, "");
}
