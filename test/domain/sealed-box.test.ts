import fc from "fast-check";
import sodium from "libsodium-wrappers";
import { beforeAll, describe, expect, it } from "vitest";
import { generateKeyPair, open, readPublicKey, seal } from "../../src/domain/sealed-box.ts";

beforeAll(async () => await sodium.ready);

const texts = fc.string({ unit: "grapheme", maxLength: 300 });
const runs = { numRuns: 50 };

describe("the sealed box", () => {
  it("is opened by libsodium", async () => {
    const pair = sodium.crypto_box_keypair();
    const key = sodium.to_base64(pair.publicKey, sodium.base64_variants.ORIGINAL);
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const sealed = Buffer.from(await seal(text, key), "base64");
        expect(sealed.length).toBe(Buffer.byteLength(text) + sodium.crypto_box_SEALBYTES);
        const opened = sodium.crypto_box_seal_open(sealed, pair.publicKey, pair.privateKey);
        expect(Buffer.from(opened).toString()).toBe(text);
      }),
      runs,
    );
  });

  it("holds bytes that are no text", async () => {
    const pair = sodium.crypto_box_keypair();
    const key = sodium.to_base64(pair.publicKey, sodium.base64_variants.ORIGINAL);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const sealed = Buffer.from(await seal(bytes, key), "base64");
        expect(Buffer.from(sodium.crypto_box_seal_open(sealed, pair.publicKey, pair.privateKey))).toEqual(
          Buffer.from(bytes),
        );
      }),
      runs,
    );
  });

  it("opens what libsodium sealed", async () => {
    const pair = await generateKeyPair();
    const key = readPublicKey(pair.publicKey);
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const sealed = Buffer.from(sodium.crypto_box_seal(text, key)).toString("base64");
        expect(await open(sealed, pair)).toBe(text);
      }),
      runs,
    );
  });

  it("seals the same text to something else each time", async () => {
    const { publicKey } = await generateKeyPair();
    expect(await seal("123456", publicKey)).not.toBe(await seal("123456", publicKey));
  });

  it("stays closed for another key, and when one byte was changed", async () => {
    const pair = await generateKeyPair();
    const sealed = await seal("123456", pair.publicKey);
    await expect(open(sealed, await generateKeyPair())).rejects.toThrow("doesn't open");
    await fc.assert(
      fc.asyncProperty(
        fc.nat(Buffer.from(sealed, "base64").length - 1),
        fc.integer({ min: 0, max: 6 }),
        async (at, bit) => {
          const bytes = Buffer.from(sealed, "base64");
          bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
          await expect(open(bytes.toString("base64"), pair)).rejects.toThrow("doesn't open");
        },
      ),
      runs,
    );
  });

  it("refuses what is no public key, and one that leads to no secret", async () => {
    for (const key of [
      "",
      "hello",
      Buffer.alloc(31, 1).toString("base64"),
      Buffer.alloc(33, 1).toString("base64"),
      "****",
    ])
      await expect(seal("x", key)).rejects.toThrow("not a public key");
    await expect(seal("x", Buffer.alloc(32).toString("base64"))).rejects.toThrow();
  });

  it("refuses what is no sealed box, and repeats nothing of it", async () => {
    const pair = await generateKeyPair();
    for (const sealed of ["", "123456", "c2VhbGVk", Buffer.alloc(47).toString("base64")]) {
      const error = await open(sealed, pair).catch((thrown: unknown) => thrown);
      expect(String(error)).toContain("not a sealed box");
      if (sealed !== "") expect(String(error)).not.toContain(sealed);
    }
  });

  it("keeps the private key inside", async () => {
    const { privateKey } = await generateKeyPair();
    expect(privateKey.extractable).toBe(false);
  });
});
