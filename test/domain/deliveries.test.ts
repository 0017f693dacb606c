import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { missedDeliveries, settledMs } from "../../src/domain/deliveries.ts";
import type { Attempt } from "../../src/domain/deliveries.ts";

const now = new Date("2026-11-23T12:00:00Z");
const minutes = (count: number): Date => new Date(now.getTime() - count * 60_000);
let ids = 0;
const attempt = (guid: string, ago: number, redelivery = true): Attempt => ({
  redelivery,
  id: (ids += 1),
  guid,
  event: "issue_comment",
  deliveredAt: minutes(ago),
});
const none = new Set<string>();

describe("GitHub's log of deliveries", () => {
  test("asks for nothing where all is stored, and need not be read again before a minute ago", () => {
    const { again, lost, readUntil } = missedDeliveries([attempt("a", 3)], new Set(["a"]), now);
    expect([again, lost]).toEqual([[], []]);
    expect(readUntil).toEqual(minutes(1));
  });

  test("what may still be on its way is left alone, and looked at again", () => {
    const { again, readUntil } = missedDeliveries([attempt("a", 0.5), attempt("b", 2)], new Set(["b"]), now);
    expect(again).toEqual([]);
    expect(readUntil).toEqual(minutes(1));
  });

  test("what never arrived is asked for by its last attempt, after one minute, five and twenty-five more", () => {
    const first = attempt("a", 40, false);
    const second = attempt("a", 30);
    const third = attempt("a", 20);
    const asked = (log: Attempt[]): number[] => missedDeliveries(log, none, now).again.map(({ id }) => id);
    expect(asked([first])).toEqual([first.id]);
    expect(asked([second, first])).toEqual([second.id]);
    expect(asked([third, second, first])).toEqual([]);
    expect(asked([third, second, first].map((one) => ({ ...one, deliveredAt: minutes(26) })))).toHaveLength(1);
    expect(missedDeliveries([third, second, first], none, now).readUntil).toEqual(minutes(40));
  });

  test("what GitHub sent several times by itself, and nobody took, is asked for as if it were once", () => {
    const log = [2, 1.9, 1.8, 1.7, 1.6].map((ago) => attempt("a", ago, false));
    const { again, lost } = missedDeliveries(log, none, now);
    expect(again).toEqual([log[4]]);
    expect(lost).toEqual([]);
  });

  test("after four attempts it is lost, and keeps nothing back", () => {
    const log = [30, 20, 10, 5].map((ago) => attempt("a", ago, ago < 30));
    const { again, lost, readUntil } = missedDeliveries(log, none, now);
    expect(again).toEqual([]);
    expect(lost).toEqual([log[3]]);
    expect(readUntil).toEqual(minutes(1));
  });

  test("each event is asked for at most once, never one that is stored, and what is owed is read again", () => {
    const logs = fc.array(
      fc.record({
        id: fc.nat(),
        guid: fc.constantFrom("a", "b", "c", "d"),
        event: fc.constant("push"),
        redelivery: fc.boolean(),
        deliveredAt: fc.integer({ min: 0, max: 300 }).map(minutes),
      }),
    );
    fc.assert(
      fc.property(logs, fc.subarray(["a", "b", "c", "d"]), (log, known) => {
        const stored = new Set(known);
        const { again, lost, readUntil } = missedDeliveries(log, stored, now);
        const asked = again.map(({ guid }) => guid);
        expect(new Set(asked).size).toBe(asked.length);
        expect([...again, ...lost].filter(({ guid }) => stored.has(guid))).toEqual([]);
        expect(readUntil.getTime()).toBeLessThanOrEqual(now.getTime() - settledMs);
        const given = new Set(lost.map(({ guid }) => guid));
        for (const one of log)
          if (!stored.has(one.guid) && !given.has(one.guid))
            expect(one.deliveredAt.getTime()).toBeGreaterThanOrEqual(readUntil.getTime());
      }),
    );
  });
});
