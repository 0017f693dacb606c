import { closeSync, constants, openSync } from "node:fs";
import { link, readdir, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { codeOf, DatabaseTrouble } from "./trouble.ts";

/** Longest path of a Unix socket that Linux and macOS both take, in bytes. */
const longestPath = 103;

/**
 * Holds a folder for this process alone: a listening socket that the kernel closes however the process dies, found by every
 * process that sees the folder (another container too). Sockets are published as `lock-1`, `lock-2`, …; the highest number
 * counts, a dead one is followed by the next, and linking a name fails where it is taken: of many that start at once one wins.
 * @throws DatabaseTrouble naming the process that holds it
 */
export async function lockFolder(folder: string): Promise<{ release(): Promise<void> }> {
  const short = shortName(folder);
  const mine = `l${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const server = await listen(short.path(mine), folder);
  try {
    for (;;) {
      const newest = await newestLock(folder);
      const holder = newest === 0 ? null : await holderOf(short.path(`lock-${newest}`));
      if (holder !== null) throw inUse(folder, holder);
      if (await publish(folder, mine, newest + 1)) break;
    }
  } catch (error) {
    server.close();
    throw error;
  } finally {
    short.done();
    await rm(join(folder, mine), { force: true });
  }
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function inUse(folder: string, holder: string): DatabaseTrouble {
  return new DatabaseTrouble(
    `The data in ${folder} is in use by another Countersign (process ${holder}). ` +
      "Stop that one first, give this one another COUNTERSIGN_DATA, or set DATABASE_URL to share a server.",
  );
}

/** Takes a number; false where somebody else has it, or a higher one. */
async function publish(folder: string, mine: string, number: number): Promise<boolean> {
  try {
    await link(join(folder, mine), join(folder, `lock-${number}`));
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw new DatabaseTrouble(
      `The folder ${folder} can't hold a lock. Put COUNTERSIGN_DATA on a local disk, or set DATABASE_URL.`,
      {
        cause: error,
      },
    );
  }
  const highest = await newestLock(folder);
  // A slow starter may take a number that was already cleared away below a higher one.
  if (highest > number) await rm(join(folder, `lock-${number}`), { force: true });
  else await clearBelow(folder, number);
  return highest === number;
}

async function newestLock(folder: string): Promise<number> {
  return Math.max(0, ...numbers(await readdir(folder)));
}

async function clearBelow(folder: string, number: number): Promise<void> {
  for (const old of numbers(await readdir(folder))) {
    if (old < number) await rm(join(folder, `lock-${old}`), { force: true });
  }
}

function numbers(names: string[]): number[] {
  return names.flatMap((name) => (/^lock-\d+$/.test(name) ? [Number(name.slice("lock-".length))] : []));
}

/** What the holder says of itself; null where nobody listens any more. */
async function holderOf(path: string): Promise<string | null> {
  return await new Promise((resolve, reject) => {
    let said = "";
    const socket = connect(path);
    socket.setEncoding("utf8");
    socket.setTimeout(2000, () => socket.destroy());
    socket.on("data", (text: string) => (said += text));
    socket.on("close", () => resolve(said === "" ? "that doesn't answer" : said));
    socket.on("error", (error) => {
      if (["ECONNREFUSED", "ENOENT"].includes(codeOf(error))) resolve(null);
      else reject(error);
    });
  });
}

async function listen(path: string, folder: string): Promise<Server> {
  return await new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.end(String(process.pid));
    });
    server.once("error", (error) =>
      reject(
        new DatabaseTrouble(
          `The folder ${folder} can't be used (${codeOf(error)}). It must be writable, on a disk that takes Unix sockets, and ` +
            "its path short. Choose another COUNTERSIGN_DATA, or set DATABASE_URL.",
          { cause: error },
        ),
      ),
    );
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** A path short enough for a socket's address: on Linux through an open descriptor of the folder. */
function shortName(folder: string): { path(name: string): string; done(): void } {
  const fits = Buffer.byteLength(folder) + 24 <= longestPath;
  if (fits || process.platform !== "linux") return { path: (name) => join(folder, name), done: () => undefined };
  const handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: (name) => `/proc/self/fd/${handle}/${name}`, done: () => closeSync(handle) };
}
