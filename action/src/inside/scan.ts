import { isAscii } from "node:buffer";
import type { Scan } from "../../../src/domain/inside/scan.ts";
import { carriesSecret } from "../../../src/domain/inside/secrets.ts";

/** Takes a file's bytes as they come. It keeps them for a while: whoever gives them doesn't change them. */
export interface Scanner {
  add(bytes: Buffer): void;
  end(): Scan;
}

/** Bytes that are looked at together. Files are mostly smaller; what lies across a border of a larger one may be missed. */
const blockSize = 1024 ** 2;

/** Packages have many bytes: most of the looking is left to Node's own search, and where it can be, no byte is touched twice. */
export function createScanner(): Scanner {
  const found: Scan = {
    ...{ text: true, lines: 0, longest: 0, blob: 0, escapes: 0, coined: 0, hidden: 0, secrets: 0, program: false },
  };
  let parts: Buffer[] = [];
  let [waiting, seen, lineStart] = [0, 0, 0];

  function look(block: Buffer): void {
    if (seen === 0) found.program = isProgram(block);
    if (found.text && block.includes(0)) found.text = false;
    if (found.text) {
      for (let at = block.indexOf(newLine); at >= 0; at = block.indexOf(newLine, at + 1)) {
        found.longest = Math.max(found.longest, seen + at - lineStart);
        found.lines += 1;
        lineStart = seen + at + 1;
      }
      found.blob = Math.max(found.blob, longestRun(block));
      found.escapes += countEscapes(block);
      lookAtUnderscores(block, found);
      if (!isAscii(block)) found.hidden += countHidden(block, seen === 0);
    }
    seen += block.length;
  }

  function flush(): void {
    if (waiting > 0) look(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
    [parts, waiting] = [[], 0];
  }

  return {
    add(bytes) {
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, at + blockSize - waiting);
        parts.push(piece);
        waiting += piece.length;
        at += piece.length;
        if (waiting === blockSize) flush();
      }
    },
    end() {
      flush();
      if (found.text && seen > lineStart) {
        found.longest = Math.max(found.longest, seen - lineStart);
        found.lines += 1;
      }
      return found;
    },
  };
}

const [newLine, backslash, underscore, smallU, smallX] = [10, 92, 95, 117, 120];

/** How programs begin, in hex: ELF, PE, Mach-O (both widths, both ways round, several in one), WebAssembly. */
const programs = /^(?:7f454c46|4d5a|feedfac[ef]|c[ef]faedfe|cafebabe|0061736d)/;

function isProgram(block: Buffer): boolean {
  return programs.test(block.toString("hex", 0, 4));
}

/** Letters and digits as base64 has them. */
const wordy = new Uint8Array(256);
for (const sign of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_") wordy[sign.charCodeAt(0)] = 1;

/** A run of so many that it matters can't be passed by in steps of half its length. */
const longRun = 2000;

function longestRun(block: Buffer): number {
  let longest = 0;
  for (let at = longRun / 2; at < block.length; at += longRun / 2) {
    let [from, until] = [at, at];
    while (from > 0 && wordy[block[from - 1] ?? 0] === 1) from -= 1;
    while (until < block.length && wordy[block[until] ?? 0] === 1) until += 1;
    longest = Math.max(longest, until - from);
    at = Math.max(at, until);
  }
  return longest >= longRun ? longest : 0;
}

function countEscapes(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(backslash); at >= 0; at = block.indexOf(backslash, at + 1)) {
    const next = block[at + 1];
    if (next === smallX || next === smallU) count += 1;
  }
  return count;
}

/** Names as obfuscators coin them (`_0x3f2a`), and tokens: both have an underscore. */
function lookAtUnderscores(block: Buffer, found: Scan): void {
  for (let at = block.indexOf(underscore); at >= 0; at = block.indexOf(underscore, at + 1)) {
    if (block[at + 1] === 48 && block[at + 2] === smallX) found.coined += 1;
    const before = block[at - 1] ?? 0;
    // `npm_`, `ghp_` and its like, `github_pat_`.
    if (before === 109 || block[at - 2] === 104 || before === 98)
      if (carriesSecret(block.toString("latin1", Math.max(0, at - 6), at + 90))) found.secrets += 1;
  }
}

/** Characters that `visible` names. A mark at the very beginning says how the file is written, and is none. */
function countHidden(block: Buffer, beginning: boolean): number {
  let count = 0;
  for (let at = 1; at < block.length; at += 1) {
    const byte = block[at] ?? 0;
    if (byte < 0x80) continue;
    const three = ((block[at - 2] ?? 0) << 16) | ((block[at - 1] ?? 0) << 8) | byte;
    if (isHidden(three, block[at - 3] ?? 0) && !(beginning && at === 2 && three === 0xefbbbf)) count += 1;
  }
  return count;
}

/** Whether these bytes end with one of the characters that `visible` names, in UTF-8. */
function isHidden(three: number, fourth: number): boolean {
  const two = three & 0xffff;
  if (two === 0xc2ad || two === 0xd89c || (two >= 0xc280 && two <= 0xc29f)) return true;
  // U+E0000 to U+E0FFF: tags and the further variation selectors.
  if (fourth === 0xf3) return three >= 0xa08080 && three <= 0xa0bfbf;
  return (
    (three >= 0xe2808b && three <= 0xe2808f && three !== 0xe2808d) ||
    (three >= 0xe280a8 && three <= 0xe280ae) ||
    (three >= 0xe281a0 && three <= 0xe281af) ||
    (three >= 0xefb880 && three <= 0xefb88d) ||
    (three >= 0xefbfb9 && three <= 0xefbfbb) ||
    single.has(three)
  );
}

const single: ReadonlySet<number> = new Set([
  ...[0xe1859f, 0xe185a0, 0xe1a08b, 0xe1a08c, 0xe1a08d, 0xe1a08e, 0xe385a4, 0xefbbbf, 0xefbea0],
]);
