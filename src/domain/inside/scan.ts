/** What the bytes of a file tell of it. */
export interface Scan {
  /** False where it has a NUL: no text. */
  text: boolean;
  lines: number;
  /** Bytes of its longest line, and of its longest run of letters and digits as base64 has them; runs below 2000 count as none. */
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

/** Files that are read as code. */
const code = /(?:\.(?:[cm]?[jt]sx?|sh|bash|zsh|fish|py|rb|pl|php|lua|ps1|bat|cmd|html?|gyp)|(?:^|\/)[^./]+)$/i;

/** What a text file looks like; the numbers are far above what people write. */
export function looks(path: string, bytes: number, scan: Scan): "encoded" | "minified" | null {
  if (!scan.text || !code.test(path)) return null;
  if (scan.coined >= 20 || scan.blob >= 2000 || (scan.escapes >= 200 && scan.escapes * 20 > bytes)) return "encoded";
  return scan.longest >= 5000 && bytes > scan.lines * 500 ? "minified" : null;
}
