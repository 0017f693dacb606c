import { expect, test } from "vitest";
import { decode, encode, smallPng } from "../../scripts/small-png.ts";

/** A corner of a page: a lot of white and black, shades of grey between, one red point. */
const pixels = Uint32Array.from({ length: 64 * 64 }, (_, at) =>
  at === 77 ? 0xcf222e : at % 64 < 40 ? 0xffffff : at % 3 === 0 ? 0 : (at % 64) * 0x040404,
);

test("a screenshot keeps its size and every colour that can be told from the others", () => {
  const small = encode({ width: 64, height: 64, pixels });
  const parts = small.toString("latin1");
  for (const name of ["IHDR", "PLTE", "IDAT", "IEND"]) expect(parts).toContain(name);
  expect([small.readUInt32BE(16), small.readUInt32BE(20)]).toEqual([64, 64]);
  const palette = small.subarray(small.indexOf("PLTE") + 4, small.indexOf("IDAT") - 8);
  expect(palette.length / 3).toBeLessThan(30);
  expect(palette.toString("hex")).toMatch(/^(?:.{6})*cf222e/);
  expect(() => smallPng(small)).toThrow("not a screenshot");
});

test("what a browser writes is read, whatever its rows are written against", () => {
  // 2 by 4 pixels of RGB: a row against its left, one against the row above, one against the mean, one as Paeth guesses.
  const png = Buffer.from(
    "89504e470d0a1a0a0000000d49484452000000020000000408020000002b8d796e0000001949444154789c63e4129163656565620403660630606102030008980068e6ff29960000000049454e44ae426082",
    "hex",
  );
  const found = decode(png);
  expect([found.width, found.height]).toEqual([2, 4]);
  expect([...found.pixels].map((pixel) => pixel.toString(16).padStart(6, "0"))).toEqual([
    "0a141e",
    "0f1923",
    "0b151f",
    "101a24",
    "050a0f",
    "0a1219",
    "070c11",
    "0c141b",
  ]);
});
