import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inherited } from "./inherited.ts";

/** The app as a process of its own: started as an operator would, killed as nobody should. */
export class AppProcess {
  readonly output: string[] = [];
  #child: ChildProcess | null = null;
  readonly #env: Record<string, string>;
  readonly #cwd: string;
  readonly #preload: string[];
  readonly #root: string;

  /**
   * `cwd`: where heap snapshots go, which SIGUSR2 asks for. `preload`: a file that is loaded before the app. `root`: folder of another
   * version of the app than this one.
   */
  constructor(env: Record<string, string>, options: { cwd?: string; preload?: string; root?: string } = {}) {
    this.#env = env;
    this.#root = options.root ?? join(import.meta.dirname, "..", "..");
    this.#cwd = options.cwd ?? import.meta.dirname;
    this.#preload = options.preload === undefined ? [] : ["--import", options.preload];
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  /** Starts it, with more settings where they are given; resolves when it says that it is ready, which is after the sweep. */
  async start(more: Record<string, string> = {}): Promise<void> {
    const child = fork(join(this.#root, "src", "main.ts"), [], {
      execPath: process.execPath,
      execArgv: ["--disable-warning=ExperimentalWarning", "--heapsnapshot-signal=SIGUSR2", ...this.#preload],
      env: { ...inherited(), ...this.#env, ...more },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      cwd: this.#cwd,
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

  /** Everything in the app's memory, as text; written to its folder and read back. */
  async heap(): Promise<string> {
    const before = new Set(readdirSync(this.#cwd));
    process.kill(this.pid, "SIGUSR2");
    for (;;) {
      const name = readdirSync(this.#cwd).find((one) => one.endsWith(".heapsnapshot") && !before.has(one));
      // Whole once its last bytes close the object.
      const text = name === undefined ? "" : readFileSync(join(this.#cwd, name), "utf8");
      if (text.trimEnd().endsWith("}")) return text;
      await new Promise((turn) => setTimeout(turn, 50));
    }
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

  /** SIGTERM: finishes what was begun. Resolves to its exit code, or to the signal that ended it all the same; null: it wasn't there. */
  async stop(): Promise<number | string | null> {
    const child = this.#child;
    if (child === null) return null;
    const gone = once(child, "exit") as Promise<[number | null, string | null]>;
    child.kill("SIGTERM");
    const [code, signal] = await gone;
    this.#child = null;
    return code ?? signal;
  }

  /** Sends a signal, and doesn't wait. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Says something to what was preloaded. */
  send(message: object): void {
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }
}
