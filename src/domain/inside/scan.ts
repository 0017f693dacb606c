import { carriesSecret, shortestToken } from "./secrets.ts";

/** What the bytes of a file tell of it. */
export interface Scan {
  /** False where it has a NUL: no text. */
  text: boolean;
  lines: number;
  /** Bytes of its longest line, and of its longest run of letters and digits as base64 has them. */
  longest: number;
  blob: number;
  /** Escapes (`\x41`, `\u0041`), and names as obfuscators give them (`_0x3f2a`). */
  escapes: number;
  coined: number;
  /** Characters that nobody sees or that turn the direction of writing. */
  hidden: number;
  /** Tokens of npm or GitHub, as far as they can be told by their form. */
  secrets: number;
  /** It begins as a program does: ELF, Mach-O, PE or WebAssembly. */
  program: boolean;
}

/** Reads a file's bytes as they come. */
export interface Scanner {
  add(bytes: Uint8Array): void;
  end(): Scan;
}

/** What a byte is to the loop below; a letter or digit, as base64 has them, is nothing special. */
const kinds = new Uint8Array(256).fill(1);
const [letter, other, escape, lineEnd, zero, beyond] = [0, 1, 2, 3, 4, 5];
for (const sign of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_")
  kinds[sign.charCodeAt(0)] = letter;
for (const sign of "xu") kinds[sign.charCodeAt(0)] = escape;
kinds[10] = lineEnd;
kinds[0] = zero;
kinds.fill(beyond, 0x80);

/** How programs begin, in hex: ELF, PE, Mach-O (both widths, both ways round, several in one), WebAssembly. */
const programs = /^(?:7f454c46|4d5a|feedfac[ef]|c[ef]faedfe|cafebabe|0061736d)/;

/** How many bytes before a piece are remembered: the longest character has four. */
const memory = 3;

/** One pass over each byte, since packages have many. */
export function createScanner(): Scanner {
  const found = { text: true, lines: 0, longest: 0, blob: 0, escapes: 0, coined: 0, hidden: 0, secrets: 0 };
  const head: number[] = [];
  /** Bytes before the present piece, and where in the file line and run have begun. */
  let [seen, line, run] = [0, 0, 0];
  let tail: number[] = [0, 0, 0];

  return {
    add(bytes) {
      for (let at = 0; head.length < 4 && at < bytes.length; at += 1) head.push(bytes[at] ?? 0);
      if (!found.text) return;
      // Local names, and nothing done for most bytes: this loop takes the most time of all.
      let { lines, longest, blob, escapes, coined, hidden, secrets } = found;
      const back = (at: number): number => (at < 0 ? (tail[memory + at] ?? 0) : (bytes[at] ?? 0));
      for (let at = 0; at < bytes.length; at += 1) {
        const kind = kinds[bytes[at] as number];
        if (kind === letter) continue;
        if (kind === escape) {
          const before = back(at - 1);
          if (before === backslash) escapes += 1;
          else if (before === digitZero && back(at - 2) === underscore && bytes[at] === smallX) coined += 1;
          continue;
        }
        const place = seen + at;
        if (place - run > blob) blob = place - run;
        if (place - run >= shortestToken) secrets += hasToken(bytes, Math.max(0, run - seen), at);
        run = place + 1;
        if (kind === other) continue;
        if (kind === lineEnd) {
          if (place - line > longest) longest = place - line;
          line = place + 1;
          lines += 1;
        } else if (kind === zero) {
          found.text = false;
          break;
        } else {
          const three = ((back(at - 2) << 16) | (back(at - 1) << 8) | (bytes[at] as number)) >>> 0;
          // A mark at the very beginning says how the file is written.
          if (isHidden(three, back(at - 3)) && !(three === 0xefbbbf && place === 2)) hidden += 1;
        }
      }
      tail = [back(bytes.length - 3), back(bytes.length - 2), back(bytes.length - 1)];
      seen += bytes.length;
      // Whatever goes on in the next piece is looked at twice rather than never.
      if (seen - run >= shortestToken)
        secrets += hasToken(bytes, Math.max(0, bytes.length - (seen - run)), bytes.length);
      Object.assign(found, { lines, longest, blob, escapes, coined, hidden, secrets });
    },
    end() {
      const start = head.map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const whole = { longest: Math.max(found.longest, seen - line), blob: Math.max(found.blob, seen - run) };
      return { ...found, ...whole, lines: found.lines + (seen > line ? 1 : 0), program: programs.test(start) };
    },
  };
}

const [backslash, underscore, digitZero, smallX] = [92, 95, 48, 120];

/** 1 where there is a token in a run of letters and digits. */
function hasToken(bytes: Uint8Array, from: number, until: number): number {
  // Most runs have no underscore, and are done with.
  const first = bytes.indexOf(underscore, from);
  if (first < 0 || first >= until) return 0;
  return carriesSecret(String.fromCharCode(...bytes.subarray(from, Math.min(until, from + 4096)))) ? 1 : 0;
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

/** Files that are read as code. */
const code = /(?:\.(?:[cm]?[jt]sx?|sh|bash|zsh|fish|py|rb|pl|php|lua|ps1|bat|cmd|html?|gyp)|(?:^|\/)[^./]+)$/i;

/** What a text file looks like; the numbers are far above what people write. */
export function looks(path: string, bytes: number, scan: Scan): "encoded" | "minified" | null {
  if (!scan.text || !code.test(path)) return null;
  if (scan.coined >= 20 || scan.blob >= 2000 || (scan.escapes >= 200 && scan.escapes * 20 > bytes)) return "encoded";
  return scan.longest >= 5000 && bytes > scan.lines * 500 ? "minified" : null;
}
