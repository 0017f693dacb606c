import type { Inbox, NewDelivery, StoredDelivery } from "../../../../src/store/types.ts";
import type { DeliveryRow } from "../rows.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";
import { isDue, queue } from "./queue.ts";

const mostOfOne = 2;

export function inbox(session: Session): Inbox {
  return {
    ...queue(session, {
      name: "inbox",
      table: "Delivery",
      key: (row) => (row as DeliveryRow).guid,
      what: (row) => [(row as DeliveryRow).event, (row as DeliveryRow).action].filter((one) => one !== null).join("."),
      since: (row) => (row as DeliveryRow).receivedAt,
      done: (_row, now) => ({ state: "done", doneAt: now, lockedBy: null, lockedUntil: null, lastError: null }),
    }),
    async store(deliveries) {
      if (deliveries.length === 0) return new Set();
      const first = new Map(deliveries.toReversed().map((delivery) => [delivery.guid, delivery]));
      return await session.run("inbox.store", async (sql) => {
        const fresh = new Set<string>();
        for (const delivery of [...first.values()].toReversed()) {
          const stored = await sql.insertOr("Delivery", newRow(delivery), ["guid"], (old, { nextAt }) =>
            old.state === "dead" ? { state: "waiting", attempts: 0, nextAt, lockedBy: null, lockedUntil: null } : null,
          );
          if (stored?.fresh === true) fresh.add(delivery.guid);
        }
        return fresh;
      });
    },
    claim: (worker, limit, now, until) =>
      session.together("inbox.claim", async (inside) => {
        await inside.run("inbox.claim lock", (sql) => sql.lock("inbox.claim"));
        return await inside.run("inbox.claim", async (sql) => {
          const claimed = await sql.update(
            "Delivery",
            (row) => isDue(row, now),
            (row) => ({ lockedBy: worker, lockedUntil: until, attempts: row.attempts + 1 }),
            { among: (due) => turns(due, sql.rows("Delivery"), now).slice(0, limit) },
          );
          return claimed.sort(by("seq")).map(asClaimed);
        });
      }),
    stored: (guids) =>
      session.run(
        "inbox.stored",
        (sql) => new Set(sql.rows("Delivery").flatMap(({ guid }) => (guids.includes(guid) ? [guid] : []))),
      ),
    newest: () =>
      session.run("inbox.newest", (sql) => copy(sql.rows("Delivery").sort(by("-receivedAt"))[0]?.receivedAt ?? null)),
  };
}

/** The first few of each repository that nobody is busy with, in the order of receipt. */
function turns(due: DeliveryRow[], all: DeliveryRow[], now: Date): DeliveryRow[] {
  const busy = new Set(
    all
      .filter((row) => row.state === "waiting" && row.lockedUntil !== null && row.lockedUntil > now)
      .map((row) => row.repositoryId),
  );
  const places = new Map<number | string, number>();
  return due
    .filter(({ repositoryId }) => repositoryId === null || !busy.has(repositoryId))
    .sort(by("seq"))
    .filter(({ repositoryId, guid }) => {
      const place = (places.get(repositoryId ?? guid) ?? 0) + 1;
      places.set(repositoryId ?? guid, place);
      return place <= mostOfOne;
    });
}

function newRow({ guid, event, action, installationId, repositoryId, body, receivedAt }: NewDelivery): object {
  const given = { guid, event, action, installationId, repositoryId, body, receivedAt };
  return { ...given, state: "waiting", attempts: 0, nextAt: receivedAt };
}

function asClaimed(row: DeliveryRow): StoredDelivery {
  const { guid, event, action, installationId, repositoryId, body, receivedAt, attempts } = row;
  return copy({ guid, event, action, installationId, repositoryId, body, receivedAt, attempts });
}
