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

/**
 * Reads a header; null: a block of zeros, as at the end. What npm (node-tar) passes over, or reads in another way, isn't read: it would take
 * the body of such an entry for headers.
 * @throws TarballError where its checksum is wrong, and as above
 */
export function readHeader(block: Buffer): Header | null {
  const sum = sumOf(block);
  if (sum === 8 * 32 && block.every((byte) => byte === 0)) return null;
  // Without an end of its own npm reads on in the next field. Sums of signed bytes, as old programs made them, npm doesn't take.
  const ends = [0, 0x20].includes(block[154] ?? 1) || [0, 0x20].includes(block[155] ?? 1);
  if (octal(block, 148, 8) !== sum || !ends) throw new TarballError("a header in it is damaged");
  const type = block[156] === 0 ? "0" : String.fromCharCode(block[156] ?? 0);
  const name = text(block, 0, 100);
  // GNU's own form has other things where ustar has the front of a long name.
  const ustar = block.toString("latin1", 257, 265) === "ustar\0" + "00";
  const prefix = ustar ? text(block, 345, 155) : "";
  // npm takes it for a name that begins with a slash.
  if (ustar && prefix === "" && block[475] !== 0) throw twoWays();
  const target = text(block, 157, 100);
  if ("12".includes(type) ? target === "" : target !== "" && !"xg".includes(type)) throw twoWays();
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size: size(block),
    mode: octal(block, 100, 8) ?? 0,
    type,
    target,
  };
}

/** Bytes up to a zero. @throws TarballError where what follows has the end of a line, from which on npm reads again */
function text(block: Buffer, from: number, length: number): string {
  return beforeZero(block.toString("utf8", from, from + length));
}

/** What stands before the first zero. @throws TarballError as above */
export function beforeZero(whole: string): string {
  const [value = "", ...rest] = whole.split("\0");
  if (/[\n\r\u2028\u2029]/.test(rest.join(""))) throw twoWays();
  return value;
}

/** Where programs read one thing in different ways. */
export function twoWays(): TarballError {
  return new TarballError("something in it can be read in two ways");
}

/** Octal digits; null where there are none. */
function octal(block: Buffer, from: number, length: number): number | null {
  const digits = /^[ ]*([0-7]+)/.exec(block.toString("latin1", from, from + length))?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 8);
}

/** Sizes beyond octal's reach are binary, with the first bit set (GNU). */
function size(block: Buffer): number {
  const first = block[124] ?? 0;
  if (first < 0x80) {
    // Digits and blanks up to a zero; whatever else a program may make of it.
    if (!/^ *[0-7]* *(?:\0[\0 ]*)?$/.test(block.toString("latin1", 124, 136))) throw twoWays();
    return octal(block, 124, 12) ?? 0;
  }
  if (first !== 0x80) throw new TarballError("a header in it has an impossible size");
  let value = 0;
  for (let at = 125; at < 136; at += 1) value = value * 256 + (block[at] ?? 0);
  if (!Number.isSafeInteger(value)) throw new TarballError("a header in it has an impossible size");
  return value;
}

/** The sum of all bytes, with blanks where the sum itself stands. */
function sumOf(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < 512; at += 1) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  return sum;
}
