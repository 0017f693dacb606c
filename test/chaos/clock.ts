/** Real time, which jumps ahead where there is nothing but waiting: one clock for GitHub and every instance. */
export class JumpingClock {
  #ahead = 0;
  readonly #told: (ahead: number) => void;

  constructor(told: (ahead: number) => void) {
    this.#told = told;
  }

  /** Milliseconds by which it is ahead of the machine's. */
  get ahead(): number {
    return this.#ahead;
  }

  now(): Date {
    return new Date(Date.now() + this.#ahead);
  }

  jump(ms: number): void {
    this.#ahead += ms;
    this.#told(this.#ahead);
  }
}
