import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/domain/duration.ts";

test.each([
  ["20m", 1200],
  ["90s", 90],
  ["1h30m", 5400],
  ["6h", 21_600],
  [" 1h1m1s ", 3661],
])("%s is %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(["", "20", "m", "20 m", "-1m", "1m1h", "1.5h", "20min", "１m"])("%j is no time", (text) => {
  expect(parseDuration(text)).toBeNull();
});

test("a time that was written is read as the same time", () => {
  fc.assert(
    fc.property(fc.nat(9999 * 3600), (seconds) => {
      expect(parseDuration(formatDuration(seconds))).toBe(seconds);
    }),
  );
});
