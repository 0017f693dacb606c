import type { Data } from "./data.ts";
import { aborted, asMetBy, closed, cutOff, over } from "./errors.ts";
import type { Session } from "./session.ts";
import { Transaction } from "./transaction.ts";

/**
 * Awaited before an operation takes effect and after it did; the names of operations are `leases.take`, `transaction.commit`, … Who
 * gives it decides the order of everything: nothing goes on until it resolves. Where it throws, `before` means that nothing took
 * effect, `after` that it did and nobody was told; both end the transaction that the operation belongs to.
 */
export type Step = (operation: string, when: "before" | "after") => Promise<void>;

const never = new Promise<never>(() => undefined);

/** One instance's way to the shared rows. */
export class Connection implements Session {
  readonly name: string;
  readonly data: Data;
  readonly #step: Step;
  readonly #open = new Set<Transaction>();
  readonly #underWay = new Set<Promise<unknown>>();
  #dead = false;
  closing = false;

  constructor(name: string, data: Data, step: Step) {
    this.name = name;
    this.data = data;
    this.#step = step;
  }

  async run<T>(operation: string, work: (sql: Transaction) => T | Promise<T>): Promise<T> {
    return await this.track(async () => {
      await this.step(operation, "before");
      const result = await this.#within(operation, work);
      await this.step(operation, "after");
      return result;
    });
  }

  async together<T>(operation: string, work: (session: Session) => Promise<T>): Promise<T> {
    return await this.track(async () => {
      await this.step(`${operation} begin`, "before");
      const transaction = this.#begin();
      const inside = new Inside(this, transaction);
      try {
        await this.step(`${operation} begin`, "after");
        const result = await work(inside);
        await inside.commit(operation);
        return result;
      } catch (error) {
        await inside.rollBack(operation);
        throw error;
      }
    });
  }

  /** Resolves when the operation may go on; never where the instance was killed. */
  async step(operation: string, when: "before" | "after"): Promise<void> {
    if (this.#dead) await never;
    await this.#step(operation, when);
    if (this.#dead) await never;
  }

  /** Transactions are rolled back, and nothing of this connection goes on. */
  kill(): void {
    this.#dead = true;
    for (const transaction of this.#open) transaction.rollBack("gone");
  }

  /** Transactions are rolled back; who is in the middle of one gets an error. */
  cut(): void {
    for (const transaction of this.#open) transaction.rollBack();
  }

  /** Nothing new is begun; resolves when what was begun is through. */
  async close(): Promise<void> {
    if (this.closing) throw closed();
    this.closing = true;
    await Promise.allSettled(this.#underWay);
    if (this.#dead) await never;
  }

  /** Work that `close` waits for. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#dead) await never;
    if (this.closing) throw closed();
    const promise = work();
    this.#underWay.add(promise);
    try {
      return await promise;
    } finally {
      this.#underWay.delete(promise);
    }
  }

  #begin(): Transaction {
    const transaction = new Transaction(this.data, this.name);
    this.#open.add(transaction);
    return transaction;
  }

  async #within<T>(operation: string, work: (sql: Transaction) => T | Promise<T>): Promise<T> {
    const transaction = this.#begin();
    try {
      const result = await work(transaction);
      await standing(transaction);
      transaction.commit();
      return result;
    } catch (error) {
      throw asMetBy(operation, error);
    } finally {
      transaction.rollBack();
      this.#open.delete(transaction);
    }
  }
}

/** One transaction as its work sees it: one statement after another, and none after one that failed. */
class Inside implements Session {
  readonly #connection: Connection;
  readonly #transaction: Transaction;
  #line: Promise<unknown> = Promise.resolve();
  #failure: { error: unknown } | null = null;
  #over = false;

  constructor(connection: Connection, transaction: Transaction) {
    this.#connection = connection;
    this.#transaction = transaction;
  }

  async run<T>(operation: string, work: (sql: Transaction) => T | Promise<T>): Promise<T> {
    const mine = this.#line.then(async () => await this.#statement(operation, work));
    this.#line = mine.catch(() => undefined);
    return await mine;
  }

  async together<T>(_operation: string, work: (session: Session) => Promise<T>): Promise<T> {
    return await work(this);
  }

  async commit(operation: string): Promise<void> {
    await this.#line;
    if (this.#failure !== null) throw this.#failure.error;
    await this.#connection.step(`${operation} commit`, "before");
    await standing(this.#transaction);
    this.#transaction.commit();
    this.#over = true;
    await this.#connection.step(`${operation} commit`, "after");
  }

  /** An error on the way changes nothing: what isn't committed when its connection ends is rolled back. */
  async rollBack(operation: string): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const step = async (when: "before" | "after"): Promise<void> =>
      await this.#connection.step(`${operation} rollback`, when).catch(() => undefined);
    await step("before");
    this.#transaction.rollBack();
    await step("after");
  }

  async #statement<T>(operation: string, work: (sql: Transaction) => T | Promise<T>): Promise<T> {
    if (this.#over) throw over();
    if (this.#failure !== null) throw asMetBy(operation, aborted());
    try {
      await this.#connection.step(operation, "before");
      await standing(this.#transaction);
      const result = await work(this.#transaction);
      await standing(this.#transaction);
      await this.#connection.step(operation, "after");
      return result;
    } catch (thrown) {
      const error = asMetBy(operation, thrown);
      this.#failure ??= { error };
      throw error;
    }
  }
}

/** Goes on where the transaction still stands; never where its instance was killed. */
async function standing(transaction: Transaction): Promise<void> {
  if (transaction.state === "gone") await never;
  if (transaction.state !== "open") throw cutOff();
}
