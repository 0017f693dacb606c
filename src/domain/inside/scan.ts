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
  /** It begins as a program does: ELF, Mach-O, PE or WebAssembly. */
  program: boolean;
}

/** Reads a file's bytes as they come. */
export interface Scanner {
  add(bytes: Uint8Array): void;
  end(): Scan;
}

/** Characters of base64. */
const wordy = new Uint8Array(256);
for (const sign of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_") wordy[sign.charCodeAt(0)] = 1;

/** How programs begin, in hex: ELF, PE, Mach-O (both widths, both ways round, several in one), WebAssembly. */
const programs = /^(?:7f454c46|4d5a|feedfac[ef]|c[ef]faedfe|cafebabe|0061736d)/;

const newLine = 10;
const [backslash, underscore, zero, smallU, smallX] = [92, 95, 48, 117, 120];

/** One pass over each byte, since packages have many. */
export function createScanner(): Scanner {
  const found = { text: true, lines: 0, longest: 0, blob: 0, escapes: 0, coined: 0, hidden: 0 };
  /** Of the line and the run that go on, and the bytes before the next; those of a character that isn't ASCII, together. */
  const going = { line: 0, run: 0, last: 0, lastButOne: 0, character: 0 };
  const head: number[] = [];
  let seen = 0;

  return {
    add(bytes) {
      for (let at = 0; head.length < 4 && at < bytes.length; at += 1) head.push(bytes[at] ?? 0);
      if (!found.text) return;
      // Local names: in this loop they are several times as fast.
      let { lines, longest, blob, escapes, coined, hidden } = found;
      let { line, run, last, lastButOne, character } = going;
      for (let at = 0; at < bytes.length; at += 1) {
        const byte = bytes[at] as number;
        if (wordy[byte] === 1) {
          run += 1;
          line += 1;
          if (byte === smallX || byte === smallU) {
            if (last === backslash) escapes += 1;
            else if (byte === smallX && last === zero && lastButOne === underscore) coined += 1;
          }
        } else {
          if (run > blob) blob = run;
          run = 0;
          line += 1;
          if (byte === newLine) {
            if (line > longest) longest = line;
            line = 0;
            lines += 1;
          } else if (byte >= 0x80) {
            character = ((character << 8) | byte) >>> 0;
            // A mark at the very beginning says how the file is written.
            if (isHidden(character) && !(character === 0xefbbbf && seen + at === 2)) hidden += 1;
          } else if (byte === 0) {
            found.text = false;
            break;
          }
        }
        if (byte < 0x80) character = 0;
        lastButOne = last;
        last = byte;
      }
      seen += bytes.length;
      Object.assign(found, { lines, longest, blob, escapes, coined, hidden });
      Object.assign(going, { line, run, last, lastButOne, character });
    },
    end() {
      const start = head.map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const { line, run } = going;
      const whole = { longest: Math.max(found.longest, line), blob: Math.max(found.blob, run) };
      return { ...found, ...whole, lines: found.lines + (line > 0 ? 1 : 0), program: programs.test(start) };
    },
  };
}

/** Whether the last bytes are one of the characters that `visible` names, in UTF-8. */
function isHidden(last: number): boolean {
  const two = last & 0xffff;
  if (two === 0xc2ad || two === 0xd89c || (two >= 0xc280 && two <= 0xc29f)) return true;
  const three = last & 0xffffff;
  if (three < 0xe18000 || three > 0xefffff) return isHiddenFour(last);
  return (
    (three >= 0xe2808b && three <= 0xe2808f && three !== 0xe2808d) ||
    (three >= 0xe280a8 && three <= 0xe280ae) ||
    (three >= 0xe281a0 && three <= 0xe281af) ||
    (three >= 0xefb880 && three <= 0xefb88d) ||
    (three >= 0xefbfb9 && three <= 0xefbfbb) ||
    [0xe1859f, 0xe185a0, 0xe1a08b, 0xe1a08c, 0xe1a08d, 0xe1a08e, 0xe385a4, 0xefbbbf, 0xefbea0].includes(three)
  );
}

/** U+E0000 to U+E0FFF: tags and the further variation selectors. */
function isHiddenFour(last: number): boolean {
  return last >= 0xf3a08080 && last <= 0xf3a0bfbf;
}

/** Files that are read as code. */
const code = /(?:\.(?:[cm]?[jt]sx?|sh|bash|zsh|fish|py|rb|pl|php|lua|ps1|bat|cmd|html?|gyp)|(?:^|\/)[^./]+)$/i;

/** What a text file looks like; the numbers are far above what people write. */
export function looks(path: string, bytes: number, scan: Scan): "encoded" | "minified" | null {
  if (!scan.text || !code.test(path)) return null;
  if (scan.coined >= 20 || scan.blob >= 2000 || (scan.escapes >= 200 && scan.escapes * 20 > bytes)) return "encoded";
  return scan.longest >= 5000 && bytes > scan.lines * 500 ? "minified" : null;
}
