import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Refusal } from "../../src/domain/errors.ts";
import { nextTry } from "../../src/inbox/back-off.ts";
import { describeError } from "../../src/inbox/describe-error.ts";
import { createWorker, type Worker, type WorkerParts } from "../../src/inbox/worker.ts";
import { quiet } from "../../src/store/log.ts";
import { StaleRow, type NewDelivery, type Store } from "../../src/store/types.ts";
import { freshStore } from "../support/database.ts";
import { at } from "../support/rows.ts";

let store: Store;
let now: number;
const clock = { now: () => at(now) };
beforeEach(async () => {
  now = 0;
  const fresh = await freshStore();
  store = fresh.store;
  return fresh.close;
});

function worker(parts: Partial<WorkerParts> = {}): Worker {
  const none = () => Promise.resolve();
  return createWorker({ store, clock, handle: none, handleTask: none, log: quiet, id: "w1", ...parts });
}

function delivery(guid: string, repositoryId: number | null = 1): NewDelivery {
  const body = Buffer.from('{"secret":"in the payload"}');
  return { guid, event: "push", action: null, installationId: 5, repositoryId, body, receivedAt: clock.now() };
}

const task = (key: string, due = 0) => ({
  id: key,
  kind: "verify",
  key,
  payload: { key },
  createdAt: at(0),
  nextAt: at(due),
});

/** A promise and the way to keep it. */
function gate() {
  return Promise.withResolvers<void>();
}

describe("settle", () => {
  test("handles all that is due, and marks it done", async () => {
    await store.inbox.store(Array.from({ length: 60 }, (_, index) => delivery(`g${index}`, index % 7)));
    await store.tasks.add(task("t1"));
    await store.tasks.add(task("later", 60));
    const handled: string[] = [];
    await worker({
      handle: async ({ guid }) => void handled.push(guid),
      handleTask: async ({ key }) => void handled.push(key),
    }).settle();
    expect(handled.toSorted()).toEqual([...Array.from({ length: 60 }, (_, index) => `g${index}`), "t1"].toSorted());
    expect(await store.inbox.counts()).toEqual({ waiting: 0, dead: 0 });
    expect(await store.tasks.nextDue()).toEqual(at(60));
  });

  test("goes on with what becomes due by what it handled", async () => {
    await store.inbox.store([delivery("a")]);
    const handled: string[] = [];
    await worker({
      handle: async () => void (await store.tasks.add(task("next"))),
      handleTask: async ({ key }) => {
        handled.push(key);
        if (key === "next") await store.tasks.add(task("last"));
      },
    }).settle();
    expect(handled).toEqual(["next", "last"]);
  });

  test("looks again where its own work ended while it looked in vain", async () => {
    await store.inbox.store([delivery("a"), delivery("b"), delivery("c")]);
    const handled: string[] = [];
    const [looked, slow] = [gate(), gate()];
    let claims = 0;
    const inbox = {
      ...store.inbox,
      claim: async (...given: Parameters<Store["inbox"]["claim"]>) => {
        const found = await store.inbox.claim(...given);
        claims += 1;
        // The second finds the repository busy, and tells so only when it isn't any more.
        if (claims === 2) {
          expect(found).toEqual([]);
          slow.resolve();
          await vi.waitUntil(async () => (await store.inbox.counts()).waiting === 1, { timeout: 20_000 });
        }
        return found;
      },
    };
    const tasks = {
      ...store.tasks,
      claimUnhurried: async (...given: Parameters<Store["tasks"]["claimUnhurried"]>) => {
        const found = await store.tasks.claimUnhurried(...given);
        looked.resolve();
        return found;
      },
    };
    const one = worker({
      store: { ...store, inbox, tasks },
      handle: async ({ guid }) => {
        // The first ends once the loop waits for an end, so that there is a second look.
        await (guid === "b" ? slow : looked).promise;
        handled.push(guid);
      },
    });
    await one.settle();
    expect(handled).toEqual(["a", "b", "c"]);
  });

  test("with nothing to do ends at once", async () => {
    await worker().settle();
  });
});

describe("order", () => {
  test("one repository's deliveries go one after another in order of receipt; repositories go side by side, up to the limit", async () => {
    await store.inbox.store(Array.from({ length: 40 }, (_, index) => delivery(`${index}`, index % 5)));
    const order = new Map<number, number[]>();
    const busy = new Set<number>();
    let most = 0;
    await worker({
      parallel: 3,
      handle: async ({ guid, repositoryId }) => {
        expect(busy.has(repositoryId!)).toBe(false);
        busy.add(repositoryId!);
        most = Math.max(most, busy.size);
        await store.ping();
        order.set(repositoryId!, [...(order.get(repositoryId!) ?? []), Number(guid)]);
        busy.delete(repositoryId!);
      },
    }).settle();
    expect(most).toBe(3);
    for (const numbers of order.values()) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  test("two instances never work on one repository at the same time", async () => {
    await store.inbox.store(Array.from({ length: 60 }, (_, index) => delivery(`${index}`, index % 3)));
    const busy = new Set<number>();
    const handle: WorkerParts["handle"] = async ({ repositoryId }) => {
      expect(busy.has(repositoryId!)).toBe(false);
      busy.add(repositoryId!);
      await store.ping();
      busy.delete(repositoryId!);
    };
    const workers = ["w1", "w2"].map((id) => worker({ id, handle }));
    // One may end while the other still holds what is left.
    while ((await store.inbox.counts()).waiting > 0) await Promise.all(workers.map((each) => each.settle()));
    expect(await store.inbox.dead(1)).toEqual([]);
  });

  test("one that failed lets the later ones of its repository pass", async () => {
    await store.inbox.store([delivery("bad"), delivery("good")]);
    const handled: string[] = [];
    await worker({
      handle: async ({ guid }) => {
        if (guid === "bad") throw new Error("no");
        handled.push(guid);
      },
    }).settle();
    expect(handled).toEqual(["good"]);
  });

  test("a slow repository doesn't hold up one whose delivery comes later", async () => {
    const slow = gate();
    const quick = gate();
    await store.inbox.store([delivery("slow", 1)]);
    const one = worker({
      handle: async ({ guid }) => {
        if (guid === "quick") return quick.resolve();
        await store.inbox.store([delivery("quick", 2)]);
        void one.settle();
        await slow.promise;
      },
    });
    const settled = one.settle();
    await quick.promise;
    slow.resolve();
    await settled;
  });
});

describe("failures", () => {
  test("are tried again later and later, twelve times, then set aside with a sentence and without the payload", async () => {
    await store.inbox.store([delivery("poison")]);
    const lines: string[] = [];
    const say = (object: object, sentence: string) => void lines.push(JSON.stringify(object) + sentence);
    const log = { info: say, warn: say, error: say };
    const times: number[] = [];
    const one = worker({
      log,
      handle: async ({ body }) => {
        times.push(now);
        throw new TypeError(`bad payload ${Buffer.from(body).toString()}`);
      },
    });
    for (let due: Date | null = at(0); due !== null; due = await store.inbox.nextDue()) {
      now = (due.getTime() - at(0).getTime()) / 1000;
      await one.settle();
    }
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600]);
    const [dead] = await store.inbox.dead(10);
    expect(dead).toMatchObject({ key: "poison", attempts: 12 });
    expect(dead!.lastError).toMatch(/^TypeError \(at inbox\/worker(?:\.test)?\.ts:\d+\)\.$/);
    expect(lines).toHaveLength(12);
    expect(lines.join("\n")).not.toContain("payload");
    expect(lines.at(-1)).toContain("set aside after 12 attempts");
  });

  test("a row that changed meanwhile is no failure: the work is done again at once", async () => {
    await store.inbox.store([delivery("a")]);
    let tries = 0;
    await worker({
      handle: async () => {
        tries += 1;
        if (tries < 3) throw new StaleRow("Release r1");
      },
    }).settle();
    expect(tries).toBe(3);
    expect(await store.inbox.counts()).toEqual({ waiting: 0, dead: 0 });
  });

  test("rows that never hold still wait like any failure", async () => {
    await store.inbox.store([delivery("a")]);
    await worker({ handle: () => Promise.reject(new StaleRow("Release r1")) }).settle();
    expect(await store.inbox.nextDue()).toEqual(at(1));
  });

  test("a refusal's sentence is kept; of other errors only kind, code and place", () => {
    expect(describeError(new Refusal("not-now", "Wait for the run.")).sentence).toBe("Wait for the run.");
    const other = Object.assign(new Error("token npm_abc\n    at src/fake.ts:1"), { code: "ECONNRESET", status: 502 });
    const { sentence } = describeError(other);
    expect(sentence).toContain("Error (ECONNRESET, status 502, at ");
    expect(sentence).not.toContain("npm_abc");
    expect(describeError("text with a token").sentence).toBe("string.");
    expect(describeError(null)).toMatchObject({ code: null, status: null, at: null });
    expect(describeError({ code: "a secret with spaces" }).code).toBeNull();
  });

  test("the back-off never shrinks, never exceeds ten minutes, and ends", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (attempts) => {
        const next = nextTry(attempts, at(0));
        expect(next === null).toBe(attempts >= 12);
        if (next === null) return;
        const pause = next.getTime() - at(0).getTime();
        expect(pause).toBeGreaterThanOrEqual(1000);
        expect(pause).toBeLessThanOrEqual(600_000);
      }),
    );
  });
});

describe("a worker that dies", () => {
  test("between claim and done: another does its work when the lock has run out", async () => {
    await store.inbox.store([delivery("a")]);
    await store.inbox.claim("dead worker", 1, at(0), at(60));
    const handled: number[] = [];
    const other = worker({ handle: async ({ attempts }) => void handled.push(attempts) });
    now = 59;
    await other.settle();
    expect(handled).toEqual([]);
    now = 60;
    await other.settle();
    expect(handled).toEqual([2]);
  });

  test("each time on one delivery: that is set aside unhandled after twelve attempts", async () => {
    await store.inbox.store([delivery("killer")]);
    for (; now < 12 * 60; now += 60) await store.inbox.claim("dead worker", 1, at(now), at(now + 60));
    let handled = false;
    await worker({ handle: async () => void (handled = true) }).settle();
    expect(handled).toBe(false);
    expect(await store.inbox.dead(1)).toMatchObject([
      { key: "killer", lastError: expect.stringContaining("worker-died") as string },
    ]);
  });

  test("one that took too long can't mark as done what another has taken over", async () => {
    await store.inbox.store([delivery("a")]);
    const slow = worker({
      handle: async () => {
        now = 100;
        await store.inbox.claim("w2", 1, clock.now(), at(160));
      },
    });
    await slow.settle();
    expect(await store.inbox.done("a", "w2", clock.now())).toBe(true);
  });
});

describe("start and stop", () => {
  test("a started worker is woken by a delivery and by a task", async () => {
    const [delivered, asked] = [gate(), gate()];
    const one = worker({ handle: async () => delivered.resolve(), handleTask: async () => asked.resolve() });
    await one.start();
    await store.inbox.store([delivery("a")]);
    await store.notify("inbox", "");
    await delivered.promise;
    await store.tasks.add(task("t"));
    await asked.promise;
    await one.stop();
    expect(await store.inbox.counts()).toEqual({ waiting: 0, dead: 0 });
  });

  test("stop ends what was begun and hands back the rest, as if it had never been claimed", async () => {
    await store.inbox.store([delivery("1"), delivery("2"), delivery("3")]);
    const [begun, go] = [gate(), gate()];
    const handled: string[] = [];
    const one = worker({
      handle: async ({ guid }) => {
        begun.resolve();
        await go.promise;
        handled.push(guid);
      },
    });
    await one.start();
    await begun.promise;
    const stopped = one.stop();
    go.resolve();
    await stopped;
    expect(handled).toEqual(["1"]);
    const rest = await store.inbox.claim("w2", 5, clock.now(), at(60));
    expect(rest.map(({ guid, attempts }) => [guid, attempts])).toEqual([
      ["2", 1],
      ["3", 1],
    ]);
  });
});
