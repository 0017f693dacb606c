import { crc32, deflateSync, inflateSync } from "node:zlib";

// PNG (W3C, Portable Network Graphics, third edition), as far as screenshots need it.

/**
 * Colours of a picture at most, and how far apart they are (the squares of what they differ by in red, green and blue, together),
 * unless one in so many points has it: a ground is kept however faint it is.
 */
const most = 256;
const apart = 350;
const ground = 500;

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** Pixels row by row, each its colour as 0xRRGGBB. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint32Array;
}

/**
 * The same picture with at most 256 colours, of which no two look the same: a third of the bytes.
 * @throws Error where it isn't 8-bit RGB or RGBA without interlacing, as browsers write it
 */
export function smallPng(png: Buffer): Buffer {
  return encode(decode(png));
}

/** Reads a PNG of 8-bit RGB or RGBA; transparency is left out. */
export function decode(png: Buffer): Picture {
  const parts = chunks(png);
  const header = parts.find(({ type }) => type === "IHDR")?.data ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colours, , , interlaced] = header.subarray(8);
  const step = colours === 2 ? 3 : colours === 6 ? 4 : 0;
  if (depth !== 8 || step === 0 || interlaced !== 0) throw new Error("This is not a screenshot as browsers write it.");
  const raw = inflateSync(Buffer.concat(parts.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
  const bytes = unfilter(raw, width * step, height, step);
  const pixels = Uint32Array.from({ length: width * height }, (_, at) => bytes.readUIntBE(at * step, 3));
  return { width, height, pixels };
}

function chunks(png: Buffer): Array<{ type: string; data: Buffer }> {
  const found = [];
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return found;
}

/** Undoes what is said of each row in its first byte. */
function unfilter(raw: Buffer, rowBytes: number, height: number, step: number): Buffer {
  const rows = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y += 1) {
    const kind = raw[y * (rowBytes + 1)] ?? 0;
    for (let x = 0; x < rowBytes; x += 1) {
      const left = x < step ? 0 : (rows[y * rowBytes + x - step] ?? 0);
      const up = y === 0 ? 0 : (rows[(y - 1) * rowBytes + x] ?? 0);
      const corner = y === 0 || x < step ? 0 : (rows[(y - 1) * rowBytes + x - step] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind] ?? 0;
      rows[y * rowBytes + x] = (raw[y * (rowBytes + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return rows;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [left, up, corner].map((one) => Math.abs(left + up - corner - one)) as [number, number, number];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Writes a PNG with a palette: the most frequent colours, each unlike the others; the rest takes the nearest of them. */
export function encode({ width, height, pixels }: Picture): Buffer {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette: number[] = [];
  const index = new Map<number, number>();
  for (const [colour, count] of [...counts].toSorted(([, one], [, other]) => other - one)) {
    const near = nearest(colour, palette);
    const own = near === -1 || count * ground > pixels.length || distance(colour, palette[near] ?? 0) > apart;
    const fresh = own && palette.length < most;
    index.set(colour, fresh ? palette.push(colour) - 1 : near);
  }
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = index.get(pixels[y * width + x] ?? 0) ?? 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.concat(
    palette.map((colour) => Buffer.from([colour >> 16, (colour >> 8) & 255, colour & 255])),
  );
  const parts = [chunk("IHDR", header), chunk("PLTE", colours), chunk("IDAT", deflateSync(rows, { level: 9 }))];
  return Buffer.concat([signature, ...parts, chunk("IEND", Buffer.alloc(0))]);
}

/** Where in the palette; -1 where that is empty. */
function nearest(colour: number, palette: number[]): number {
  const far = palette.map((other) => distance(colour, other));
  return far.indexOf(Math.min(...far));
}

function distance(colour: number, other: number): number {
  return [16, 8, 0].reduce((sum, shift) => sum + (((colour >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
