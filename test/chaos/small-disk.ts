import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { onFolder } from "./stores.ts";
import type { StoryStore } from "./stores.ts";

/** A disk for the embedded store that gets full, and has space again. */
export interface SmallDisk {
  /** How it is done on this machine. */
  how: "a file system of its own" | "a limit on PostgreSQL's files";
  store: StoryStore;
  fill(): Promise<void>;
  free(): Promise<void>;
  /** Full, so that not even the write-ahead log finds space: PostgreSQL ends itself then. */
  fillForTheLog(): Promise<void>;
}

const megabytes = 200;

/**
 * Where we may mount, a file system in memory of 200 MB that a file fills to the last byte. Elsewhere the server's processes get a limit
 * for the size of a file (RLIMIT_FSIZE), at which PostgreSQL's writes fail as on a full disk, though for large tables only.
 */
export async function smallDisk(): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-disk-"));
  const given = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder];
  return spawnSync("mount", given, { stdio: "ignore" }).status === 0 ? mounted(folder) : limited(folder);
}

function mounted(folder: string): SmallDisk {
  const filler = join(folder, "filler");
  const store = onFolder(join(folder, "data"), async () => {
    // Lazily: the server's keeper may be on its way out still.
    execFileSync("umount", ["-l", folder]);
    await rm(folder, { recursive: true, force: true });
  });
  return {
    ...{ how: "a file system of its own", store },
    fill: () => Promise.resolve(fillUp(filler)),
    fillForTheLog: async () => {
      fillUp(filler);
      await writeLog(await store.url());
    },
    free: () => Promise.resolve(rmSync(filler, { force: true })),
  };
}

function fillUp(path: string): void {
  const file = openSync(path, "w");
  for (let size = 1 << 20; size >= 1;) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size >>= 1;
    }
  }
  closeSync(file);
}

/** A segment of the write-ahead log has 16 MB from its beginning: below that the server couldn't even say no. */
const largestFile = 16 * 1024 * 1024;

function limited(folder: string): SmallDisk {
  const data = join(folder, "data");
  const limit = async (to: string): Promise<void> => {
    for (const pid of await serverProcesses(join(data, "database", "postgres")))
      execFileSync("prlimit", ["--pid", pid, `--fsize=${to}:unlimited`]);
  };
  return {
    how: "a limit on PostgreSQL's files",
    store: onFolder(data, async () => await rm(folder, { recursive: true, force: true })),
    fill: async () => await limit(String(largestFile)),
    free: async () => await limit("unlimited"),
    // The server that is started in its place has no limit: here it is back at once.
    fillForTheLog: async () => {
      await limit("1");
      await writeLog(await onFolder(data, () => Promise.resolve()).url());
    },
  };
}

/** The server and its children, which have their limits from it. */
async function serverProcesses(data: string): Promise<string[]> {
  const server = (await readFile(join(data, "postmaster.pid"), "utf8")).split("\n")[0] ?? "";
  const all = await Promise.all(
    (await readdir("/proc"))
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => ({ pid, stat: await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "") })),
  );
  return [server, ...all.filter(({ stat }) => stat.split(") ").at(-1)?.split(" ")[1] === server).map(({ pid }) => pid)];
}

/** Writes to the log alone, a megabyte at once, until the server is gone. */
async function writeLog(url: string | null): Promise<void> {
  const client = new pg.Client({ connectionString: url ?? "" });
  client.on("error", () => undefined);
  await client.connect();
  const more = (): Promise<boolean> =>
    client.query("select pg_logical_emit_message(false, 'full', repeat('x', 1000000))").then(
      () => true,
      () => false,
    );
  while (await more());
  await client.end().catch(() => undefined);
}
