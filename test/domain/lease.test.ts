import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  exposureSeconds,
  firstReadingAt,
  isRemovalDue,
  leaseStatesBefore,
  mayBeOfLease,
  moveLease,
  readingPauseMs,
  secondReadingMs,
} from "../../src/domain/lease.ts";
import type { Lease } from "../../src/domain/release-types.ts";
import { aLease } from "../support/examples.ts";

const read = (lease: Lease, present: boolean, at: Date): Partial<Lease> | null =>
  moveLease(lease, { kind: "read", present }, at)?.patch ?? null;
const plus = (date: Date, ms: number): Date => new Date(date.getTime() + ms);

describe("a lease", () => {
  test("is not read as absent while a PUT of ours may still land", () => {
    const lease = aLease({ state: "disarming", disarmedAt: plus(aLease().takenAt, 1000) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15_000 }), (ms) => {
        expect(read(lease, false, plus(lease.takenAt, ms))).toBeNull();
      }),
    );
    expect(read(lease, false, plus(lease.putDeadline, 1))?.state).toBe("absent");
  });

  test("is read at once after its secret was deleted, and later each time the secret was there again", () => {
    const pauses = [0, 1, 2, 3, 20].map(readingPauseMs);
    expect(pauses).toEqual([0, 1_000, 2_000, 4_000, 60_000]);
  });

  test("closes only on a second reading, later than the first", () => {
    const absentAt = plus(aLease().putDeadline, 1);
    const lease = aLease({ state: "absent", absentAt });
    expect(read(lease, false, plus(absentAt, secondReadingMs - 1))).toBeNull();
    expect(read(lease, false, plus(absentAt, secondReadingMs))?.state).toBe("closed");
  });

  test("goes back to removing when the secret is there again", () => {
    expect(read(aLease({ state: "absent", absentAt: new Date() }), true, new Date())?.state).toBe("disarming");
  });

  test("whose removal fails is tried at once at first, then every minute, then every half hour, and never not at all", () => {
    const asked = aLease().takenAt;
    const due = (tries: number, minutes: number): boolean =>
      isRemovalDue(
        aLease({ state: "disarming", disarmAskedAt: asked, lastError: "no", disarmAttempts: tries }),
        plus(asked, minutes * 60_000),
      );
    expect([due(11, 0), due(12, 0), due(12, 1), due(41, 29), due(41, 30), due(42, 59), due(42, 60)]).toEqual([
      ...[true, false, true, false, true, false, true],
    ]);
    fc.assert(fc.property(fc.nat(5000), (tries) => due(tries, 30 * (tries + 1))));
    expect(isRemovalDue(aLease({ state: "disarming", disarmAskedAt: asked, disarmAttempts: 100 }), asked)).toBe(true);
  });

  test("may have left what GitHub wrote from a minute before it until a quarter of an hour after its PUT's deadline", () => {
    const lease = aLease();
    const at = (from: Date, seconds: number): boolean => mayBeOfLease(lease, plus(from, seconds * 1000));
    expect([at(lease.takenAt, -61), at(lease.takenAt, -60)]).toEqual([false, true]);
    expect([at(lease.putDeadline, 900), at(lease.putDeadline, 901)]).toEqual([true, false]);
  });

  test("keeps its environment locked until it is closed and the job has started or its run has ended", () => {
    const closedAt = new Date("2026-11-23T10:01:00Z");
    const known = (lease: Lease) => moveLease(lease, { kind: "job-known" }, closedAt)?.patch;
    expect(known(aLease({ state: "absent" }))).not.toHaveProperty("locks");
    expect(known(aLease({ state: "closed", closedAt }))).toHaveProperty("locks", null);
    const absent = { state: "absent", absentAt: plus(closedAt, -secondReadingMs) } as const;
    expect(read(aLease(absent), false, closedAt)).not.toHaveProperty("locks");
    expect(read(aLease({ ...absent, releasedAt: closedAt }), false, closedAt)).toHaveProperty("locks", null);
  });

  test("is never armed again once it is to be removed", () => {
    expect(leaseStatesBefore("armed")).toEqual(["arming"]);
    expect(moveLease(aLease(), { kind: "put" }, new Date())?.from).toEqual(["arming"]);
  });

  test("is read for the first time after its PUT can't land any more", () => {
    const lease = aLease();
    expect(firstReadingAt(lease, lease.takenAt).getTime()).toBeGreaterThan(lease.putDeadline.getTime());
    const late = plus(lease.putDeadline, 1000);
    expect(firstReadingAt(lease, late)).toEqual(late);
  });

  test("counts its exposure from the PUT's answer to the DELETE's", () => {
    const lease = aLease({ armedAt: plus(aLease().takenAt, 500), disarmedAt: plus(aLease().takenAt, 9500) });
    expect(exposureSeconds(lease, new Date())).toBe(9);
  });
});
