import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A process that is measured. */
export interface Served {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts one of the servers beside this file; it says its port when it listens. */
export async function serveIn(file: string, given: string[] = [], env: Record<string, string> = {}): Promise<Served> {
  const child: ChildProcess = fork(join(import.meta.dirname, file), given, {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(() => [null]);
  const [port] = (await Promise.race([once(child, "message"), ended])) as [number | null];
  if (port === null) throw new Error(`${file} ended at its start`);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
