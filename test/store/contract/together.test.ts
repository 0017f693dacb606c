import { beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../../src/store/types.ts";
import { ear } from "../../support/ear.ts";
import { aRelease, at } from "../../support/rows.ts";
import { onBothStores } from "./both.ts";

onBothStores((bench) => {
  let store: Store;
  let other: Store;
  beforeEach(async () => {
    store = bench.store;
    other = await bench.another();
  });

  describe("exclusive", () => {
    test("work under one key goes one after another, in the order it was asked for, over two instances too", async () => {
      const running = new Set<number>();
      const order: number[] = [];
      const work = (number: number) => async () => {
        expect(running.size).toBe(0);
        running.add(number);
        await store.ping();
        running.delete(number);
        order.push(number);
      };
      const mine = [1, 2, 3, 4].map((number) => store.exclusive("key", work(number)));
      const theirs = [11, 12, 13].map((number) => other.exclusive("key", work(number)));
      await Promise.all([...mine, ...theirs]);
      expect(order.filter((number) => number < 10)).toEqual([1, 2, 3, 4]);
      expect(order.filter((number) => number > 10)).toEqual([11, 12, 13]);
    });

    test("a hundred at once under different keys don't run out of connections", async () => {
      const work = Array.from({ length: 100 }, (_, index) =>
        store.exclusive(`key ${index % 40}`, () =>
          store.transaction((inside) => inside.people.see({ id: index, login: "x" }, at(0))),
        ),
      );
      await Promise.all(work);
      expect(await store.people.get(99)).not.toBeNull();
    });

    test("an error comes out, and the lock is free again", async () => {
      await expect(store.exclusive("key", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
      expect(await other.exclusive("key", () => Promise.resolve(7))).toBe(7);
    });

    test("asking inside of another, or inside of a transaction, is refused", async () => {
      const nested = store.exclusive("a", () => store.exclusive("b", () => Promise.resolve()));
      await expect(nested).rejects.toThrow('exclusive("b") was asked for inside of exclusive("a").');
      await expect(store.transaction((inside) => inside.exclusive("a", () => Promise.resolve()))).rejects.toThrow(
        "transaction",
      );
      await expect(store.transaction(() => store.exclusive("a", () => Promise.resolve()))).rejects.toThrow(
        "a transaction",
      );
    });

    test("work that was left behind may ask once the lock is free", async () => {
      let go = (): void => undefined;
      const gate = new Promise<void>((resolve) => (go = resolve));
      let left: Promise<number> | undefined;
      await store.exclusive("a", () => {
        left = gate.then(() => store.exclusive("b", () => Promise.resolve(3)));
        return Promise.resolve();
      });
      go();
      expect(await left).toBe(3);
    });
  });

  describe("transactions", () => {
    test("all of it or nothing", async () => {
      const broken = store.transaction(async (inside) => {
        await inside.releases.insert(aRelease());
        await inside.transaction((deeper) => deeper.people.see({ id: 1, login: "alice" }, at(0)));
        throw new Error("no");
      });
      await expect(broken).rejects.toThrow("no");
      expect(await store.releases.get("r1")).toBeNull();
      expect(await store.people.get(1)).toBeNull();
    });

    test("a statement that failed fails all of it, also where the work caught the error", async () => {
      const signIn = { id: "x", verifier: "v", returnTo: "/", createdAt: at(0) };
      await store.signIns.put(signIn);
      const work = store.transaction(async (inside) => {
        await inside.people.see({ id: 1, login: "alice" }, at(0));
        await inside.signIns.put(signIn).catch(() => undefined);
        await expect(inside.people.get(1)).rejects.toThrow("aborted");
        return 5;
      });
      await expect(work).rejects.toMatchObject({ code: "P2002" });
      expect(await store.people.get(1)).toBeNull();
    });

    test("a row that was changed meanwhile leaves the transaction usable", async () => {
      const first = await store.releases.insert(aRelease());
      if (first === false) throw new Error("not inserted");
      await store.releases.save(first, { state: "waiting" });
      await store.transaction(async (inside) => {
        await inside.releases.save(first, { state: "failed" }).catch(() => undefined);
        await inside.people.see({ id: 1, login: "alice" }, at(0));
      });
      expect(await store.people.get(1)).not.toBeNull();
      expect(await store.releases.get("r1")).toMatchObject({ state: "waiting" });
    });

    test("whoever goes on using it after its end is refused", async () => {
      const left = await store.transaction((inside) => Promise.resolve(inside));
      await expect(left.people.get(1)).rejects.toMatchObject({ code: "P2028" });
    });
  });

  describe("notify and listen", () => {
    test("other instances and our own listeners hear it, once the transaction is through", async () => {
      const [mine, theirs] = [ear(), ear()];
      await store.listen("inbox", mine.hear);
      await other.listen("inbox", theirs.hear);
      await store.transaction(async (inside) => {
        await inside.notify("inbox", "one");
        await other.notify("inbox", "zero");
        expect(await theirs.until(1)).toEqual(["zero"]);
      });
      expect(await mine.until(2)).toEqual(["zero", "one"]);
      expect(await theirs.until(2)).toEqual(["zero", "one"]);
    });

    test("one who stopped listening hears nothing more, the others do", async () => {
      const [first, second] = [ear(), ear()];
      const stop = await store.listen("inbox", first.hear);
      await store.listen("inbox", second.hear);
      await stop();
      await store.notify("inbox", "x");
      expect(await second.until(1)).toEqual(["x"]);
      expect(first.heard).toEqual([]);
    });

    test("a task added wakes the inbox's workers", async () => {
      const one = ear();
      await other.listen("inbox", one.hear);
      await store.tasks.add({ id: "1", kind: "k", key: "k", payload: null, createdAt: at(0), nextAt: at(0) });
      expect(await one.until(1)).toEqual([""]);
    });
  });
});
