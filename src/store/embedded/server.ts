import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { StoreLog } from "../log.ts";
import type { Account } from "./account.ts";
import { DatabaseTrouble } from "./trouble.ts";

/**
 * Keeps the server as long as its own standard input is open. That is a pipe from the app, so the kernel closes it however the
 * app dies, and the server stops in an orderly way (SIGINT). It ends when the server ends, and removes the socket's folder.
 * $1 is that folder, the rest the server's command.
 */
const keeper = `
folder=$1; shift
trap '' HUP INT TERM
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ cat <&3 >/dev/null; kill -INT "$server"; } 2>/dev/null &
watcher=$!
exec 3<&-
wait "$server"; status=$?
kill -KILL "$watcher" 2>/dev/null
rm -f "$folder"/.s.PGSQL.5432 "$folder"/.s.PGSQL.5432.lock
rmdir "$folder"
exit "$status"
`;

/** Small, durable (fsync stays on), no TCP; the log has what the operator needs, never a statement or a value. */
function settings(sockets: string): string[] {
  const values = {
    listen_addresses: "",
    unix_socket_directories: sockets,
    unix_socket_permissions: "0700",
    max_connections: "50",
    shared_buffers: "32MB",
    max_wal_size: "256MB",
    wal_level: "minimal",
    max_wal_senders: "0",
    io_method: "sync",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    logging_collector: "off",
    log_destination: "stderr",
    log_line_prefix: "",
    log_checkpoints: "off",
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** A running server. */
export interface Server {
  /** Stops it in an orderly way and waits for the end. */
  stop(): Promise<void>;
  /** Resolves when the server has ended, asked or not. */
  ended: Promise<void>;
}

/** Starts the server on `data` and waits until it takes connections (after recovery, where there was a crash). */
export async function startServer(options: {
  postgres: string;
  data: string;
  sockets: string;
  account: Account;
  log: StoreLog;
}): Promise<Server> {
  const { postgres, data, sockets, account, log } = options;
  const command = [
    ...account.prefix,
    "sh",
    "-c",
    keeper,
    "keeper",
    sockets,
    postgres,
    "-D",
    data,
    ...settings(sockets),
  ];
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ["pipe", "ignore", "pipe"],
    // Its own session: a Ctrl-C in the terminal reaches the app, which closes its work before the server stops.
    detached: true,
    cwd: "/",
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC" },
    ...(account.uid === undefined ? {} : { uid: account.uid, gid: account.gid }),
  });
  const state = { stopping: false };
  const said = listenTo(child, (line) => {
    // While it stops it complains of every connection that is still there.
    if (!state.stopping && /^(FATAL|PANIC|WARNING)/.test(line)) log.warn({ part: "postgres" }, line);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  child.stdin?.on("error", () => undefined);
  await ready(child, data, said);
  unref(child);
  return {
    ended,
    async stop() {
      state.stopping = true;
      child.ref();
      child.stdin?.end();
      await ended;
    },
  };
}

/** The app may end without closing: the keeper sees to the server. */
function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stderr])
    if (stream !== null && "unref" in stream) (stream.unref as () => void)();
}

/** Passes its lines on, and keeps the last ones for the reason of a failed start. */
function listenTo(child: ChildProcess, hear: (line: string) => void): string[] {
  const said: string[] = [];
  if (child.stderr === null) return said;
  createInterface({ input: child.stderr }).on("line", (line) => {
    said.push(line);
    if (said.length > 20) said.shift();
    hear(line);
  });
  return said;
}

/** PostgreSQL writes `ready` into the eighth line of its pid file; connections before that would be refused. */
async function ready(child: ChildProcess, data: string, said: string[]): Promise<void> {
  let failed: Error | null = null;
  child.once("error", (error) => (failed = error));
  for (;;) {
    if (failed !== null || child.exitCode !== null || child.signalCode !== null) {
      await delay(20);
      const why =
        said.filter((line) => /FATAL|PANIC|error|not found/i.test(line)).at(-1) ?? said.at(-1) ?? String(failed ?? "");
      throw new DatabaseTrouble(`PostgreSQL didn't start on ${data}: ${why}`);
    }
    const status = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n")[7];
    if (status?.trim() === "ready") return;
    await delay(5);
  }
}
