import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

export interface Ran {
  status: number | null;
  cancelled: boolean;
}

/** Runs one command of a step in a process group of its own, line by line into the log. */
export function start(
  command: string,
  args: string[],
  options: { cwd: string; env: Record<string, string>; line: (text: string) => void },
): { done: Promise<Ran>; kill(): void } {
  const child: ChildProcess = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let killed = false;
  let rest = "";
  const take = (chunk: Buffer): void => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) options.line(line);
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  const done = new Promise<Ran>((resolve) => {
    child.on("error", (error) => {
      options.line(String(error));
      resolve({ status: 127, cancelled: killed });
    });
    child.on("close", (status) => {
      if (rest !== "") options.line(rest);
      resolve({ status, cancelled: killed });
    });
  });
  return {
    done,
    kill() {
      killed = true;
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      } catch {
        // It ended by itself a moment ago.
      }
    },
  };
}
