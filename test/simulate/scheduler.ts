/** Something that waits for its turn. */
interface Waiting {
  who: string;
  what: string;
  go: () => void;
}

/**
 * Decides what goes on, and when. Whoever does something that others could come in between takes a step before and after it, and
 * goes on only when the step is given. Between two steps everything that can run has run, so a seed decides every interleaving.
 */
export class Scheduler {
  readonly #waiting: Waiting[] = [];
  readonly #dead = new Set<string>();
  readonly #settle: () => Promise<boolean>;
  #under = 0;

  /** @param settle resolves when nothing is under way at a server; true where something came back from it meanwhile */
  constructor(settle: () => Promise<boolean>) {
    this.#settle = settle;
  }

  /** Waits for its turn; for ever, where `who` is killed meanwhile. */
  async step(who: string, what: string): Promise<void> {
    await new Promise<void>((go) => {
      if (!this.#dead.has(who)) this.#waiting.push({ who, what, go });
    });
  }

  /** Work that leaves this thread (a request over loopback, cryptography): nothing else goes on until it is back. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.#under += 1;
    try {
      return await work();
    } finally {
      this.#under -= 1;
    }
  }

  /** Nothing of an instance goes on any more. */
  kill(who: string): void {
    this.#dead.add(who);
    for (let index = this.#waiting.length - 1; index >= 0; index -= 1)
      if (this.#waiting[index]?.who === who) this.#waiting.splice(index, 1);
  }

  /** Who waits for what, in the order in which they came. */
  waiting(): ReadonlyArray<Pick<Waiting, "who" | "what">> {
    return this.#waiting;
  }

  /** Gives the step at a place in that order. */
  give(index: number): void {
    this.#waiting.splice(index, 1)[0]?.go();
  }

  /** Resolves when everything that can run has run. */
  async quiet(): Promise<void> {
    for (let still = 0; still < 2; still += 1) {
      const before = this.#waiting.length;
      await new Promise((turn) => setImmediate(turn));
      while (this.#under > 0) await new Promise((turn) => setImmediate(turn));
      const came = await this.#settle();
      if (came || this.#waiting.length !== before) still = -1;
    }
  }
}
