import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The app as a process of its own: started as an operator would, killed as nobody should. */
export class AppProcess {
  readonly output: string[] = [];
  #child: ChildProcess | null = null;
  readonly #env: Record<string, string>;

  constructor(env: Record<string, string>) {
    this.#env = env;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  /** Starts it; resolves when it says that it is ready, which is after the sweep. */
  async start(): Promise<void> {
    const child = fork(join(import.meta.dirname, "..", "..", "src", "main.ts"), [], {
      execPath: process.execPath,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: { PATH: process.env["PATH"] ?? "", ...this.#env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      cwd: import.meta.dirname,
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => void this.output.push(chunk.toString()));
    const ended = once(child, "exit").then(() => {
      if (this.#child === child) this.#child = null;
      return "ended" as const;
    });
    const first = await Promise.race([once(child, "message").then(() => "ready" as const), ended]);
    if (first === "ended") throw new Error(`the app ended at its start:\n${this.output.join("").slice(-2000)}`);
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    this.#child = null;
  }

  /** SIGTERM: finishes what was begun. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
    this.#child = null;
  }
}
