import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSealer } from "../../src/store/access-token.ts";

const first = { id: "2026-02", key: randomBytes(32) };
const second = { id: "2026-01", key: randomBytes(32) };

test("what was sealed opens again, also after a newer key came before it", () => {
  const old = createSealer([second]).seal("ghu_example");
  const sealer = createSealer([first, second]);
  expect(sealer.open(old.keyId, old.sealed)).toBe("ghu_example");
  expect(sealer.seal("ghu_example").keyId).toBe("2026-02");
});

test("the text isn't in what is stored, and two seals differ", () => {
  const sealer = createSealer([first]);
  const { sealed } = sealer.seal("ghu_example");
  expect(Buffer.from(sealed, "base64").includes("ghu_example")).toBe(false);
  expect(sealer.seal("ghu_example").sealed).not.toBe(sealed);
});

test("a key that is gone, another key, a changed or broken box: nothing", () => {
  const { keyId, sealed } = createSealer([second]).seal("ghu_example");
  expect(createSealer([first]).open(keyId, sealed)).toBeNull();
  expect(createSealer([{ ...first, id: keyId }]).open(keyId, sealed)).toBeNull();
  const bytes = Buffer.from(sealed, "base64");
  bytes[30]! ^= 1;
  expect(createSealer([second]).open(keyId, bytes.toString("base64"))).toBeNull();
  expect(createSealer([second]).open(keyId, "")).toBeNull();
});

test("no key, a short key and a name used twice are refused", () => {
  expect(() => createSealer([])).toThrow("At least one key");
  expect(() => createSealer([{ id: "a", key: randomBytes(31) }])).toThrow("32 bytes");
  expect(() => createSealer([first, { ...second, id: first.id }])).toThrow("twice");
});
