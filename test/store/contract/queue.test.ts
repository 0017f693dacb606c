import { beforeEach, describe, expect, test } from "vitest";
import type { NewDelivery, Store } from "../../../src/store/types.ts";
import { at } from "../../support/rows.ts";
import { onBothStores } from "./both.ts";

onBothStores((bench) => {
  let store: Store;
  beforeEach(() => {
    store = bench.store;
  });

  function delivery(guid: string, repositoryId: number | null = 1): NewDelivery {
    const body = new TextEncoder().encode(`{"n":"${guid}"}`);
    return {
      guid,
      event: "workflow_run",
      action: "completed",
      installationId: 5,
      repositoryId,
      body,
      receivedAt: at(0),
    };
  }

  const guids = (found: Array<{ guid: string }>) => found.map(({ guid }) => guid);

  describe("the inbox", () => {
    test("a delivery comes back as it came, in the order of receipt", async () => {
      expect(await store.inbox.store([delivery("b"), delivery("a"), delivery("c", null)])).toEqual(
        new Set(["b", "a", "c"]),
      );
      const claimed = await store.inbox.claim("w1", 10, at(1), at(61));
      expect(guids(claimed)).toEqual(["b", "a", "c"]);
      expect({ ...claimed[0], body: new Uint8Array(claimed[0]!.body) }).toEqual({ ...delivery("b"), attempts: 1 });
    });

    test("a GUID is stored once: in one batch, and later", async () => {
      expect(await store.inbox.store([delivery("a"), delivery("a")])).toEqual(new Set(["a"]));
      expect(await store.inbox.store([delivery("a"), delivery("b")])).toEqual(new Set(["b"]));
      await store.inbox.claim("w1", 10, at(1), at(61));
      expect(await store.inbox.done("a", "w1", at(2))).toBe(true);
      expect(await store.inbox.store([delivery("a")])).toEqual(new Set());
      expect(await store.inbox.counts()).toEqual({ waiting: 1, dead: 0 });
      expect(await store.inbox.newest()).toEqual(at(0));
    });

    test("no two workers get one item, and one repository is with one worker at a time", async () => {
      await store.inbox.store(Array.from({ length: 40 }, (_, index) => delivery(`g${index}`, index % 4)));
      const claims = await Promise.all(
        ["w1", "w2", "w3", "w4"].map((worker) => store.inbox.claim(worker, 5, at(1), at(61))),
      );
      expect(new Set(claims.flatMap(guids)).size).toBe(claims.flat().length);
      const owners = new Map<number, Set<number>>();
      claims.forEach((claim, worker) =>
        claim.forEach(({ repositoryId }) =>
          owners.set(repositoryId!, (owners.get(repositoryId!) ?? new Set()).add(worker)),
        ),
      );
      for (const workers of owners.values()) expect(workers.size).toBe(1);
    });

    test("a lock that ran out is due again, and its old worker can settle nothing", async () => {
      await store.inbox.store([delivery("a")]);
      await store.inbox.claim("w1", 1, at(1), at(61));
      expect(await store.inbox.claim("w2", 1, at(60), at(120))).toEqual([]);
      expect(await store.inbox.nextDue()).toEqual(at(61));
      const [again] = await store.inbox.claim("w2", 1, at(61), at(121));
      expect(again).toMatchObject({ guid: "a", attempts: 2 });
      expect(await store.inbox.done("a", "w1", at(62))).toBe(false);
      expect(await store.inbox.failed("a", "w1", "Too late.", at(63))).toBe(false);
      expect(await store.inbox.renew("a", "w1", at(200))).toBe(false);
      expect(await store.inbox.renew("a", "w2", at(200))).toBe(true);
      expect(await store.inbox.nextDue()).toEqual(at(200));
      expect(await store.inbox.done("a", "w2", at(63))).toBe(true);
      expect(await store.inbox.nextDue()).toBeNull();
    });

    test("what was handed back without being begun waits as before", async () => {
      await store.inbox.store([delivery("a")]);
      await store.inbox.claim("w1", 1, at(1), at(61));
      expect(await store.inbox.release("a", "w1")).toBe(true);
      expect(await store.inbox.claim("w2", 1, at(1), at(61))).toMatchObject([{ guid: "a", attempts: 1 }]);
    });

    test("a dead one is listed, and tried again when it is asked for or comes again", async () => {
      await store.inbox.store([delivery("a")]);
      const die = async () => {
        await store.inbox.claim("w1", 1, at(1), at(61));
        await store.inbox.failed("a", "w1", "No such run.", null);
      };
      await die();
      expect(await store.inbox.claim("w1", 1, at(900), at(960))).toEqual([]);
      expect(await store.inbox.dead(10)).toEqual([
        { key: "a", what: "workflow_run.completed", attempts: 1, lastError: "No such run.", since: at(0) },
      ]);
      expect(await store.inbox.revive("a", at(1))).toBe(true);
      expect(await store.inbox.revive("a", at(1))).toBe(false);
      await die();
      expect(await store.inbox.store([delivery("a")])).toEqual(new Set());
      expect(await store.inbox.claim("w1", 1, at(1), at(61))).toMatchObject([{ attempts: 1 }]);
    });

    test("what was done long ago is swept, and nothing else", async () => {
      await store.inbox.store([delivery("a"), delivery("b")]);
      await store.inbox.claim("w1", 1, at(1), at(61));
      await store.inbox.done("a", "w1", at(2));
      expect(await store.inbox.sweep(at(2))).toBe(0);
      expect(await store.inbox.sweep(at(3))).toBe(1);
      expect(await store.inbox.counts()).toEqual({ waiting: 1, dead: 0 });
    });
  });

  describe("tasks", () => {
    const task = {
      id: "1",
      kind: "verify",
      key: "verify:r1",
      payload: { release: "r1" },
      createdAt: at(0),
      nextAt: at(5),
    };

    test("asking twice for one that waits is harmless", async () => {
      expect(await store.tasks.add(task)).toBe(true);
      expect(await store.tasks.add({ ...task, id: "2", payload: { other: 1 }, nextAt: at(1) })).toBe(false);
      expect(await store.tasks.claim("w1", 5, at(4), at(64))).toEqual([]);
      const { nextAt: _, ...stored } = task;
      expect(await store.tasks.claim("w1", 5, at(5), at(65))).toEqual([{ ...stored, attempts: 1 }]);
    });

    test("one that is done or dead is asked anew", async () => {
      await store.tasks.add(task);
      await store.tasks.claim("w1", 5, at(5), at(65));
      await store.tasks.done(task.key, "w1", at(6));
      expect(await store.tasks.add({ ...task, id: "2", nextAt: at(7) })).toBe(true);
      await store.tasks.claim("w1", 5, at(7), at(67));
      await store.tasks.failed(task.key, "w1", "No.", null);
      expect(await store.tasks.add({ ...task, id: "3", nextAt: at(8) })).toBe(true);
      expect(await store.tasks.claim("w1", 5, at(8), at(68))).toMatchObject([{ id: "3", attempts: 1 }]);
    });

    test("one that is asked for while it runs runs once more", async () => {
      await store.tasks.add(task);
      await store.tasks.claim("w1", 5, at(5), at(65));
      expect(await store.tasks.add({ ...task, payload: { later: true }, nextAt: at(6) })).toBe(false);
      expect(await store.tasks.add({ ...task, payload: { later: true }, nextAt: at(9) })).toBe(false);
      expect(await store.tasks.claim("w2", 5, at(7), at(67))).toEqual([]);
      expect(await store.tasks.done(task.key, "w1", at(8))).toBe(true);
      expect(await store.tasks.claim("w1", 5, at(8), at(68))).toMatchObject([
        { payload: { later: true }, attempts: 1 },
      ]);
      expect(await store.tasks.done(task.key, "w1", at(9))).toBe(true);
      expect(await store.tasks.counts()).toEqual({ waiting: 0, dead: 0 });
    });

    test("one that is asked for once stays as it was, also when it is done", async () => {
      expect(await store.tasks.addOnce(task)).toBe(true);
      expect(await store.tasks.addOnce({ ...task, id: "2", payload: { other: 1 } })).toBe(false);
      expect(await store.tasks.claim("w1", 5, at(5), at(65))).toMatchObject([{ id: "1", payload: task.payload }]);
      expect(await store.tasks.addOnce({ ...task, id: "3" })).toBe(false);
      await store.tasks.done(task.key, "w1", at(6));
      expect(await store.tasks.addOnce({ ...task, id: "4" })).toBe(false);
      expect(await store.tasks.counts()).toEqual({ waiting: 0, dead: 0 });
    });

    test("a task asked for in a transaction exists only where that went through", async () => {
      const broken = store.transaction(async (inside) => {
        await inside.tasks.add(task);
        throw new Error("no");
      });
      await expect(broken).rejects.toThrow("no");
      expect(await store.tasks.nextDue()).toBeNull();
    });
  });
});
