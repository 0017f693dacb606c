import { beforeEach, describe, expect, test } from "vitest";
import { watch } from "../../src/metrics/watch.ts";
import type { Store } from "../../src/store/types.ts";
import { onBothStores } from "../store/contract/both.ts";
import { at } from "../support/rows.ts";

onBothStores((bench) => {
  const told: string[] = [];
  let store: Store;
  beforeEach(() => {
    told.length = 0;
    store = watch(bench.store, ({ what }) => void told.push(what));
  });
  const event = (what: string) => ({ at: at(0), what, actor: "countersign", detail: {} });

  describe("an audit event", () => {
    test("is told once it is stored", async () => {
      await store.audit.add(event("one"));
      expect(told).toEqual(["one"]);
    });

    test("of a transaction is told when that is through, once, also through one inside", async () => {
      await store.transaction(async (inside) => {
        await inside.audit.add(event("one"));
        await inside.transaction(async (further) => await further.audit.add(event("two")));
        expect(told).toEqual([]);
      });
      expect(told).toEqual(["one", "two"]);
    });

    test("of a transaction that is undone is never told", async () => {
      const undone = store.transaction(async (inside) => {
        await inside.audit.add(event("one"));
        throw new Error("no");
      });
      await expect(undone).rejects.toThrow("no");
      expect(told).toEqual([]);
    });
  });
});
