import { afterEach, describe, expect, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { Bench } from "./bench.ts";
import { startOwnPostgres } from "./postgres.ts";
import { onServer } from "./stores.ts";
import type { StoryStore } from "./stores.ts";

let bench: Bench;

afterEach(async () => {
  await bench.close();
  bench.judge.assertClean();
});

async function server(): Promise<StoryStore> {
  const { url, drop } = await freshDatabase();
  return onServer(url, drop);
}

/** Calls to GitHub of one operation wait until they are let go. */
function hold(operation: string): { held: () => number; letGo: () => void } {
  const gone = Promise.withResolvers<void>();
  let held = 0;
  bench.github.core.faults.on({
    operation,
    before: async () => {
      held += 1;
      await gone.promise;
    },
  });
  return { held: () => held, letGo: () => gone.resolve() };
}

/** A release from the request to the registry, as it goes when nothing is amiss any more. */
async function goesOn(): Promise<void> {
  await bench.until(() => bench.status().startsWith("### ✅ Published"), "the release to be published");
  await bench.until(() => bench.github.environmentSecrets().length === 0, "the secret to go");
}

describe("SIGTERM under load", () => {
  test("takes nothing in any more, finishes what was begun, and leaves the rest in the inbox", async () => {
    bench = await Bench.open(await server());
    const { alice, bob } = bench.cast;
    const { held, letGo } = hold("reactions/create-for-issue-comment");
    // One repository's comments go one after another: the first is begun, the others wait behind it.
    bench.say(alice, "/release 1.2.0");
    await bench.until(() => held() === 1, "the first comment to be worked on");
    const later = [bench.say(bob, "/help"), bench.say(bob, "/status")];
    await bench.until(() => later.every((one) => bench.delivered(one) === 202), "the others to be stored");

    const ended = bench.app.stop();
    await bench.until(async () => (await bench.ask("/healthz")) === 0, "the door to be shut");
    const missed = bench.say(bob, "/why");
    await bench.until(() => bench.delivered(missed) !== undefined, "GitHub's log");
    expect(bench.delivered(missed)).toBe(502);
    expect(bench.app.running).toBe(true);
    letGo();
    expect(await ended).toBe(0);

    expect((await bench.rows())?.releases).toHaveLength(1);
    const left = (await bench.rows())?.deliveries.filter(({ event }) => event === "issue_comment") ?? [];
    expect(left.map(({ state }) => state).toSorted()).toEqual(["done", "waiting", "waiting"]);

    // What arrived while nobody listened is a minute old when GitHub is asked for it.
    bench.clock.jump(65_000);
    await bench.start();
    await bench.until(
      () => [...later, missed].every((one) => one.reactions.has("+1")),
      "the rest of the words to be answered",
    );
  });

  test("a second signal doesn't wait for what GitHub never answers", async () => {
    bench = await Bench.open(await server());
    const { held } = hold("reactions/create-for-issue-comment");
    bench.say(bench.cast.alice, "/release 1.2.0");
    await bench.until(() => held() === 1, "the comment to be worked on");
    const ended = bench.app.stop();
    await bench.until(async () => (await bench.ask("/healthz")) === 0, "the door to be shut");
    // The same way out as at the end of its patience (src/main.ts), which would be waited for in real time.
    bench.app.signal("SIGTERM");
    expect(await ended).toBe(1);

    bench.github.core.faults.clear();
    await bench.start();
    await bench.until(() => bench.status().startsWith("### ✋"), "the release to be begun by the next start");
  });
});

describe("the database is stopped, and started again later", () => {
  test("intake refuses, /readyz tells, the secret of a job that ended meanwhile goes, and no word is lost", async () => {
    const postgres = await startOwnPostgres();
    bench = await Bench.open(postgres.store);
    await bench.untilRunning();
    const { pid } = bench.app;

    await postgres.stop();
    await bench.until(async () => (await bench.ask("/readyz")) === 503, "/readyz to tell");
    expect(await bench.ask("/healthz")).toBe(200);
    bench.finishJob();
    const word = bench.say(bench.cast.bob, "/status", bench.places[1]);
    await bench.until(() => bench.delivered(word) !== undefined && bench.github.hooks.idle(), "GitHub's log");
    expect(bench.delivered(word)).toBe(503);
    expect(bench.github.environmentSecrets()).toHaveLength(1);
    // A minute, for everybody: what the app does in it, it does at every two seconds' look.
    await bench.pass(65_000);

    await postgres.start();
    await bench.until(async () => (await bench.ask("/readyz")) === 200, "/readyz to tell");
    await bench.clockwork();
    await goesOn();
    await bench.until(() => word.reactions.has("+1"), "the word to be answered");
    expect(bench.app.pid).toBe(pid);
  });

  test("an app that is told to stop while it is away ends", async () => {
    const postgres = await startOwnPostgres();
    bench = await Bench.open(postgres.store);
    await postgres.stop();
    const began = performance.now();
    expect(await bench.app.stop()).not.toBe("SIGKILL");
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});

describe("GitHub is gone for ten minutes, and comes back", { timeout: 180_000 }, () => {
  test("connections refused, then 502: the secret goes as soon as it can, and the release is published", async () => {
    bench = await Bench.open(await server());
    await bench.untilRunning();
    const { pid } = bench.app;
    await bench.door.shut();
    // Webhooks of what happened before it went still come.
    bench.finishJob();
    const word = bench.say(bench.cast.alice, "/status");
    await bench.until(() => bench.delivered(word) === 202, "the word to be stored");
    // Half a minute at once: a worker's lock lasts a minute, and in real time it is renewed.
    for (let half = 0; half < 20; half += 1) {
      if (half === 10) {
        bench.github.core.faults.on({ status: 502 });
        await bench.door.open();
      }
      await bench.pass(30_000);
      await bench.nothingDue();
    }
    expect(bench.github.environmentSecrets()).toHaveLength(1);
    expect(await bench.ask("/readyz")).toBe(200);

    bench.github.core.faults.clear();
    // Tries are minutes apart by now, and the clockwork's pass comes every minute.
    await bench.pass(30_000);
    await bench.clockwork();
    await bench.until(() => bench.github.environmentSecrets().length === 0, "the secret to go");
    for (let half = 0; half < 20 && !word.reactions.has("+1"); half += 1) {
      await bench.pass(30_000);
      await bench.nothingDue();
    }
    await goesOn();
    expect(word.reactions.has("+1")).toBe(true);
    expect(bench.app.pid).toBe(pid);
    expect((await bench.rows())?.tasks.filter(({ state }) => state === "dead")).toEqual([]);
  });
});
