import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterReading,
  exposureSeconds,
  firstReadingAt,
  freed,
  leaseStatesBefore,
  secondReadingMs,
} from "../../src/domain/lease.ts";
import { aLease } from "../support/examples.ts";

const plus = (date: Date, ms: number): Date => new Date(date.getTime() + ms);

describe("a lease", () => {
  test("is not read as absent while a PUT of ours may still land", () => {
    const lease = aLease({ state: "disarming", disarmedAt: plus(aLease().takenAt, 1000) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15_000 }), (ms) => {
        expect(afterReading(lease, false, plus(lease.takenAt, ms))).toBeNull();
      }),
    );
    expect(afterReading(lease, false, plus(lease.putDeadline, 1))?.state).toBe("absent");
  });

  test("closes only on a second reading, later than the first", () => {
    const absentAt = plus(aLease().putDeadline, 1);
    const lease = aLease({ state: "absent", absentAt });
    expect(afterReading(lease, false, plus(absentAt, secondReadingMs - 1))).toBeNull();
    expect(afterReading(lease, false, plus(absentAt, secondReadingMs))?.state).toBe("closed");
  });

  test("goes back to removing when the secret is there again", () => {
    expect(afterReading(aLease({ state: "absent", absentAt: new Date() }), true, new Date())?.state).toBe("disarming");
  });

  test("keeps its environment locked until it is closed and the job has started or its run has ended", () => {
    const closedAt = new Date("2026-11-23T10:01:00Z");
    expect(freed(aLease({ state: "closed", closedAt })).locks).toBeUndefined();
    expect(freed(aLease({ state: "absent", releasedAt: closedAt })).locks).toBeUndefined();
    expect(freed(aLease({ state: "closed", closedAt, releasedAt: closedAt })).locks).toBeNull();
  });

  test("is never armed again once it is to be removed", () => {
    expect(leaseStatesBefore("armed")).toEqual(["arming"]);
    expect(leaseStatesBefore("disarming").sort()).toEqual(["absent", "armed", "arming"]);
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
