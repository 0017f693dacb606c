const colours = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: number, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

/** The story as it happens, one line a step, with the time since its beginning. */
export class Timeline {
  readonly #began = performance.now();
  readonly #write: (text: string) => void;
  readonly lines: string[] = [];

  constructor(write: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#write = write;
  }

  seconds(): string {
    return ((performance.now() - this.#began) / 1000).toFixed(1);
  }

  tell(who: string, what: string): void {
    const line = `${this.seconds().padStart(6)} s  ${who.padEnd(11)} ${what}`;
    this.lines.push(line);
    this.#write(`${paint(2, `${this.seconds().padStart(6)} s`)}  ${paint(36, who.padEnd(11))} ${what}\n`);
  }

  heading(text: string): void {
    this.#line(`\n${paint(1, text)}`, text);
  }

  plain(text: string): void {
    this.#line(text);
  }

  good(text: string): void {
    this.#line(`${paint(32, "✔")} ${text}`, text);
  }

  bad(text: string): void {
    this.#line(`${paint(31, "✘")} ${text}`, text);
  }

  #line(painted: string, text = painted): void {
    this.lines.push(text);
    this.#write(`${painted}\n`);
  }
}
