import { beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../../src/store/types.ts";
import { aLease, anApproval, aRelease, aRepository, aToken, at } from "../../support/rows.ts";
import { onBothStores } from "./both.ts";

/** Two transactions, a step at a time: `open` begins one and goes on when it is told. */
function steps(store: Store, ...works: Array<(inside: Store) => Promise<unknown>>) {
  const gates = works.map(() => Promise.withResolvers<void>());
  const reached = works.map(() => Promise.withResolvers<void>());
  const done = store.transaction(async (inside) => {
    for (const [index, work] of works.entries()) {
      await gates[index]?.promise;
      await work(inside);
      reached[index]?.resolve();
    }
  });
  done.catch(() => reached.forEach((each) => each.resolve()));
  return {
    done,
    /** Does the next step, to its end. */
    async next(index: number): Promise<void> {
      gates[index]?.resolve();
      await reached[index]?.promise;
    },
    go: (index: number): void => gates[index]?.resolve(),
  };
}

const nothing = (): Promise<void> => Promise.resolve();

onBothStores((bench) => {
  let store: Store;
  let other: Store;
  beforeEach(async () => {
    store = bench.store;
    other = await bench.another();
  });

  describe("transactions side by side", () => {
    test("what isn't committed is seen inside and nowhere else", async () => {
      const one = steps(store, (inside) => inside.releases.insert(aRelease()), nothing);
      await one.next(0);
      expect(await other.releases.get("r1")).toBeNull();
      one.go(1);
      await one.done;
      expect(await other.releases.get("r1")).not.toBeNull();
    });

    test("a reader in a transaction sees what was committed since its last look", async () => {
      await store.people.see({ id: 1, login: "alice" }, at(0));
      await store.transaction(async (inside) => {
        expect(await inside.people.get(1)).toEqual({ id: 1, login: "alice" });
        await other.people.see({ id: 1, login: "bob" }, at(1));
        expect(await inside.people.get(1)).toEqual({ id: 1, login: "bob" });
      });
    });

    test("who changes a row that another is changing waits, and decides by what became of it", async () => {
      await store.releases.insert(aRelease());
      await store.leases.take(aLease());
      const one = steps(store, (inside) => inside.leases.save("l1", ["arming"], { state: "armed" }), nothing);
      await one.next(0);
      const both = [
        other.leases.save("l1", ["arming"], { state: "disarming" }),
        other.leases.save("l1", ["arming", "armed"], { disarmWhy: "expired" }),
      ];
      one.go(1);
      await one.done;
      const [refused, taken] = await Promise.all(both);
      expect(refused).toBeNull();
      expect(taken).toMatchObject({ state: "armed", disarmWhy: "expired" });
    });

    test("who wants what another is taking waits: it is theirs where the other gives up, and refused where not", async () => {
      await store.releases.insert(aRelease());
      const fail = () => Promise.reject(new Error("no"));
      const one = steps(store, (inside) => inside.leases.take(aLease()), fail);
      await one.next(0);
      const second = other.leases.take(aLease({ id: "l2" }));
      one.go(1);
      await expect(one.done).rejects.toThrow("no");
      expect(await second).toBe(true);
      const three = steps(store, (inside) => inside.leases.save("l2", ["arming"], { locks: null }), nothing);
      await three.next(0);
      const fourth = other.leases.take(aLease({ id: "l4" }));
      three.go(1);
      await three.done;
      expect(await fourth).toBe(true);
    });

    test("of two that wait for each other one fails, and the other goes through", async () => {
      const see = (id: number, login: string) => (inside: Store) => inside.people.see({ id, login }, at(0));
      await Promise.all([1, 2].map((id) => store.people.see({ id, login: "before" }, at(0))));
      const one = steps(store, see(1, "one"), see(2, "one"));
      const two = steps(other, see(2, "two"), see(1, "two"));
      await Promise.all([one.next(0), two.next(0)]);
      one.go(1);
      two.go(1);
      const ends = await Promise.allSettled([one.done, two.done]);
      const failed = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as { code: string }] : []));
      expect(failed).toMatchObject([{ code: "P2034" }]);
      const winner = ends[0].status === "fulfilled" ? "one" : "two";
      expect(await store.people.get(1)).toMatchObject({ login: winner });
      expect(await store.people.get(2)).toMatchObject({ login: winner });
    });

    test("a task that somebody is busy with is passed over, not waited for", async () => {
      const task = { kind: "k", payload: null, createdAt: at(0), nextAt: at(0) };
      await store.tasks.addAll(["1", "2", "3"].map((id) => ({ id, key: id, ...task })));
      const ids = (found: Array<{ id: string }>) => found.map(({ id }) => id);
      const one = steps(store, (inside) => inside.tasks.claim("w1", 1, at(0), at(60)), nothing);
      await one.next(0);
      expect(ids(await other.tasks.claim("w2", 2, at(0), at(60)))).toEqual(["2", "3"]);
      one.go(1);
      await one.done;
      expect(await store.tasks.done("1", "w1", at(1))).toBe(true);
    });

    test("two claims at once share what is due, and none gets what another has", async () => {
      const task = { kind: "k", payload: null, createdAt: at(0), nextAt: at(0) };
      await store.tasks.addAll(
        Array.from({ length: 30 }, (_, index) => ({ id: `${index}`, key: `${index}`, ...task })),
      );
      const claims = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          (index % 2 === 0 ? store : other).tasks.claim(`w${index}`, 7, at(0), at(60)),
        ),
      );
      const ids = claims.flat().map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(30);
    });

    test("two who save one release: the second is told that it was changed", async () => {
      const first = await store.releases.insert(aRelease());
      if (first === false) throw new Error("not inserted");
      const ends = await Promise.allSettled([
        store.releases.save(first, { state: "waiting" }),
        other.releases.save(first, { state: "failed" }),
      ]);
      expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(ends.find((end) => end.status === "rejected")?.reason).toMatchObject({ name: "StaleRow" });
    });
  });

  describe("what a table doesn't take", () => {
    test("a number is spent also by what is refused or undone", async () => {
      await store.releases.insert(aRelease());
      await store.releases.insert(aRelease({ id: "r2" }));
      const undone = store.transaction(async (inside) => {
        await inside.releases.insert(aRelease({ id: "r3", holds: null }));
        throw new Error("no");
      });
      await expect(undone).rejects.toThrow("no");
      expect(await store.releases.insert(aRelease({ id: "r4", holds: null }))).toMatchObject({ number: 4 });
    });

    test("a lease or a word of a release that isn't there", async () => {
      await expect(store.leases.take(aLease())).rejects.toMatchObject({ code: "P2003" });
      await expect(store.approvals.add(anApproval())).rejects.toMatchObject({ code: "P2003" });
    });

    test("a run that is another release's, a token's id that is taken", async () => {
      await store.releases.insert(aRelease({ runId: 77 }));
      const second = await store.releases.insert(aRelease({ id: "r2", holds: null }));
      if (second === false) throw new Error("not inserted");
      await expect(store.releases.save(second, { runId: 77 })).rejects.toMatchObject({ code: "P2002" });
      await store.tokens.put(aToken());
      await expect(store.tokens.put(aToken({ slot: "11/7/22" }))).rejects.toMatchObject({ code: "P2002" });
      await expect(store.tokens.put(aToken())).rejects.toMatchObject({ code: "P2002" });
      expect(await store.tokens.live(11, 7, 21)).toEqual(aToken());
    });

    test("a column that it hasn't, a zero byte", async () => {
      const first = await store.releases.insert(aRelease());
      if (first === false) throw new Error("not inserted");
      await expect(store.releases.save(first, { other: 1 } as object)).rejects.toThrow("other");
      await expect(store.people.see({ id: 1, login: "a\0b" }, at(0))).rejects.toMatchObject({ code: "P2039" });
      expect(await store.releases.save(first, { runUrl: undefined } as object)).toMatchObject({ rowVersion: 1 });
    });

    test("one task twice in one go", async () => {
      const task = { kind: "k", key: "k", payload: null, createdAt: at(0), nextAt: at(0) };
      const both = store.tasks.addAll([
        { id: "1", ...task },
        { id: "2", ...task },
      ]);
      await expect(both).rejects.toMatchObject({ code: "P2010" });
      expect(await store.tasks.counts()).toEqual({ waiting: 0, dead: 0 });
    });
  });

  test("workers that are gone are known by their names, others are left alone", async () => {
    const gone = await bench.another();
    await gone.present("w1");
    await other.present("w2");
    await store.tasks.add({ id: "1", kind: "k", key: "k", payload: null, createdAt: at(0), nextAt: at(0) });
    await store.tasks.claim("w1", 1, at(0), at(60));
    expect(await other.freeAbandoned()).toBe(0);
    await gone.close();
    await expect(gone.people.get(1)).rejects.toThrow("after calling end");
    expect(await other.freeAbandoned()).toBe(1);
    expect(await other.freeAbandoned()).toBe(0);
    expect(await other.tasks.claim("w2", 1, at(0), at(60))).toMatchObject([{ id: "1", attempts: 2 }]);
  });

  test("a name seen by many at once is one row", async () => {
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await (index % 2 === 0 ? store : other).repositories.see(aRepository(), at(index));
      }),
    );
    expect(await store.repositories.all()).toEqual([aRepository()]);
  });
});
