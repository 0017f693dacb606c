import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hourFrom,
  hourUpTo,
  isZone,
  nextWarning,
  warnDays,
  warningFrom,
  warningNow,
} from "../../src/domain/warning.ts";
import type { WarningTime } from "../../src/domain/warning.ts";

const day = 86_400_000;
const hour = 3_600_000;
const utc: WarningTime = { hour: 9, zone: "UTC" };
const berlin: WarningTime = { hour: 9, zone: "Europe/Berlin" };

/** Changes of time on either half of the globe and by half an hour, offsets of half and three quarters of an hour, none at all. */
const zones = [
  ...["UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Santiago", "Africa/Cairo"],
  ...["Asia/Kolkata", "Asia/Kathmandu", "Asia/Beirut", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Chatham"],
  ...["Pacific/Kiritimati", "Pacific/Apia", "Asia/Tehran"],
];
const anInstant = fc
  .date({ min: new Date("2024-01-01T00:00:00Z"), max: new Date("2032-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.getTime());
const aTime = fc.record({ hour: fc.nat(23), zone: fc.constantFrom(...zones) });
const aLife = fc.tuple(anInstant, fc.integer({ min: hour, max: 90 * day })).map(([sealedAt, length]) => ({
  sealedAt: new Date(sealedAt),
  expiresAt: new Date(sealedAt + length),
}));

function shown(at: Date, zone: string): string {
  return at.toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
}

function life(sealed: string, expires: string) {
  return { sealedAt: new Date(sealed), expiresAt: new Date(expires) };
}

/** What somebody is told who looks at each instant that `nextWarning` names, and at no other. */
function told(of: ReturnType<typeof life>, time: WarningTime): string[] {
  const said: string[] = [];
  let at = nextWarning(of, of.sealedAt, time);
  while (at !== null) {
    said.push(`${warningNow(of, at, time)} at ${at.toISOString().slice(0, 16)}`);
    at = nextWarning(of, at, time);
  }
  return said;
}

describe("the hour", () => {
  test("is the one that clocks show there, whatever the offset, and less than two days away", () => {
    fc.assert(
      fc.property(anInstant, aTime, (at, time) => {
        for (const [found, away] of [
          [hourFrom(new Date(at), time), 1],
          [hourUpTo(new Date(at), time), -1],
        ] as const) {
          const distance = (found.getTime() - at) * away;
          expect(distance).toBeGreaterThanOrEqual(0);
          expect(distance).toBeLessThan(50 * hour);
          const skipped = String((time.hour + 1) % 24).padStart(2, "0");
          expect([`${String(time.hour).padStart(2, "0")}:00`, `${skipped}:00`]).toContain(shown(found, time.zone));
        }
      }),
    );
  });

  test("that a change of time skips is the one after", () => {
    const skipped = hourFrom(new Date("2026-03-28T20:00:00Z"), { hour: 2, zone: "Europe/Berlin" });
    expect(skipped.toISOString()).toBe("2026-03-29T01:00:00.000Z");
    expect(shown(skipped, "Europe/Berlin")).toBe("03:00");
    const half = hourFrom(new Date("2026-10-03T12:00:00Z"), { hour: 2, zone: "Australia/Lord_Howe" });
    expect(shown(half, "Australia/Lord_Howe")).toBe("03:00");
    const midnight = hourFrom(new Date("2026-09-05T12:00:00Z"), { hour: 0, zone: "America/Santiago" });
    expect(shown(midnight, "America/Santiago")).toBe("01:00");
  });

  test("comes once a day, also where a change of time repeats it", () => {
    fc.assert(
      fc.property(anInstant, aTime, (at, time) => {
        const first = hourFrom(new Date(at), time);
        const next = hourFrom(new Date(first.getTime() + 2 * hour), time);
        expect(next.getTime() - first.getTime()).toBeGreaterThanOrEqual(22 * hour);
        expect(next.getTime() - first.getTime()).toBeLessThanOrEqual(26 * hour);
      }),
    );
  });
});

describe("warnings", () => {
  test("come at the hour, 14, 7, 3 and 1 days before the end and at the end", () => {
    expect(told(life("2026-01-10T10:00:00Z", "2026-04-09T23:59:59Z"), utc)).toEqual([
      "14 at 2026-03-26T09:00",
      "7 at 2026-04-02T09:00",
      "3 at 2026-04-06T09:00",
      "1 at 2026-04-08T09:00",
      "0 at 2026-04-09T23:59",
    ]);
  });

  test("stay at the hour when the clocks are changed", () => {
    // 29 March 2026: Berlin goes from UTC+1 to UTC+2.
    expect(told(life("2026-01-10T10:00:00Z", "2026-04-04T12:00:00Z"), berlin)).toEqual([
      "14 at 2026-03-21T08:00",
      "7 at 2026-03-28T08:00",
      "3 at 2026-04-01T07:00",
      "1 at 2026-04-03T07:00",
      "0 at 2026-04-04T12:00",
    ]);
  });

  test("leave at least the days that they name, and less than two days more", () => {
    fc.assert(
      fc.property(aLife, aTime, fc.constantFrom(...warnDays), (of, time, days) => {
        const from = warningFrom(of, days, time);
        if (from === null) return;
        const left = (of.expiresAt.getTime() - from.getTime()) / day;
        const half = (of.expiresAt.getTime() - of.sealedAt.getTime()) / 2 / day;
        // Where the hour before it is too early, the one after it is taken.
        expect(left).toBeGreaterThanOrEqual(days === 0 ? 0 : Math.max(0, days - 26 / 24));
        expect(left).toBeLessThan(days + 26 / 24);
        if (left < days) expect(days + 26 / 24).toBeGreaterThan(half);
      }),
    );
  });

  test("never come in the first half of a life, nor after its end, and each is more urgent than the one before", () => {
    fc.assert(
      fc.property(aLife, aTime, (of, time) => {
        const half = (of.sealedAt.getTime() + of.expiresAt.getTime()) / 2;
        const seen: number[] = [];
        let at = nextWarning(of, of.sealedAt, time);
        while (at !== null) {
          expect(at.getTime()).toBeGreaterThanOrEqual(half);
          expect(at.getTime()).toBeLessThanOrEqual(of.expiresAt.getTime());
          seen.push(warningNow(of, at, time) ?? -1);
          at = nextWarning(of, at, time);
        }
        expect(seen).toEqual([...new Set(seen)].toSorted((one, other) => other - one));
        expect(seen.at(-1)).toBe(0);
      }),
    );
  });

  test("are none before the first, and the next one is always ahead", () => {
    fc.assert(
      fc.property(aLife, aTime, fc.integer({ min: 0, max: 100 * day }), (of, time, later) => {
        const now = new Date(of.sealedAt.getTime() + later);
        const next = nextWarning(of, now, time);
        if (next !== null) expect(next.getTime()).toBeGreaterThan(now.getTime());
        if (now >= of.expiresAt) expect([warningNow(of, now, time), next]).toEqual([0, null]);
        const first = nextWarning(of, of.sealedAt, time);
        if (first !== null && now < first) expect(warningNow(of, now, time)).toBeNull();
      }),
    );
  });

  test("that were missed are one: the most urgent", () => {
    const of = life("2026-01-10T10:00:00Z", "2026-04-09T23:59:59Z");
    expect(warningNow(of, new Date("2026-04-07T12:00:00Z"), utc)).toBe(3);
    expect(warningNow(of, new Date("2026-05-01T12:00:00Z"), utc)).toBe(0);
  });

  test("of a token of seven days are two and its end; of one day, its end", () => {
    expect(told(life("2026-06-01T10:00:00Z", "2026-06-08T10:00:00Z"), utc)).toEqual([
      "3 at 2026-06-05T09:00",
      "1 at 2026-06-07T09:00",
      "0 at 2026-06-08T10:00",
    ]);
    expect(told(life("2026-06-01T10:00:00Z", "2026-06-02T10:00:00Z"), utc)).toEqual(["0 at 2026-06-02T10:00"]);
    // The hour before would be in the first half.
    expect(told(life("2026-06-01T08:00:00Z", "2026-06-04T08:00:00Z"), utc)).toEqual([
      "1 at 2026-06-03T09:00",
      "0 at 2026-06-04T08:00",
    ]);
  });
});

test("a zone is one that this machine knows by name", () => {
  for (const zone of zones) expect(isZone(zone)).toBe(true);
  for (const name of ["", "Berlin", "+02:00", "Europe/Nowhere"]) expect(isZone(name)).toBe(false);
});
