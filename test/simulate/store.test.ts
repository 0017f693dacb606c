import { beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../src/store/types.ts";
import { aLease, aRelease, at } from "../support/rows.ts";
import { createMemoryDatabase, databaseRefused, type MemoryConnection, type MemoryDatabase } from "./store/index.ts";

let database: MemoryDatabase;
/** What the app's steps were, and what is done at one of them. */
let history: string[];
let atStep: Map<string, () => Promise<void> | void>;
let app: MemoryConnection;
let store: Store;
let other: Store;
beforeEach(() => {
  database = createMemoryDatabase();
  history = [];
  atStep = new Map();
  app = database.connect("app", {
    async step(operation, when) {
      history.push(`${when} ${operation}`);
      await atStep.get(`${when} ${operation}`)?.();
    },
  });
  store = app.store;
  other = database.connect("other").store;
});

const task = { id: "1", kind: "k", key: "k", payload: null, createdAt: at(0), nextAt: at(0) };

/** Whether a promise has settled when everything that could go on by itself has gone on. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let is = false;
  promise.then(
    () => (is = true),
    () => (is = true),
  );
  await new Promise((turn) => setImmediate(turn));
  return is;
}

describe("steps", () => {
  test("come before and after each statement, each transaction's beginning and end, each lock", async () => {
    await store.exclusive("release", () =>
      store.transaction(async (inside) => {
        await inside.releases.insert(aRelease());
        await inside.tasks.add(task);
      }),
    );
    const names = ["exclusive release", "transaction begin", "releases.insert", "tasks.add", "tasks.add notify"];
    const all = [...names, "transaction commit", "exclusive let go"];
    expect(history).toEqual(all.flatMap((name) => [`before ${name}`, `after ${name}`]));
  });

  test("decide when a thing happens: before its step nobody sees it", async () => {
    const gate = Promise.withResolvers<void>();
    atStep.set("before people.see", () => gate.promise);
    const seen = store.people.see({ id: 1, login: "alice" }, at(0));
    expect(await settled(seen)).toBe(false);
    expect(await other.people.get(1)).toBeNull();
    gate.resolve();
    await seen;
    expect(await other.people.get(1)).not.toBeNull();
  });

  test("refuse: before, nothing happened; after, it did and nobody was told", async () => {
    atStep.set("before people.see", () => Promise.reject(databaseRefused("people.see")));
    await expect(store.people.see({ id: 1, login: "alice" }, at(0))).rejects.toMatchObject({ code: "P1001" });
    expect(await other.people.get(1)).toBeNull();
    atStep.delete("before people.see");
    atStep.set("after people.see", () => Promise.reject(databaseRefused("people.see")));
    await expect(store.people.see({ id: 1, login: "alice" }, at(0))).rejects.toMatchObject({ code: "P1001" });
    expect(await other.people.get(1)).not.toBeNull();
  });

  test.each([
    ["before transaction begin", false],
    ["before releases.insert", false],
    ["after releases.insert", false],
    ["before transaction commit", false],
    ["after transaction commit", true],
  ])("a refusal %s leaves all of a transaction or nothing", async (step, stored) => {
    atStep.set(step, () => Promise.reject(databaseRefused(step)));
    const work = store.transaction(async (inside) => {
      await inside.releases.insert(aRelease());
      await inside.leases.take(aLease());
    });
    await expect(work).rejects.toThrow("reach");
    expect([database.rows("Release").length, database.rows("Lease").length]).toEqual(stored ? [1, 1] : [0, 0]);
    expect(await other.transaction((inside) => inside.releases.insert(aRelease()))).toEqual(
      stored ? false : expect.anything(),
    );
  });

  test("rows given out and rows taken in are copies", async () => {
    const release = aRelease();
    await store.releases.insert(release);
    release.requestedAt.setTime(0);
    const read = await store.releases.get("r1");
    read?.requestedAt.setTime(0);
    expect((await store.releases.get("r1"))?.requestedAt).toEqual(at(0));
    database.rows("Release")[0]?.requestedAt.setTime(0);
    expect((await store.releases.get("r1"))?.requestedAt).toEqual(at(0));
  });
});

describe("an instance that is killed", () => {
  test.each([
    ["before transaction begin", false],
    ["after releases.insert", false],
    ["before transaction commit", false],
    ["after transaction commit", true],
  ])("%s leaves all of a transaction or nothing, and no call of its own settles", async (step, stored) => {
    atStep.set(step, () => app.kill());
    const work = store.exclusive("release", () =>
      store.transaction(async (inside) => {
        await inside.releases.insert(aRelease());
        await inside.leases.take(aLease());
      }),
    );
    expect(await settled(work)).toBe(false);
    expect(await settled(store.ping())).toBe(false);
    expect([database.rows("Release").length, database.rows("Lease").length]).toEqual(stored ? [1, 1] : [0, 0]);
    expect(await other.exclusive("release", () => other.releases.insert(aRelease()))).toEqual(
      stored ? false : expect.objectContaining({ id: "r1" }),
    );
  });

  test("lets go what others wait for: its rows, its locks, its place in a line", async () => {
    const [inside, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    void store.exclusive("a", async () => {
      await store.people.see({ id: 1, login: "alice" }, at(0));
      await store.transaction(async (open) => {
        await open.people.see({ id: 1, login: "bob" }, at(1));
        inside.resolve();
        await released.promise;
      });
    });
    await inside.promise;
    const row = other.people.see({ id: 1, login: "carol" }, at(2));
    const lock = other.exclusive("a", () => Promise.resolve(7));
    expect(await Promise.all([settled(row), settled(lock)])).toEqual([false, false]);
    expect(database.waits()).toEqual(["other waits for app", "exclusive a is waited for"]);
    app.kill();
    await row;
    expect(await lock).toBe(7);
    released.resolve();
    expect(await settled(store.ping())).toBe(false);
    expect(await other.people.get(1)).toEqual({ id: 1, login: "carol" });
  });

  test("is no longer at work: what it had claimed is due again for others, once they look", async () => {
    await store.present("app");
    await other.present("other");
    await store.tasks.add(task);
    await store.tasks.claim("app", 1, at(0), at(60));
    expect(await other.freeAbandoned()).toBe(0);
    app.kill();
    expect(await other.freeAbandoned()).toBe(1);
    expect(await other.tasks.claim("other", 1, at(1), at(61))).toMatchObject([{ id: "1", attempts: 2 }]);
  });

  test("hears nothing more", async () => {
    const heard: string[] = [];
    await store.listen("inbox", (payload) => heard.push(payload));
    await other.notify("inbox", "one");
    await settled(Promise.resolve());
    app.kill();
    await other.notify("inbox", "two");
    await settled(Promise.resolve());
    expect(heard).toEqual(["one"]);
  });
});

describe("an instance whose connections are cut", () => {
  test("gets an error in a transaction, and connects again by itself", async () => {
    const work = store.transaction(async (inside) => {
      await inside.people.see({ id: 1, login: "alice" }, at(0));
      app.cut();
      await inside.people.see({ id: 2, login: "bob" }, at(0));
    });
    await expect(work).rejects.toThrow("connection error");
    expect(database.rows("Person")).toEqual([]);
    await store.ping();
  });

  test("has no lock any more, though its work under it goes on", async () => {
    const go = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const mine = store.exclusive("a", async () => {
      begun.resolve();
      await go.promise;
      return "mine";
    });
    await begun.promise;
    const theirs = other.exclusive("a", () => Promise.resolve("theirs"));
    expect(await settled(theirs)).toBe(false);
    app.cut();
    expect(await theirs).toBe("theirs");
    go.resolve();
    expect(await mine).toBe("mine");
  });

  test("survives it also in the moment in which it lets a lock go", async () => {
    let unheard: unknown = null;
    atStep.set("before exclusive let go", () => {
      try {
        app.cut();
      } catch (error) {
        unheard = error;
      }
    });
    expect(await store.exclusive("a", () => Promise.resolve("mine"))).toBe("mine");
    expect(unheard).toBeNull();
    expect(await other.exclusive("a", () => Promise.resolve("theirs"))).toBe("theirs");
  });

  test("is told to look for itself", async () => {
    const heard: string[] = [];
    await store.listen("inbox", (payload) => heard.push(payload));
    app.cut();
    await settled(Promise.resolve());
    expect(heard).toEqual([""]);
  });
});
