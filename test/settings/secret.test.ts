import { format, inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { readSealingKey } from "../../src/settings/sealing-key.ts";
import { Secret } from "../../src/settings/secret.ts";

const canary = "npm_canary-that-nobody-may-see";
const ways: ReadonlyArray<[string, (shown: unknown) => string]> = [
  ["in a text", (shown) => `${String(shown)} ${"" + (shown as string)}`],
  ["as JSON, deep inside", (shown) => JSON.stringify({ a: [{ b: shown }] })],
  ["by console.log", (shown) => format("%s %o %O %j", shown, shown, shown, shown)],
  ["by inspect, hidden fields too", (shown) => inspect({ a: [shown] }, { showHidden: true, depth: 20 })],
  ["by its keys", (shown) => Object.entries(shown as object).join() + Object.getOwnPropertyNames(shown).join()],
  ["as a copy", (shown) => inspect({ ...(shown as object) })],
  ["in an error", (shown) => inspect(new Error("no", { cause: shown }))],
];

describe("a secret", () => {
  test("is given to whoever asks for it", () => expect(new Secret(canary).reveal()).toBe(canary));
  test.each(ways)("doesn't show %s", (_, show) => expect(show(new Secret(canary))).not.toContain("canary"));
  test("shows where it stands", () => expect(inspect({ token: new Secret(canary) })).toBe("{ token: [secret] }"));
});

describe("a sealing key", () => {
  const base64 = Buffer.from("a-canary-of-thirty-two-bytes-ab!").toString("base64");
  test.each(ways)("shows no more than its name %s", (_, show) => {
    const key = readSealingKey(`own:${base64}`);
    expect(key?.key).toHaveLength(32);
    const shown = show(key);
    expect(shown).not.toContain("canary");
    expect(shown).not.toContain(base64);
    // The first bytes, as numbers.
    expect(shown).not.toMatch(/97,\s*45,\s*99/);
  });
});
