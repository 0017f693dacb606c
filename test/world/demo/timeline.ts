const colours = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: number, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);

/** The story as it happens, one line a step, with the time since its beginning. */
export class Timeline {
  readonly #began = performance.now();
  readonly lines: string[] = [];

  seconds(): string {
    return ((performance.now() - this.#began) / 1000).toFixed(1);
  }

  tell(who: string, what: string): void {
    const line = `${this.seconds().padStart(6)} s  ${who.padEnd(11)} ${what}`;
    this.lines.push(line);
    process.stdout.write(`${paint(2, `${this.seconds().padStart(6)} s`)}  ${paint(36, who.padEnd(11))} ${what}\n`);
  }

  heading(text: string): void {
    process.stdout.write(`\n${paint(1, text)}\n`);
  }

  plain(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  good(text: string): void {
    process.stdout.write(`${paint(32, "✔")} ${text}\n`);
  }

  bad(text: string): void {
    process.stdout.write(`${paint(31, "✘")} ${text}\n`);
  }
}
