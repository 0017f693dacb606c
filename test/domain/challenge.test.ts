import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChallengeState } from "../../src/domain/release-types.ts";
import { isPublicKey, isSealed, maxAsked, maxTries, nextTry, readLink, stateNow } from "../../src/domain/challenge.ts";

const states: ChallengeState[] = ["open", "answered", "taken", "accepted", "refused", "expired", "ended"];
const state = fc.constantFrom(...states);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

describe("a challenge", () => {
  it("only ever grows older: what time ended stays ended", () => {
    const times = fc.tuple(fc.nat(1_000_000), fc.nat(1_000_000));
    fc.assert(
      fc.property(state, times, (was, [first, more]) => {
        const expiresAt = new Date(500_000);
        const sooner = stateNow({ state: was, expiresAt }, new Date(first));
        expect(stateNow({ state: sooner, expiresAt }, new Date(first + more))).toBe(
          stateNow({ state: was, expiresAt }, new Date(first + more)),
        );
        if (was !== "open" && was !== "answered") expect(sooner).toBe(was);
      }),
    );
  });

  it("is never tried more than three times, nor asked more than eight", () => {
    fc.assert(
      fc.property(fc.array(state, { maxLength: 12 }), (before) => {
        const next = nextTry(before.map((one) => ({ state: one })));
        if (before.length >= maxAsked) expect(next).toBeNull();
        if (next !== null) expect(next).toBeLessThanOrEqual(maxTries);
      }),
    );
  });

  it("of one package among several has tries of its own, and three wrong answers end it for all", () => {
    const asked = (name: string, one: ChallengeState) => ({ state: one, subject: { name, version: "1.0.0" } });
    const accepted = ["a", "b", "c"].map((name) => asked(name, "accepted"));
    expect(nextTry(accepted, "d")).toBe(1);
    expect(nextTry(accepted)).toBeNull();
    expect(nextTry([...accepted, asked("d", "refused")], "d")).toBe(2);
    expect(
      nextTry(
        ["a", "b", "c"].map((name) => asked(name, "refused")),
        "d",
      ),
    ).toBeNull();
  });

  it("leads to the registry's own pages only", () => {
    const origins = ["https://www.example.org"];
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string()), (text) => {
        const link = readLink(text, origins);
        if (link !== null) expect(new URL(link).origin).toBe(origins[0]);
      }),
    );
    expect(readLink("https://www.example.org/auth/cli/1", origins)).toBe("https://www.example.org/auth/cli/1");
    for (const foreign of [
      "https://www.example.org.evil.example/",
      "https://www.example.org@evil.example/",
      "https://a:b@www.example.org/",
      "http://www.example.org/",
      "//www.example.org/",
    ])
      expect(readLink(foreign, origins)).toBeNull();
  });

  it("knows a public key and a sealed box by their length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(isPublicKey(base64(bytes))).toBe(bytes.length === 32);
        expect(isSealed(base64(bytes))).toBe(bytes.length > 48);
      }),
    );
    expect(isSealed("123456")).toBe(false);
    expect(isSealed("A".repeat(4100))).toBe(false);
  });
});
