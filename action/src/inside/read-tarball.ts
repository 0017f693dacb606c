import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { createTarReader, tarLimits } from "./tar.ts";
import type { Listener } from "./tar.ts";
import { TarballError } from "./tarball-error.ts";

/** Against archives that are made to fill a machine. npm's largest packages are far below. */
export interface TarballLimits {
  /** Bytes, packed and unpacked. */
  packed: number;
  unpacked: number;
  /** How many times its size a tarball may grow, where it has grown to something. */
  ratio: number;
  something: number;
  entries?: number;
}

export const tarballLimits: TarballLimits = {
  packed: 512 * 1024 ** 2,
  unpacked: 2 * 1024 ** 3,
  ratio: 200,
  something: 64 * 1024 ** 2,
};

export interface Reading {
  /** Ends the reading, for instance when its time is up. */
  signal?: AbortSignal;
  limits?: TarballLimits;
  /** Asked between two pieces: true ends the reading, since all is seen. */
  enough?: () => boolean;
}

/** Reads a .tgz as a stream; gives its size. @throws TarballError, and nothing else, whatever is in the file */
export async function readTarball(file: string, listener: Listener, reading: Reading = {}): Promise<number> {
  const { signal, enough, limits = tarballLimits } = reading;
  const size = await stat(file).then(
    (found) => found.size,
    () => -1,
  );
  if (size < 0) throw new TarballError("it isn't there");
  if (size > limits.packed) throw new TarballError(`it is larger than ${megabytes(limits.packed)}`);
  const tar = createTarReader(listener, { ...tarLimits, entries: limits.entries ?? tarLimits.entries });
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  source.once("error", (error) => gunzip.destroy(error));
  let unpacked = 0;
  try {
    for await (const chunk of source.pipe(gunzip)) {
      const bytes = chunk as Buffer;
      unpacked += bytes.length;
      if (unpacked > limits.unpacked) throw new TarballError(`it unpacks to more than ${megabytes(limits.unpacked)}`);
      if (unpacked > limits.something && unpacked > size * limits.ratio)
        throw new TarballError(`it unpacks to more than ${limits.ratio} times its size`);
      if (signal?.aborted === true) throw new TarballError("reading it takes too long");
      tar.write(bytes);
      if (enough?.() === true) return size;
    }
    tar.end();
    return size;
  } catch (error) {
    throw error instanceof TarballError ? error : new TarballError("it is damaged, or no gzip file");
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}
