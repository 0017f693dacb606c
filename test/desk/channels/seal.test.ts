import { beforeEach, describe, expect, test } from "vitest";
import { openTarget, resealAll, sealTarget } from "../../../src/desk/channels/seal.ts";
import type { Channel } from "../../../src/domain/release-types.ts";
import type { Target } from "../../../src/notify/types.ts";
import { createSealer } from "../../../src/store/access-token.ts";
import type { Store } from "../../../src/store/types.ts";
import { freshStore } from "../../support/database.ts";
import { at } from "../../support/rows.ts";

const key = (id: string, fill: number) => ({ id, key: new Uint8Array(32).fill(fill) });
const [old, fresh] = [key("old", 1), key("new", 2)];
const target: Target = { kind: "webhook", address: "https://ci.example.com/in", secret: "whsec_c2VjcmV0" };

let store: Store;
beforeEach(async () => {
  const opened = await freshStore();
  store = opened.store;
  const channel: Channel = {
    ...{ id: "c", scope: "person", repositoryId: null, personId: 21, kind: "webhook", name: "ci" },
    ...sealTarget({ sealer: createSealer([old]) }, target),
    ...{ shownAddress: "ci.example.com", createdAt: at(0), createdBy: 21, lastSentAt: null, lastFailedAt: null },
    ...{ lastError: null, removedAt: null, slot: "person/21/ci" },
  };
  await store.channels.add(channel);
  return opened.close;
});

describe("a channel's address", () => {
  test("is sealed anew at the first start with a new key, so that the old one can be taken away", async () => {
    const both = { store, sealer: createSealer([fresh, old]) };
    expect(await resealAll(both)).toBe(1);
    expect(await resealAll(both)).toBe(0);
    const [channel] = await store.channels.ofPerson(21);
    expect(openTarget({ sealer: createSealer([fresh]) }, channel!)).toEqual(target);
  });

  test("whose key is gone is left as it is, and leads nowhere", async () => {
    const without = { store, sealer: createSealer([fresh]) };
    expect(await resealAll(without)).toBe(0);
    const [channel] = await store.channels.ofPerson(21);
    expect(openTarget(without, channel!)).toBeNull();
  });

  test("shows nothing of itself at rest", async () => {
    expect(JSON.stringify(await store.channels.get("c"))).not.toMatch(/whsec|\/in/);
  });
});
