import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aLease, aRelease, at } from "../support/rows.ts";
import { freshDatabase } from "../support/database.ts";
import { ear } from "../support/ear.ts";
import type { RunConnection, RunDatabase } from "./database.ts";
import { onPostgresql } from "./postgresql/index.ts";
import type { Postgresql } from "./postgresql/index.ts";
import { simulate } from "./run.ts";

let postgresql: Postgresql;
beforeAll(async () => {
  const { url, drop } = await freshDatabase();
  postgresql = await onPostgresql(url);
  return async () => {
    await postgresql.close();
    await drop();
  };
});

/** `npm run simulate -- --store postgresql --replay <seed>` prints what happened. A run is thousands of round trips to the server. */
describe("on the real PostgreSQL, whatever fails and whoever is killed", { timeout: 120_000 }, () => {
  test.each([3, 6, 10])("seed %i leaves nothing behind and publishes nothing unapproved", async (seed) => {
    expect((await simulate(seed, postgresql.open)).violations).toEqual([]);
  });

  test("the same seed again is the same history", async () => {
    const [first, again] = [await simulate(9, postgresql.open), await simulate(9, postgresql.open)];
    expect(again.history).toEqual(first.history);
    expect(first.violations).toEqual([]);
  });
});

describe("an instance's connections", () => {
  let database: RunDatabase;
  let history: string[];
  let atStep: Map<string, () => Promise<void> | void>;
  let app: RunConnection;
  let other: RunConnection;
  beforeEach(async () => {
    [history, atStep] = [[], new Map()];
    database = await postgresql.open();
    app = await database.connect("app", async (what, when) => {
      history.push(`${what} ${when}`);
      await atStep.get(`${what} ${when}`)?.();
    });
    other = await database.connect("other");
    return async () => {
      await app.kill();
      await other.kill();
    };
  });
  const transaction = () =>
    app.store.transaction(async (inside) => {
      await inside.releases.insert(aRelease());
      await inside.leases.take(aLease());
    });
  const committed = async (): Promise<number[]> => {
    await database.refresh();
    return [[...database.look("Release")].length, [...database.look("Lease")].length];
  };

  /** Whether a promise has settled when everything that could go on by itself has gone on. */
  async function settled(promise: Promise<unknown>): Promise<boolean> {
    let is = false;
    promise.then(
      () => (is = true),
      () => (is = true),
    );
    do await new Promise((turn) => setImmediate(turn));
    while (await database.settle());
    return is;
  }

  test("each statement takes a step before it goes to the server and after it came back", async () => {
    await app.store.exclusive("release", transaction);
    const names = ["pg_advisory_lock", "begin", "insert Release", "insert Lease", "commit", "pg_advisory_unlock_all"];
    expect(history).toEqual(names.flatMap((name) => [`${name} before`, `${name} after`]));
    expect(await committed()).toEqual([1, 1]);
  });

  test("a statement that waits for another's row is not under way, and comes back after what let the row go", async () => {
    const order: string[] = [];
    const [inside, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = app.store
      .transaction(async (open) => {
        await open.people.see({ id: 1, login: "alice" }, at(0));
        inside.resolve();
        await goOn.promise;
      })
      .then(() => order.push("the holder"));
    await inside.promise;
    const waiter = other.store.people.see({ id: 1, login: "bob" }, at(1)).then(() => order.push("who waits"));
    expect(await settled(waiter)).toBe(false);
    goOn.resolve();
    await Promise.all([holder, waiter]);
    expect(order).toEqual(["the holder", "who waits"]);
  });

  test("of two that wait for each other one gets an error", async () => {
    const [mine, theirs] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const both = (of: RunConnection, first: number, then: number, own: () => void, others: Promise<void>) =>
      of.store.transaction(async (open) => {
        await open.people.see({ id: first, login: "a" }, at(0));
        own();
        await others;
        await open.people.see({ id: then, login: "b" }, at(0));
      });
    const results = await Promise.allSettled([
      both(app, 1, 2, mine.resolve, theirs.promise),
      both(other, 2, 1, theirs.resolve, mine.promise),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test.each([
    ["begin before", 0],
    ["insert Release after", 0],
    ["commit before", 0],
    ["commit after", 1],
  ])("one killed at %s leaves all of a transaction or nothing, and its locks to others", async (step, stored) => {
    atStep.set(step, () => void app.kill());
    const work = app.store.exclusive("release", transaction);
    expect(await settled(work)).toBe(false);
    expect(await other.store.exclusive("release", () => Promise.resolve("free"))).toBe("free");
    expect(await committed()).toEqual([stored, stored]);
    expect(await settled(app.store.ping())).toBe(false);
  });

  test.each([
    ["begin before", 0],
    ["insert Lease after", 0],
    ["commit before", 0],
    ["commit after", 1],
  ])("one refused at %s gets an error, and goes on with other connections", async (step, stored) => {
    atStep.set(step, () => Promise.reject(new Error("refused")));
    await expect(transaction()).rejects.toThrow();
    atStep.clear();
    expect(await committed()).toEqual([stored, stored]);
    await app.store.ping();
  });

  test("one that was cut is present again, and hears again, as soon as it may", async () => {
    const heard = ear();
    await app.store.present("app");
    await app.store.listen("inbox", heard.hear);
    await other.store.notify("inbox", "one");
    expect(await heard.until(1)).toEqual(["one"]);
    const mayTry = Promise.withResolvers<void>();
    atStep.set("connect again before", () => mayTry.promise);
    await app.cut();
    await database.settle();
    expect(await other.store.instances()).toBe(1);
    await other.store.notify("inbox", "nobody hears this");
    mayTry.resolve();
    expect(await heard.until(2)).toEqual(["one", ""]);
    await other.store.present("other");
    expect(await other.store.instances()).toBe(2);
  });
});
