import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startSchedule } from "../../src/jobs/schedule.ts";
import { quiet } from "../../src/store/log.ts";
import { createMemoryDatabase } from "./store/index.ts";

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-11-30T02:59:30Z") }));
afterEach(() => void vi.useRealTimers());

test("three instances ask, by the clock on the wall, for what is due in an hour: each pass once", async () => {
  const database = createMemoryDatabase();
  const clock = { now: () => new Date() };
  let next = 0;
  const ids = { next: () => `id${(next += 1)}` };
  const stops = ["one", "two", "three"].map((name) =>
    startSchedule({ store: database.connect(name).store, clock, ids, log: quiet }),
  );
  await vi.advanceTimersByTimeAsync(3_600_000);
  for (const stop of stops) await stop();
  await vi.advanceTimersByTimeAsync(3_600_000);

  const asked = Object.groupBy(database.rows("Task"), ({ kind }) => kind);
  const counts = Object.entries(asked).map(([kind, tasks]) => [kind, tasks?.length]);
  // A look at the watched packages is one task, which is asked for anew.
  expect(Object.fromEntries(counts)).toEqual({ reconcile: 60, watch: 1, deliveries: 12, warnings: 4, sweep: 1 });
});
