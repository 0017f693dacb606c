import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";

/** Something that the server is asked for. */
interface Asked {
  /** The server's process that works on it; null where a connection is made or ended, which waits for no lock. */
  pid: number | null;
  /** Sends it. Resolves when the answer, or an error, is there. */
  go: () => Promise<unknown>;
  answered: Promise<unknown>;
  isAnswered: boolean;
  /** Gives the answer to whoever asked. */
  deliver: () => void;
}

/** Milliseconds after which it is looked at whether an answer comes at all; a wait is believed when it has lasted about twice as long. */
const patience = 8;

/**
 * What goes to the server, one after another in the order in which it was asked for: the next when the one before has come back and
 * everything that follows from it has run. One that waits for a lock is passed over; when the lock is its own it comes back after
 * whatever let the lock go, and of several that come back the one that asked first is first. So the same questions have the same
 * order, however long each takes.
 */
export class AtServer {
  readonly #waiting: () => Promise<ReadonlySet<number>>;
  readonly #line: Asked[] = [];
  /** What waits for a lock, in the order in which it asked. */
  #passedOver: Asked[] = [];
  #working: Promise<void> | null = null;

  /** @param waiting the server's processes that wait for a lock which another holds */
  constructor(waiting: () => Promise<ReadonlySet<number>>) {
    this.#waiting = waiting;
  }

  async ask<T>(pid: number | null, work: () => Promise<T>): Promise<T> {
    const [answer, delivered] = [Promise.withResolvers<T>(), Promise.withResolvers<void>()];
    answer.promise.catch(() => undefined);
    const asked: Asked = {
      ...{ pid, isAnswered: false, deliver: delivered.resolve },
      go: async () => await work().then(answer.resolve, answer.reject),
      answered: answer.promise.then(
        () => (asked.isAnswered = true),
        () => (asked.isAnswered = true),
      ),
    };
    this.#line.push(asked);
    this.#working ??= this.#work();
    await delivered.promise;
    return await answer.promise;
  }

  /** Resolves when nothing is under way but what waits for a lock that somebody else has to let go; true where something was. */
  async settle(): Promise<boolean> {
    if (this.#working === null) return false;
    await this.#working;
    return true;
  }

  async #work(): Promise<void> {
    for (;;) {
      const next = await this.#next();
      if (next === null && this.#line.length === 0) break;
      next?.deliver();
      // Everything that follows from it runs, and may ask for more.
      await turn();
      await turn();
    }
    this.#working = null;
  }

  /** The next answer; null where none comes by itself. */
  async #next(): Promise<Asked | null> {
    for (let asked = this.#line.shift(); asked !== undefined; asked = this.#line.shift()) {
      void asked.go();
      if (await this.#comesBack(asked)) return asked;
      this.#passedOver.push(asked);
    }
    for (const asked of this.#passedOver) {
      if (!(await this.#comesBack(asked))) continue;
      this.#passedOver = this.#passedOver.filter((one) => one !== asked);
      return asked;
    }
    return null;
  }

  /** Waits for its answer; false where it waits for a lock. */
  async #comesBack(asked: Asked): Promise<boolean> {
    // One that was passed over before is looked at at once.
    let first = !this.#passedOver.includes(asked);
    for (;;) {
      if (first) await Promise.race([asked.answered, delay(patience)]);
      first = true;
      if (asked.isAnswered) return true;
      if (asked.pid !== null && (await this.#waiting()).has(asked.pid)) return asked.isAnswered;
    }
  }
}
