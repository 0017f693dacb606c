import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** A package's tarball as npm packs one: ustar, everything below `package/`, always the same bytes for the same files. */
export function pack(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const data = Buffer.from(text);
    return [header(`package/${path}`, data.length), data, Buffer.alloc(-data.length & 511)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** npm's own date for every file, 1985-10-26 (npm's `pacote`). */
const seconds = 499_162_500;

function header(path: string, size: number): Buffer {
  if (Buffer.byteLength(path) > 100)
    throw new Error(`The path ${path} is too long for this packer: 100 bytes at most.`);
  const block = Buffer.alloc(512);
  block.write(path, 0);
  block.write("0000644\0", 100);
  block.write("0000000\x000000000\0", 108);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write(`${seconds.toString(8).padStart(11, "0")}\0`, 136);
  block.write("        0", 148);
  block.write("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

export const shasumOf = (bytes: Buffer): string => createHash("sha1").update(bytes).digest("hex");
export const sha512Of = (bytes: Buffer): string => createHash("sha512").update(bytes).digest("hex");
export const integrityOf = (bytes: Buffer): string => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
