import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Limiter, TooLate } from "../../src/github/limiter.ts";
import type { Cost } from "../../src/github/limiter.ts";
import type { Priority } from "../../src/github/types.ts";

/** A limiter whose time stands until a test moves it. */
class Bench {
  now = 1_000_000;
  readonly ran: string[] = [];
  #timers: Array<() => void> = [];
  sharers = 1;
  readonly limiter = new Limiter(
    () => this.now,
    (run) => void this.#timers.push(run),
    () => this.sharers,
  );

  async pass(ms: number): Promise<void> {
    this.now += ms;
    for (const run of this.#timers.splice(0)) run();
    await this.turn();
  }

  async turn(): Promise<void> {
    await new Promise((done) => setImmediate(done));
  }

  /** A request that ends at once. */
  send(name: string, cost: Partial<Cost> = {}): Promise<unknown> {
    const whole = { priority: "read" as Priority, points: 1, content: false, until: Infinity, ...cost };
    return this.limiter.run(whole, () => Promise.resolve(this.ran.push(name))).catch((error: unknown) => error);
  }

  /** A request that goes on until it is told to end. */
  hold(name: string, priority: Priority = "read"): () => void {
    let end = (): void => undefined;
    const cost = { priority, points: 1, content: false, until: Infinity };
    void this.limiter.run(cost, async () => {
      this.ran.push(name);
      await new Promise<void>((done) => (end = done));
    });
    return () => end();
  }
}

describe("the limiter of several instances", () => {
  /** What each of `sharers` instances sends in a minute that is asked for all at once. */
  async function sent(sharers: number, cost: Partial<Cost>): Promise<number> {
    let all = 0;
    for (let instance = 0; instance < sharers; instance += 1) {
      const bench = new Bench();
      bench.sharers = sharers;
      for (let index = 0; index < 200; index += 1) void bench.send("one", cost);
      for (let turns = 0; turns < 59; turns += 1) await bench.pass(1_000);
      all += bench.ran.length;
    }
    return all;
  }

  test("together stay within the minute's points and content, however many they are", async () => {
    for (const sharers of [1, 2, 3, 7, 20]) {
      const points = 5 * (await sent(sharers, { priority: "arm", points: 5 }));
      expect(points).toBeLessThanOrEqual(850);
      expect(points).toBeGreaterThan(700);
      expect(await sent(sharers, { priority: "comment", points: 1, content: true })).toBeLessThanOrEqual(75);
    }
  });

  test("each send something, where they are more than the budget has room for", async () => {
    expect(await sent(200, { priority: "arm", points: 5 })).toBe(200);
  });

  test("use what another leaves when it ends", async () => {
    const bench = new Bench();
    bench.sharers = 2;
    for (let index = 0; index < 200; index += 1) void bench.send("one", { priority: "arm", points: 5 });
    await bench.turn();
    expect(bench.ran).toHaveLength(85);
    bench.sharers = 1;
    await bench.pass(1_000);
    expect(bench.ran).toHaveLength(170);
  });

  test("never hold back what removes a secret", async () => {
    const bench = new Bench();
    bench.sharers = 100;
    for (let index = 0; index < 200; index += 1) void bench.send("one", { priority: "disarm", points: 5 });
    await bench.turn();
    expect(bench.ran).toHaveLength(200);
  });

  test("tell what GitHub said is left of the hour, until that hour is over", async () => {
    const bench = new Bench();
    expect(bench.limiter.left()).toBeNull();
    bench.limiter.heard(4_321, bench.now + 60_000);
    expect(bench.limiter.left()).toBe(4_321);
    await bench.pass(60_000);
    expect(bench.limiter.left()).toBeNull();
  });
});

describe("the limiter of a process that is to end", () => {
  test("tells whoever waits to come again, and lets an arming under way and removals go on", async () => {
    const bench = new Bench();
    const ends = Array.from({ length: 60 }, (_, index) => bench.hold(`held ${index}`));
    const [read, comment, arm] = [
      bench.send("read"),
      bench.send("comment", { priority: "comment" }),
      bench.send("arm", { priority: "arm" }),
    ];
    bench.limiter.drain();
    expect(await read).toBeInstanceOf(TooLate);
    expect(await comment).toBeInstanceOf(TooLate);
    expect(await bench.send("later")).toBeInstanceOf(TooLate);
    await bench.send("removal", { priority: "disarm" });
    for (const end of ends) end();
    await arm;
    expect(bench.ran.slice(60)).toEqual(["removal", "arm"]);
    await bench.send("read that needn't wait");
    expect(bench.ran).toHaveLength(63);
  });
});

describe("the limiter", () => {
  test("lets requests go in the order disarm, arm, read, comment", async () => {
    const bench = new Bench();
    const ends = Array.from({ length: 60 }, (_, index) => bench.hold(`held ${index}`));
    const all = [
      bench.send("comment", { priority: "comment" }),
      bench.send("read"),
      bench.send("arm", { priority: "arm", points: 5 }),
      bench.send("disarm", { priority: "disarm", points: 5 }),
    ];
    await bench.turn();
    expect(bench.ran.slice(60)).toEqual(["disarm"]);
    for (const end of ends) end();
    await Promise.all(all);
    expect(bench.ran.slice(60)).toEqual(["disarm", "arm", "read", "comment"]);
  });

  test("spends at most 850 points a minute, and the next when the minute is over", async () => {
    const bench = new Bench();
    const all = Array.from({ length: 172 }, (_, index) => bench.send(String(index), { priority: "arm", points: 5 }));
    await bench.turn();
    expect(bench.ran.length).toBe(170);
    await bench.pass(59_999);
    expect(bench.ran.length).toBe(170);
    await bench.pass(1);
    await Promise.all(all);
    expect(bench.ran.length).toBe(172);
  });

  test("leaves room in the minute for arming, however much is read and written meanwhile", async () => {
    const bench = new Bench();
    for (let index = 0; index < 600; index += 1) void bench.send(`read ${index}`);
    for (let index = 0; index < 60; index += 1) void bench.send(`comment ${index}`, { priority: "comment", points: 5 });
    await bench.turn();
    expect(bench.ran).toHaveLength(500);
    for (let index = 0; index < 70; index += 1) void bench.send(`arm ${index}`, { priority: "arm", points: 5 });
    await bench.turn();
    expect(bench.ran.filter((name) => name.startsWith("arm"))).toHaveLength(70);
  });

  test("makes at most 75 pieces of content a minute, while reads go on", async () => {
    const bench = new Bench();
    for (let index = 0; index < 80; index += 1)
      void bench.send(`comment ${index}`, { priority: "comment", content: true, points: 5 });
    await bench.send("read");
    expect(bench.ran.filter((name) => name.startsWith("comment")).length).toBe(75);
    expect(bench.ran).toContain("read");
    await bench.pass(60_000);
    expect(bench.ran.filter((name) => name.startsWith("comment")).length).toBe(80);
  });

  test("says at once that a turn can't come in time, and later that it didn't", async () => {
    const bench = new Bench();
    bench.limiter.closeUntil(bench.now + 60_000);
    const never = await bench.send("never", { until: bench.now + 10_000 });
    expect(never).toBeInstanceOf(TooLate);
    expect((never as TooLate).retryAt).toEqual(new Date(bench.now + 60_000));
    const soon = bench.send("soon", { until: bench.now + 61_000 });
    await bench.pass(60_000);
    await soon;
    expect(bench.ran).toEqual(["soon"]);

    for (let index = 0; index < 60; index += 1) bench.hold(`held ${index}`);
    const crowded = bench.send("crowded", { until: bench.now + 10_000 });
    await bench.pass(10_000);
    expect(await crowded).toMatchObject({ retryAt: null });
    expect(bench.ran).not.toContain("crowded");
  });

  test("believes the least that was heard of an hour's budget, and forgets it with the hour", async () => {
    const bench = new Bench();
    const reset = bench.now + 3_600_000;
    bench.limiter.heard(150, reset);
    bench.limiter.heard(4000, reset); // an older answer that came later
    bench.limiter.heard(4000, reset - 3_600_000); // of the hour before
    expect(await bench.send("comment", { priority: "comment", until: bench.now + 60_000 })).toBeInstanceOf(TooLate);
    await bench.send("read", { until: bench.now + 20_000 });
    bench.limiter.heard(30, reset);
    expect(await bench.send("arm", { priority: "arm", until: bench.now + 10_000 })).toBeInstanceOf(TooLate);
    await bench.send("disarm", { priority: "disarm" });
    await bench.pass(3_600_000);
    await bench.send("read again", { until: bench.now + 20_000 });
    expect(bench.ran).toEqual(["read", "disarm", "read again"]);
  });

  test("a request that failed frees its place", async () => {
    const bench = new Bench();
    const cost = { priority: "read" as const, points: 1, content: false, until: Infinity };
    for (let index = 0; index < 100; index += 1)
      await bench.limiter.run(cost, () => Promise.reject(new Error("no"))).catch(() => undefined);
    await bench.send("read");
    expect(bench.ran).toEqual(["read"]);
  });

  test("never lets a removal wait, whatever else there is", async () => {
    const priorities = fc.constantFrom<Priority>("arm", "read", "comment");
    const load = fc.array(fc.record({ priority: priorities, points: fc.constantFrom(1, 5), content: fc.boolean() }), {
      maxLength: 300,
    });
    await fc.assert(
      fc.asyncProperty(load, fc.nat(100_000), fc.nat(300), async (requests, closed, left) => {
        const bench = new Bench();
        bench.limiter.closeUntil(bench.now + closed);
        bench.limiter.heard(left, bench.now + 3_600_000);
        requests.forEach((cost, index) => void bench.send(String(index), cost));
        await bench.send("disarm", { priority: "disarm", points: 5 });
        expect(bench.ran).toContain("disarm");
      }),
      { numRuns: 50 },
    );
  });
});
