import { spawn } from "node:child_process";

export interface Ran {
  status: number | null;
  killed: boolean;
}

export interface Running {
  done: Promise<Ran>;
  /** Ends the whole group: asked first, then told, then forced. */
  kill(): void;
  /** What the command left running in its group is gone afterwards. */
  sweep(): void;
}

/** How long a cancelled step has for each signal; GitHub's runner gives 7.5 and 2.5 seconds. */
const patienceMs = 1500;

/** Something started in the background holds the pipes open: the step's end doesn't wait longer for it. */
const leftOpenMs = 1000;

/** Runs one command of a step in a process group of its own, line by line into the log. */
export function start(
  command: string,
  args: string[],
  options: { cwd: string; env: Record<string, string>; line: (text: string) => void },
): Running {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const flush = [child.stdout, child.stderr].map((stream) => byLine(stream, options.line));
  const timers = new Set<NodeJS.Timeout>();
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // Nobody of the group is left.
    }
  };
  let killed = false;
  const done = new Promise<Ran>((resolve) => {
    const end = (status: number | null): void => {
      for (const timer of timers) clearTimeout(timer);
      for (const rest of flush) rest();
      resolve({ status, killed });
    };
    child.on("error", (error) => {
      options.line(`##[error]${error.message}`);
      end(127);
    });
    child.on("exit", (status) => timers.add(setTimeout(() => end(status), leftOpenMs)));
    child.on("close", end);
  });
  return {
    done,
    kill() {
      if (killed) return;
      killed = true;
      signal("SIGINT");
      timers.add(setTimeout(() => signal("SIGTERM"), patienceMs));
      timers.add(setTimeout(() => signal("SIGKILL"), patienceMs * 2));
    },
    sweep: () => signal("SIGKILL"),
  };
}

/** Gives whole lines on; the answer gives on what is left without a line's end. */
function byLine(stream: NodeJS.ReadableStream, line: (text: string) => void): () => void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const text of lines) line(text);
  });
  return () => {
    if (rest !== "") line(rest);
    rest = "";
  };
}
