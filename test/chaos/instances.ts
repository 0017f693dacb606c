import { AppProcess } from "../support/child.ts";

/** How long a SIGTERM may take, in milliseconds: what an orchestrator gives before it kills. */
export const drainMs = 30_000;

/** The processes of the app, and what became of them. */
export class Instances {
  readonly all: AppProcess[];
  /** SIGKILLs that met a living process. */
  kills = 0;
  /** Of them, while it hadn't said yet that it was ready. */
  killedStarting = 0;
  /** SIGTERMs that ended it with exit code 0. */
  drains = 0;
  readonly wrong: string[] = [];
  readonly #note: (what: string) => void;
  readonly #env: () => Record<string, string>;
  readonly #starts: Array<Promise<void> | null>;
  /** Its end was our doing. */
  readonly #killed = new Set<number>();

  constructor(all: AppProcess[], env: () => Record<string, string>, note: (what: string) => void) {
    this.all = all;
    this.#env = env;
    this.#note = note;
    this.#starts = all.map(() => null);
  }

  /** Starts one; doesn't wait until it is ready. */
  begin(index: number): void {
    const app = this.all[index];
    if (app === undefined || app.running) return;
    this.#killed.delete(index);
    this.#note(`app ${index} starts`);
    const start = app.start(this.#env()).then(
      () => this.#note(`app ${index} is ready`),
      (error: unknown) => {
        // Killed at its start; whoever did it knows.
        if (!this.#killed.has(index)) this.wrong.push(error instanceof Error ? error.message : "it didn't start");
      },
    );
    this.#starts[index] = start.finally(() => (this.#starts[index] = null));
  }

  /** Every one that should be there is ready. */
  async ready(): Promise<void> {
    await Promise.all(this.#starts.filter((start) => start !== null));
  }

  /** A living one died by itself: nobody killed it. */
  lookForTheDead(): void {
    for (const [index, app] of this.all.entries())
      if (!app.running && this.#starts[index] === null && !this.#killed.has(index)) {
        this.wrong.push(`app ${index} ended by itself:\n${app.output.join("").slice(-1500)}`);
        this.begin(index);
      }
  }

  /** SIGKILL; resolves when the process is gone. Asked twice, it is killed once. */
  async kill(index: number, where: string): Promise<void> {
    const app = this.all[index];
    if (app === undefined || !app.running) return;
    if (this.#killed.has(index)) return await app.kill();
    this.kills += 1;
    this.#killed.add(index);
    const starting = this.#starts[index] !== null;
    if (starting) this.killedStarting += 1;
    this.#note(`SIGKILL for app ${index}${starting ? ", which is starting," : ""} ${where}`);
    await app.kill();
    await this.#starts[index];
  }

  /** SIGTERM: it has to end by itself, in time, with exit code 0. */
  async drain(index: number): Promise<void> {
    const app = this.all[index];
    if (app === undefined || !app.running) return;
    await this.#starts[index];
    this.#note(`SIGTERM for app ${index}`);
    const began = performance.now();
    const code = await app.stop();
    const took = performance.now() - began;
    if (code === 0) this.drains += 1;
    else this.wrong.push(`app ${index} ended with ${code} at SIGTERM:\n${app.output.join("").slice(-1500)}`);
    if (took > drainMs) this.wrong.push(`app ${index} took ${Math.round(took)} ms to end at SIGTERM.`);
  }

  tell(message: object): void {
    for (const app of this.all) app.send(message);
  }
}
