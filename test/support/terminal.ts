import { PassThrough } from "node:stream";
import { run } from "../../src/cli/run.ts";

/** The command line at a terminal, in this process: what is shown can be waited for, and answered. */
export class Terminal {
  readonly stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  readonly stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
  readonly stderr = Object.assign(new PassThrough(), { isTTY: true });
  shown = "";
  #seen = 0;
  #look: () => void = () => undefined;

  constructor(columns = 120) {
    this.stdout.columns = columns;
    for (const stream of [this.stdout, this.stderr])
      stream.on("data", (chunk: Buffer) => {
        this.shown += chunk.toString();
        this.#look();
      });
  }

  /** Runs a command; resolves to its exit status. */
  async run(args: string[], env: Record<string, string>, now: () => Date): Promise<number> {
    const { stdin, stdout, stderr } = this;
    return await run({ args, env, stdin, stdout, stderr, now });
  }

  /** Until a text is shown that wasn't there at the last look; returns all that came since, up to its end. */
  async until(text: string): Promise<string> {
    for (;;) {
      const at = this.shown.indexOf(text, this.#seen);
      if (at >= 0) {
        const since = this.shown.slice(this.#seen, at + text.length);
        this.#seen = at + text.length;
        return since;
      }
      await new Promise<void>((resolve) => (this.#look = resolve));
    }
  }

  /** Waits for a question, and types an answer. */
  async answer(question: string, text: string): Promise<void> {
    await this.until(question);
    // Whoever asks listens from the next turn on.
    await new Promise((turn) => setImmediate(turn));
    this.stdin.write(`${text}\r`);
  }
}
