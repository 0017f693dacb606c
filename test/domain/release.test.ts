import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { activeStates, endStates } from "../../src/domain/release-types.ts";
import type { ReleaseState } from "../../src/domain/release-types.ts";
import { isActive, isEnd, mayMove, move } from "../../src/domain/release.ts";
import { aRelease } from "../support/examples.ts";

const states: ReleaseState[] = [...activeStates, ...endStates];
const anyState = fc.constantFrom(...states);
const at = new Date("2026-11-23T10:00:00Z");

describe("a release", () => {
  test("stays as it ended, whatever comes late", () => {
    fc.assert(
      fc.property(fc.constantFrom(...endStates), anyState, (end, to) => {
        expect(move(aRelease({ state: end }), to, at)).toBeNull();
      }),
    );
  });

  test("comes to an end from every state, along moves that never repeat a state", () => {
    fc.assert(
      fc.property(fc.array(anyState, { maxLength: 60 }), (wishes) => {
        let state: ReleaseState = "requested";
        const seen = new Set<ReleaseState>([state]);
        for (const wish of wishes) {
          if (!mayMove(state, wish)) continue;
          // `dispatching` and `arming` may follow each other in either order, each once in one life.
          if (seen.has(wish)) expect(["dispatching", "arming", "running"]).toContain(wish);
          seen.add(wish);
          state = wish;
        }
        expect(isActive(state) || isEnd(state)).toBe(true);
      }),
    );
  });

  test("frees its environment exactly when it ends, or when npm has it staged and nothing of ours runs any more", () => {
    for (const from of activeStates)
      for (const to of states) {
        const patch = move(aRelease({ state: from, holds: "1/2" }), to, at);
        if (patch === null) continue;
        expect(patch.holds === null).toBe(isEnd(to) || to === "staged");
        expect(patch.endedAt !== undefined).toBe(isEnd(to));
      }
  });

  test("is never armed without having waited for people, nor run without having been armed", () => {
    expect(mayMove("requested", "arming")).toBe(false);
    expect(mayMove("unconfirmed", "arming")).toBe(false);
    expect(mayMove("waiting", "running")).toBe(false);
    expect(mayMove("requested", "running")).toBe(false);
  });
});
