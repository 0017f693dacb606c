import { readPax } from "./pax.ts";
import type { Extended } from "./pax.ts";
import { beforeZero, readHeader, twoWays } from "./tar-header.ts";
import type { Header } from "./tar-header.ts";
import { TarballError } from "./tarball-error.ts";

export interface Entry {
  /** As it stands in the archive. */
  name: string;
  kind: "file" | "folder" | "link" | "odd";
  bytes: number;
  /** Any of the bits that let somebody run it. */
  executable: boolean;
}

/** Hears what is in an archive, in its order. The bytes given are good only until `data` returns. */
export interface Listener {
  begin(entry: Entry): void;
  data(bytes: Buffer): void;
  end(): void;
}

/** Takes an archive in pieces of any size. */
export interface TarReader {
  /** @throws TarballError */
  write(bytes: Buffer): void;
  /** Nothing more comes. @throws TarballError where something is missing */
  end(): void;
}

/** How much there may be. Beyond, nothing more is read. */
export interface TarLimits {
  entries: number;
  /** Bytes of one name, and of one extended header. */
  name: number;
  header: number;
}

export const tarLimits: TarLimits = { entries: 100_000, name: 4096, header: 64 * 1024 };

const blockSize = 512;
/** Files; 7 is one that lies in one piece. */
const files = "07";
/** Links, devices, folders, pipes. Of other types some programs make files, and some names for the next entry. */
const others = "123456";
/** What says something of the next entry: pax, GNU's long names and long targets. */
const preludes = "xgLK";

/**
 * Reads ustar, pax and GNU archives, and nothing is written anywhere. Where programs read an archive in different ways (what follows its
 * end, sizes in a header for all, a name that is two), it isn't read: what npm (node-tar) would install must be what is told here.
 */
export function createTarReader(listener: Listener, most: TarLimits = tarLimits): TarReader {
  const block = Buffer.alloc(blockSize);
  let filled = 0;
  /** Bytes of the entry's body that are still to come, and of what fills its last block. */
  let [body, padding] = [0, 0];
  let entries = 0;
  let open = false;
  /** Blocks of zeros one after the other: two are the end. */
  let zeros = 0;
  /** A body that we keep for ourselves. */
  let prelude: { type: string; parts: Buffer[] } | null = null;
  let extended: Extended = {};

  function header(): void {
    const read = readHeader(block);
    if (read === null) {
      zeros += 1;
      return;
    }
    // npm reads no further, other programs do.
    if (zeros > 1) throw new TarballError("something follows its end");
    zeros = 0;
    entries += 1;
    if (entries > most.entries) throw new TarballError(`it has more than ${most.entries} entries`);
    if (preludes.includes(read.type)) {
      if (read.size > most.header) throw new TarballError("a name in it is too long");
      prelude = { type: read.type, parts: [] };
      expect(read.size);
      return;
    }
    begin(read, extended);
    extended = {};
  }

  function begin(read: Header, more: Extended): void {
    const name = more.path ?? read.name;
    if (name === "" || name.includes("\0")) throw new TarballError("something in it has no name");
    if (Buffer.byteLength(name) > most.name) throw new TarballError("a name in it is too long");
    const kind = kindOf(read.type, name);
    if (kind === null || (more.target !== undefined && kind !== "link")) throw twoWays();
    const bytes = kind === "folder" ? 0 : (more.size ?? read.size);
    open = true;
    listener.begin({ name, kind, bytes, executable: kind === "file" && (read.mode & 0o111) !== 0 });
    expect(bytes);
  }

  function expect(bytes: number): void {
    body = bytes;
    padding = (blockSize - (bytes % blockSize)) % blockSize;
    if (body === 0) close();
  }

  function close(): void {
    if (prelude !== null) extended = afterPrelude(prelude.type, Buffer.concat(prelude.parts), extended);
    else if (open) listener.end();
    prelude = null;
    open = false;
  }

  return {
    write(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (body > 0) {
          const piece = bytes.subarray(at, at + Math.min(body, bytes.length - at));
          at += piece.length;
          body -= piece.length;
          if (prelude === null) listener.data(piece);
          else prelude.parts.push(Buffer.from(piece));
          if (body === 0) close();
        } else if (padding > 0) {
          const skipped = Math.min(padding, bytes.length - at);
          at += skipped;
          padding -= skipped;
        } else {
          const taken = bytes.copy(block, filled, at, Math.min(bytes.length, at + blockSize - filled));
          at += taken;
          filled = (filled + taken) % blockSize;
          if (filled === 0) header();
        }
      }
    },
    end() {
      if (body > 0 || filled > 0 || prelude !== null) throw new TarballError("it ends in the middle of something");
    },
  };
}

/** null: programs differ on what it is. */
function kindOf(type: string, name: string): Entry["kind"] | null {
  if (type === "7" && name.endsWith("/")) return null;
  if (files.includes(type)) return name.endsWith("/") ? "folder" : "file";
  if (!others.includes(type)) return null;
  if (type === "5") return "folder";
  return type === "1" || type === "2" ? "link" : "odd";
}

function afterPrelude(type: string, bytes: Buffer, before: Extended): Extended {
  if (type === "x") return { ...before, ...readPax(bytes) };
  const text = (): string => beforeZero(bytes.toString("utf8"));
  if (type === "L") return { ...before, path: text() };
  if (type === "K") return { ...before, target: text() };
  const forAll = readPax(bytes);
  if (Object.keys(forAll).length > 0) throw new TarballError("it has names or sizes that are for all that follows");
  return before;
}
