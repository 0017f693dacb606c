import { readFile, readdir, readlink, rm } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { codeOf, DatabaseTrouble } from "./trouble.ts";

/** How long a server of an earlier start may take to write its data and end, in milliseconds. */
const patience = 60_000;

/**
 * Clears away what an earlier start left: a server that is still stopping (or was orphaned) is asked to stop and waited for; the
 * pid file of a dead one, of a zombie, or with a number that another program has now, is removed. Only for the holder of the
 * folder's lock: nobody else can be starting a server on this data.
 * @throws DatabaseTrouble where the old server doesn't end
 */
export async function clearLeftover(data: string): Promise<void> {
  const sockets = await socketFolderOf(data);
  const deadline = performance.now() + patience;
  let asked = false;
  for (;;) {
    const running = await serversOn(data);
    if (running.length === 0) break;
    if (performance.now() > deadline) {
      throw new DatabaseTrouble(
        `An earlier PostgreSQL (process ${running[0]}) still uses ${data}. Stop it, then start again.`,
      );
    }
    // SIGINT is PostgreSQL's orderly and quick way to stop.
    if (!asked) for (const pid of running) signal(pid);
    asked = true;
    await delay(10);
  }
  await rm(join(data, "postmaster.pid"), { force: true });
  if (sockets !== null) await rm(sockets, { recursive: true, force: true }).catch(() => undefined);
}

/** The socket's folder that the pid file names in its fifth line; null where that isn't one of those that we make. */
async function socketFolderOf(data: string): Promise<string | null> {
  const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  return /\/cs-[A-Za-z0-9]{6}$/.test(lines[4] ?? "") ? lines[4]! : null;
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Processes of PostgreSQL that have this folder as their working directory (each of them does, from its start to its end). */
async function serversOn(data: string): Promise<number[]> {
  if (process.platform !== "linux") return await namedInPidFile(data);
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // A zombie has no working directory any more; a process of somebody else can't be one of ours.
    const folder = await readlink(`/proc/${name}/cwd`).catch((error: unknown) => codeOf(error));
    if (folder === data && (await isPostgres(name))) found.push(Number(name));
  }
  return found;
}

async function isPostgres(pid: string): Promise<boolean> {
  return (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim() === "postgres";
}

async function namedInPidFile(data: string): Promise<number[]> {
  const pid = Number((await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1) return [];
  const seen = spawnSync("ps", ["-o", "stat=,comm=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
  const [state = "Z", ...command] = seen.split(/\s+/);
  return !state.startsWith("Z") && basename(command.join(" ")) === "postgres" ? [pid] : [];
}
