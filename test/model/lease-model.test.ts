import { afterEach, describe, expect, test } from "vitest";
import { moveLease } from "../../src/domain/lease.ts";
import { explore } from "./explore.ts";
import { playBy, start } from "./lease-model.ts";

describe("the lease's protocol, in every interleaving of an arming, removals and readings by anybody, kills and time", () => {
  afterEach(() => playBy(moveLease));

  test("never closes over a secret, never frees an environment too early, and always comes to rest", () => {
    const { states, wrong } = explore(start);
    expect(wrong).toEqual([]);
    // Far fewer would mean that the model stands still somewhere.
    expect(states).toBeGreaterThan(100_000);
  });

  const broken: Array<[string, typeof moveLease]> = [
    [
      "one reading is enough",
      (lease, event, now) => {
        const move = moveLease(lease, event, now);
        return move?.patch.state === "absent"
          ? { ...move, patch: { ...move.patch, state: "closed", locks: null } }
          : move;
      },
    ],
    [
      "a reading counts before the PUT's deadline",
      (lease, event, now) => moveLease({ ...lease, putDeadline: lease.takenAt }, event, now),
    ],
    [
      "a lease that is being removed may still be armed",
      (lease, event, now) => {
        const move = moveLease(lease, event, now);
        return event.kind === "put" && move !== null ? { ...move, from: ["arming", "disarming"] } : move;
      },
    ],
    [
      "a lease whose secret is there again stays as it is",
      (lease, event, now) => (event.kind === "read" && event.present ? null : moveLease(lease, event, now)),
    ],
    [
      "the environment is free when its secret is gone",
      (lease, event, now) => {
        const move = moveLease(lease, event, now);
        return move?.patch.state === "closed" ? { ...move, patch: { ...move.patch, locks: null } } : move;
      },
    ],
  ];
  test.each(broken)("a rule by which %s is found wrong", (_what, rule) => {
    playBy(rule);
    // Most are found where less happens.
    const found = [
      { ...start, kills: 0, left: 2 },
      { ...start, kills: 1, left: 2 },
      { ...start, kills: 0, left: 3 },
      start,
    ].some((from) => explore(from).wrong.length === 1);
    expect(found).toBe(true);
  });
});
