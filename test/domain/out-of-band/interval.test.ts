import fc from "fast-check";
import { expect, test } from "vitest";
import { longestLookMs, lookMs, looksAMinute, nextLookMs } from "../../../src/domain/out-of-band/interval.ts";
import type { Looked } from "../../../src/domain/out-of-band/interval.ts";

const minute = 60_000;
const hour = 60 * minute;
const looked = (more: Partial<Looked>): number =>
  nextLookMs({ quietMs: 0, failures: 0, retryAfterMs: null, watched: 1, ...more });

const any: fc.Arbitrary<Looked> = fc.record({
  quietMs: fc.integer({ min: -hour, max: 400 * 24 * hour }),
  failures: fc.integer({ min: 0, max: 5000 }),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 1e12 }), { nil: null }),
  watched: fc.integer({ min: 0, max: 1_000_000 }),
});

test("five minutes after something happened, a twelfth of the quiet since, an hour at most", () => {
  const minutes = [0, 30, 60, 120, 360, 720, 10_000].map((quiet) => looked({ quietMs: quiet * minute }) / minute);
  expect(minutes).toEqual([5, 5, 5, 10, 30, 60, 60]);
});

test("failures double the time, and a registry that says when is not asked before", () => {
  const minutes = [1, 2, 3, 4, 5, 60].map((failures) => looked({ failures }) / minute);
  expect(minutes).toEqual([5, 10, 20, 40, 60, 60]);
  expect(looked({ failures: 1, retryAfterMs: 3 * hour })).toBe(3 * hour);
  expect(looked({ failures: 1, retryAfterMs: 1000 })).toBe(5 * minute);
  expect(looked({ failures: 1, retryAfterMs: 1e12 })).toBe(24 * hour);
});

test("is never less than the least, nor more than the most but by the registry's own word", () => {
  fc.assert(
    fc.property(any, (given) => {
      const next = nextLookMs(given);
      expect(next).toBeGreaterThanOrEqual(lookMs.least);
      const most = Math.max(longestLookMs(given.watched), given.failures > 0 ? (given.retryAfterMs ?? 0) : 0);
      expect(next).toBeLessThanOrEqual(most);
      expect(Number.isInteger(next)).toBe(true);
    }),
  );
});

test("longer quiet and more failures never bring a look forward", () => {
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 1000 }), (given, more) => {
      const next = nextLookMs(given);
      expect(nextLookMs({ ...given, quietMs: given.quietMs + more * minute })).toBeGreaterThanOrEqual(next);
      expect(nextLookMs({ ...given, failures: given.failures + more })).toBeGreaterThanOrEqual(next);
    }),
  );
});

test("however many are watched, the quiet ones leave a fifth of the budget to those where something happens", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (watched) => {
      const aMinute = (watched * minute) / looked({ quietMs: 400 * 24 * hour, watched });
      expect(aMinute).toBeLessThanOrEqual(looksAMinute * 0.8);
    }),
  );
});
