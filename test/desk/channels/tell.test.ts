import { beforeEach, describe, expect, test } from "vitest";
import { errand, tell } from "../../../src/desk/channels/tell.ts";
import type { Message } from "../../../src/domain/message.ts";
import type { Channel } from "../../../src/domain/release-types.ts";
import type { Store } from "../../../src/store/types.ts";
import { freshStore } from "../../support/database.ts";
import { at } from "../../support/rows.ts";

const said: Message = {
  kind: "test",
  by: "alice",
  channel: "team",
  repository: null,
  link: "https://countersign.test/",
};
let store: Store;
let ids = 0;
const parts = () => ({ store, clock: { now: () => at(5) }, ids: { next: () => `id${(ids += 1)}` } });

function channel(id: string, over: Partial<Channel> = {}): Channel {
  return {
    ...{ id, scope: "repository", repositoryId: 11, personId: null, kind: "slack", name: id, sealedAddress: "sealed" },
    ...{ sealedKeyId: "k", shownAddress: "hooks.slack.com", createdAt: at(0), createdBy: 21, lastSentAt: null },
    ...{ lastFailedAt: null, lastError: null, removedAt: null, slot: `repository/11/${id}` },
    ...over,
  };
}

async function waiting(): Promise<string[]> {
  const tasks = await store.tasks.claimUnhurried("w", 50, at(10), at(60));
  return tasks.map(({ payload }) => errand.parse(payload).channelId).toSorted();
}

beforeEach(async () => {
  const fresh = await freshStore();
  store = fresh.store;
  const own = { scope: "person" as const, repositoryId: null, personId: 21, slot: "person/21/own" };
  for (const one of [channel("team"), channel("ops"), channel("own", own)]) await store.channels.add(one);
  await store.channels.add(channel("elsewhere", { repositoryId: 12, slot: "repository/12/elsewhere" }));
  return fresh.close;
});

describe("telling", () => {
  test("reaches the repository's channels and those of the people named, each once", async () => {
    await tell(parts(), 11, [21, 21, 99], said, "r1");
    expect(await waiting()).toEqual(["ops", "own", "team"]);
  });

  test("can be kept to the channels that a policy names; people's own are theirs to choose", async () => {
    await tell(parts(), 11, [21], said, "r1", ["ops", "of nobody"]);
    expect(await waiting()).toEqual(["ops", "own"]);
  });

  test("says one thing once, however many ask at the same time, and also when it has been said", async () => {
    await Promise.all([1, 2, 3].map(() => tell(parts(), 11, [], said, "r1")));
    expect(await waiting()).toEqual(["ops", "team"]);
    for (const id of ["ops", "team"]) await store.tasks.done(`notify:${id}:test:r1`, "w", at(11));
    await tell(parts(), 11, [], said, "r1");
    expect(await waiting()).toEqual([]);
    await tell(parts(), 11, [], said, "r2");
    expect(await waiting()).toEqual(["ops", "team"]);
  });

  test("is undone with the cause that it was told of", async () => {
    const undone = store.transaction(async (inside) => {
      await tell({ ...parts(), store: inside }, 11, [], said, "r1");
      throw new Error("no");
    });
    await expect(undone).rejects.toThrow("no");
    expect(await waiting()).toEqual([]);
  });

  test("keeps nothing of an address in the queue", async () => {
    await tell(parts(), 11, [], said, "r1");
    const tasks = await store.tasks.claimUnhurried("w", 50, at(10), at(60));
    expect(tasks).toHaveLength(2);
    expect(JSON.stringify(tasks)).not.toContain("sealed");
  });
});
