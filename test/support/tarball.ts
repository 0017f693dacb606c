import { gzipSync } from "node:zlib";

/** One entry of an archive, as a test wants it: also as no honest program would write it. */
export interface TarEntry {
  name: string;
  body?: string | Buffer;
  /** `0` file, `1` and `2` links, `5` folder, `L` GNU's long name, `x` pax, and so on. */
  type?: string;
  mode?: number;
  target?: string;
  /** What the header says, where it isn't the body's length. */
  size?: number | string;
  prefix?: string;
  /** `gnu`: the magic that GNU writes; `old`: none at all. */
  form?: "ustar" | "gnu" | "old";
  /** A checksum that is wrong. */
  damaged?: boolean;
}

const magics = { ustar: "ustar\0" + "00", gnu: "ustar  \0", old: "\0".repeat(8) };

/** A header and its body, filled up to whole blocks. */
export function tarEntry(entry: TarEntry): Buffer {
  const body = Buffer.from(entry.body ?? "");
  const block = Buffer.alloc(512);
  const size = entry.size ?? body.length;
  block.write(entry.name, 0, 100);
  block.write(octal(entry.mode ?? 0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(typeof size === "string" ? size : octal(size, 11), 124, "latin1");
  block.write(octal(0, 11), 136);
  block.write(" ".repeat(8), 148);
  block.write(entry.type ?? "0", 156);
  block.write(entry.target ?? "", 157, 100);
  block.write(magics[entry.form ?? "ustar"], 257, "latin1");
  if (entry.prefix !== undefined) block.write(entry.prefix, 345, 155);
  const sum = block.reduce((total, byte) => total + byte, entry.damaged === true ? 1 : 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return Buffer.concat([block, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** Entries with the two blocks of zeros that end an archive. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(1024)]);
}

/** The same, packed; files lie in `package/` as npm puts them. */
export function tgzOf(files: Record<string, string | Buffer>): Buffer {
  const entries = Object.entries(files).map(([name, body]): TarEntry => ({ name: `package/${name}`, body }));
  return gzipSync(tarOf(entries.flatMap((entry) => [...longName(entry), entry])));
}

/** A name that a header has no room for stands in an entry before it (GNU). */
function longName({ name }: TarEntry): TarEntry[] {
  return Buffer.byteLength(name) <= 100 ? [] : [{ name: "././@LongLink", type: "L", body: `${name}\0`, form: "gnu" }];
}

/** Records of a pax header, each with its own length in front. */
export function pax(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const rest = Buffer.byteLength(` ${name}=${value}\n`);
      let length = rest + 1;
      while (String(length).length + rest !== length) length = String(length).length + rest;
      return `${length} ${name}=${value}\n`;
    })
    .join("");
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
