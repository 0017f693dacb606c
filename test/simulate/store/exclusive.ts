import { EventEmitter } from "node:events";
import type pg from "pg";
import { lockNumber, makeLocks } from "../../../src/store/exclusive.ts";
import { quiet, type StoreLog } from "../../../src/store/log.ts";
import type { Connection } from "./connection.ts";
import { closed, cutOff } from "./errors.ts";

export interface Exclusive {
  exclusive<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** The locks go; work under them goes on and is told only at its end, as with the real store. */
  cut(): void;
  /** The locks go. */
  kill(): void;
}

/** The real `exclusive`, on connections that know its two statements and nothing else. */
export function makeExclusive(connection: Connection, log: StoreLog = quiet): Exclusive {
  const clients = new Set<LockClient>();
  const names = new Map<string, string>();
  const nameOf = (number: string): string => names.get(number) ?? number;
  const pool = {
    connect: async (): Promise<LockClient> => {
      if (connection.closing) throw closed();
      const client = new LockClient(connection, nameOf, () => clients.delete(client));
      clients.add(client);
      return await Promise.resolve(client);
    },
  };
  const { exclusive } = makeLocks(pool as unknown as pg.Pool, log);
  return {
    exclusive(key, work) {
      names.set(lockNumber(key), key);
      return connection.track(() => exclusive(key, work));
    },
    cut: () => clients.forEach((client) => client.cut()),
    kill: () => clients.forEach((client) => connection.data.locks.drop(client)),
  };
}

class LockClient extends EventEmitter {
  readonly #connection: Connection;
  readonly #nameOf: (number: string) => string;
  readonly #gone: () => void;
  readonly #broken = Promise.withResolvers<never>();

  constructor(connection: Connection, nameOf: (number: string) => string, gone: () => void) {
    super();
    this.#connection = connection;
    this.#nameOf = nameOf;
    this.#gone = gone;
    this.#broken.promise.catch(() => undefined);
  }

  async query(sql: string, [number = ""]: string[] = []): Promise<void> {
    if (sql.includes("pg_advisory_unlock_all")) return await this.#step("exclusive let go", () => this.#drop());
    const key = this.#nameOf(number);
    await this.#step(`exclusive ${key}`, () => this.#connection.data.locks.take(key, this));
  }

  release(): void {
    this.#drop();
    this.#gone();
  }

  cut(): void {
    this.#drop();
    this.#broken.reject(cutOff());
    this.emit("error", cutOff());
  }

  #drop(): void {
    this.#connection.data.locks.drop(this);
  }

  async #step(operation: string, effect: () => Promise<void> | void): Promise<void> {
    await this.#connection.step(operation, "before");
    await Promise.race([effect(), this.#broken.promise]);
    await this.#connection.step(operation, "after");
  }
}
