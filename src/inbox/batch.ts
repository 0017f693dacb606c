import type { Inbox, NewDelivery } from "../store/types.ts";

interface Waiting {
  delivery: NewDelivery;
  stored(isNew: boolean): void;
  failed(error: unknown): void;
}

/** Most deliveries in one INSERT, and most bytes in it (one delivery may be larger by itself). */
const most = { deliveries: 100, bytes: 32 * 1024 * 1024 };

/**
 * Stores deliveries, many in one INSERT where many come at once: one batch is in flight, all that arrives meanwhile is the next.
 * Resolves when the delivery is committed: true where its GUID is new. `stored` is called after each batch.
 */
export function makeBatcher(
  inbox: Pick<Inbox, "store">,
  stored: () => void = () => undefined,
): (delivery: NewDelivery) => Promise<boolean> {
  const waiting: Waiting[] = [];
  let inFlight = false;

  async function flush(): Promise<void> {
    inFlight = true;
    while (waiting.length > 0) if (await storeBatch(inbox, takeBatch(waiting))) stored();
    inFlight = false;
  }

  return (delivery) =>
    new Promise((done, failed) => {
      waiting.push({ delivery, stored: done, failed });
      if (!inFlight) void flush();
    });
}

function takeBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { delivery } of waiting.slice(0, most.deliveries)) {
    bytes += delivery.body.length;
    if (count > 0 && bytes > most.bytes) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Of two with one GUID in a batch, only the first is new. */
async function storeBatch(inbox: Pick<Inbox, "store">, batch: Waiting[]): Promise<boolean> {
  try {
    const fresh = await inbox.store(batch.map(({ delivery }) => delivery));
    for (const { delivery, stored } of batch) stored(fresh.delete(delivery.guid));
    return true;
  } catch (error) {
    for (const { failed } of batch) failed(error);
    return false;
  }
}
