import { TarballError } from "./tarball-error.ts";

/** One block of 512 bytes says what follows. POSIX.1-1988 (ustar) with GNU's numbers; what pax says comes before it, in a block of its own. */
export interface Header {
  name: string;
  size: number;
  mode: number;
  /** The letter as it stands there; `0` for what old archives leave empty. */
  type: string;
  target: string;
}

/** Reads a header; null: a block of zeros, as at the end. @throws TarballError where its checksum is wrong */
export function readHeader(block: Buffer): Header | null {
  const sum = sumOf(block);
  if (sum.unsigned === 8 * 32 && block.every((byte) => byte === 0)) return null;
  const told = octal(block, 148, 8);
  if (told !== sum.unsigned && told !== sum.signed) throw new TarballError("a header in it is damaged");
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156] ?? 0);
  const name = text(block, 0, 100);
  // GNU's own form has other things where ustar has the front of a long name.
  const prefix = block.toString("latin1", 257, 265) === "ustar\0" + "00" ? text(block, 345, 155) : "";
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: size(block),
    mode: octal(block, 100, 8) ?? 0,
    type: type === "0" && name.endsWith("/") ? "5" : type,
    target: text(block, 157, 100),
  };
}

/** Bytes up to a zero. */
function text(block: Buffer, from: number, length: number): string {
  const zero = block.subarray(from, from + length).indexOf(0);
  return block.toString("utf8", from, zero < 0 ? from + length : from + zero);
}

/** Octal digits; null where there are none. */
function octal(block: Buffer, from: number, length: number): number | null {
  const digits = /^[ ]*([0-7]+)/.exec(text(block, from, length))?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 8);
}

/** Sizes beyond octal's reach are binary, with the first bit set (GNU). */
function size(block: Buffer): number {
  const first = block[124] ?? 0;
  if (first < 0x80) return octal(block, 124, 12) ?? 0;
  if (first !== 0x80) throw new TarballError("a header in it has an impossible size");
  let value = 0;
  for (let at = 125; at < 136; at += 1) value = value * 256 + (block[at] ?? 0);
  if (!Number.isSafeInteger(value)) throw new TarballError("a header in it has an impossible size");
  return value;
}

/** The sum of all bytes, with blanks where the sum itself stands; old programs took bytes for signed ones. */
function sumOf(block: Buffer): { unsigned: number; signed: number } {
  let [unsigned, signed] = [0, 0];
  for (let at = 0; at < 512; at += 1) {
    const byte = at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
    unsigned += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  return { unsigned, signed };
}
