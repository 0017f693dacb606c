import { moveLease } from "../domain/lease.ts";
import type { LeaseEvent } from "../domain/lease.ts";
import type { Lease } from "../domain/release-types.ts";
import type { DeskParts } from "./types.ts";

/**
 * Writes down what happened to a lease, by the one function that knows its protocol. Null where nothing follows from it, or where
 * the lease has moved on meanwhile: then what happened is news of yesterday.
 */
export async function saveMove(
  parts: Pick<DeskParts, "store" | "clock">,
  lease: Lease,
  event: LeaseEvent,
  at: Date = parts.clock.now(),
): Promise<Lease | null> {
  const move = moveLease(lease, event, at);
  return move === null ? null : await parts.store.leases.save(lease.id, move.from, move.patch);
}
