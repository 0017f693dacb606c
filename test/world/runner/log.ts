/**
 * A job's log. A line is masked at the moment it is printed, as GitHub's runner does it: what was printed before its mask was
 * added stays readable.
 */
export class JobLog {
  readonly #masks = new Set<string>();
  readonly #shown: string[] = [];
  readonly #raw: string[] = [];

  /** Every line of the value is hidden from now on. */
  mask(value: string): void {
    for (const line of [value, ...value.split(/\r?\n/)]) if (line.trim() !== "") this.#masks.add(line);
  }

  /** A line of a step's process; `::add-mask::` is obeyed and, as on GitHub, not printed. */
  line(text: string): void {
    const value = /^\s*::add-mask::(.*)$/.exec(text)?.[1];
    if (value === undefined) return this.say(text);
    this.mask(value.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%"));
    this.say("::add-mask::***");
  }

  say(text: string): void {
    this.#raw.push(text);
    this.#shown.push(this.masked(text));
  }

  /** A line of the runner's own, about values that it knows to be secret: masked in the raw log too. */
  announce(text: string): void {
    const shown = this.masked(text);
    this.#raw.push(shown);
    this.#shown.push(shown);
  }

  /** As GitHub opens a step's log: the script, the inputs and the variables, secrets masked. */
  open(title: string, script: string[], given: Record<string, string>, env: Record<string, string>): void {
    const pairs = (head: string, of: Record<string, string>): string[] =>
      Object.keys(of).length === 0 ? [] : [head, ...Object.entries(of).map(([name, value]) => `  ${name}: ${value}`)];
    const lines = [`##[group]${title}`, ...script, ...pairs("with:", given), ...pairs("env:", env), "##[endgroup]"];
    for (const line of lines) this.announce(line);
  }

  masked(text: string): string {
    let out = text;
    for (const mask of [...this.#masks].toSorted((a, b) => b.length - a.length)) out = out.replaceAll(mask, "***");
    return out;
  }

  get shown(): string {
    return this.#shown.join("\n");
  }

  get raw(): string {
    return this.#raw.join("\n");
  }
}
