import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fetchMissed } from "../../src/desk/missed-deliveries.ts";
import type { DeskParts } from "../../src/desk/types.ts";
import { quiet } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/types.ts";
import { TestClock } from "../support/clock.ts";
import { freshDatabase } from "../support/database.ts";

const day = 86_400_000;
const clock = new TestClock();
let database: Awaited<ReturnType<typeof freshDatabase>>;
let store: Store;
let askedSince: Date[];
let asked: number[];

beforeEach(async () => {
  database = await freshDatabase();
  store = await openStore({ databaseUrl: database.url, log: quiet });
  askedSince = [];
  asked = [];
});

afterEach(async () => {
  await store.close();
  await database.drop();
});

/** GitHub's log has one delivery of an hour ago that failed. */
const parts = (): DeskParts =>
  ({
    ...{ store, clock, log: quiet },
    github: {
      deliveries: (since: Date) => {
        askedSince.push(since);
        const deliveredAt = new Date(clock.now().getTime() - 3_600_000);
        return Promise.resolve(
          deliveredAt < since ? [] : [{ id: 7, guid: "a", deliveredAt, ok: false, event: "push", redelivery: false }],
        );
      },
      redeliver: (id: number) => Promise.resolve(void asked.push(id)),
    },
  }) as unknown as DeskParts;

const seconds = (date: Date): number => Math.round((clock.now().getTime() - date.getTime()) / 1000);

describe("GitHub's log of deliveries", () => {
  test("isn't read at the first start: what came before isn't ours to act on", async () => {
    await fetchMissed(parts());
    clock.advance(300_000);
    await fetchMissed(parts());
    expect(asked).toEqual([]);
    expect(askedSince.map(seconds)).toEqual([300]);
  });

  test("is read from the newest delivery on where an older version left no bookmark", async () => {
    const receivedAt = new Date(clock.now().getTime() - 2 * 3_600_000);
    const nothing = { action: null, installationId: null, repositoryId: null };
    await store.inbox.store([{ guid: "b", event: "push", ...nothing, body: new Uint8Array(), receivedAt }]);
    await fetchMissed(parts());
    expect(asked).toEqual([7]);
    expect(askedSince.map(seconds)).toEqual([7200]);
  });

  test("is read three days back at most, as far as GitHub keeps it", async () => {
    await store.bookmarks.set("deliveries", new Date(clock.now().getTime() - 30 * day));
    await fetchMissed(parts());
    expect(askedSince.map(seconds)).toEqual([3 * 86_400]);
  });
});
