import { runInside } from "../../../src/store/exclusive.ts";
import type { StoreLog } from "../../../src/store/log.ts";
import type { Store } from "../../../src/store/types.ts";
import { Connection, type Step } from "./connection.ts";
import { committed, makeData } from "./data.ts";
import { makeExclusive } from "./exclusive.ts";
import { makeListener } from "./listener.ts";
import { makePresence } from "./presence.ts";
import type { Table, Tables } from "./rows.ts";
import type { Session } from "./session.ts";
import { tables } from "./tables/index.ts";
import { copy } from "./values.ts";

export { databaseRefused } from "./errors.ts";
export type { Step } from "./connection.ts";

export interface ConnectOptions {
  /** See `Step`; without it everything goes on at once. */
  step?: Step;
  log?: StoreLog;
}

/** One instance of the app, as the database knows it. */
export interface MemoryConnection {
  store: Store;
  /**
   * Its process is gone: transactions are rolled back, locks and names are free, and no call of its store ever settles again. What
   * was committed stays, also where nobody was told.
   */
  kill(): void;
  /** Its connections are cut once: transactions are rolled back with an error, locks go, and it connects again by itself. */
  cut(): void;
}

/** Rows in memory that several instances share, as PostgreSQL at READ COMMITTED lets them. Knows no time and no chance. */
export interface MemoryDatabase {
  connect(name: string, options?: ConnectOptions): MemoryConnection;
  /** What is committed, in the order in which rows came; copies. For checks: no step is taken. */
  rows<T extends Table>(table: T): Array<Tables[T]>;
  /** The same rows themselves, for checks that are made at every step: nobody may change them. */
  look<T extends Table>(table: T): Iterable<Readonly<Tables[T]>>;
  /** Who waits for whom, where nothing moves: `a waits for b`, `exclusive key is waited for`. */
  waits(): string[];
}

export function createMemoryDatabase(): MemoryDatabase {
  const data = makeData();
  return {
    connect: (name, options = {}) => connect(new Connection(name, data, options.step ?? atOnce), options),
    rows: (table) => [...committed(data, table).values()].map(copy),
    look: (table) => committed(data, table).values(),
    waits: () => [
      ...[...data.open].flatMap(({ who, waitsFor }) => (waitsFor === null ? [] : [`${who} waits for ${waitsFor}`])),
      ...data.locks.contended().map((key) => `exclusive ${key} is waited for`),
    ],
  };
}

/** A store of its own in memory, for one instance. */
export function createMemoryStore(options: ConnectOptions = {}): Store {
  return createMemoryDatabase().connect("alone", options).store;
}

function connect(connection: Connection, { log }: ConnectOptions): MemoryConnection {
  const locks = makeExclusive(connection, log);
  const listener = makeListener(connection);
  const presence = makePresence(connection);
  const { present, freeAbandoned, instances } = presence;
  const store: Store = {
    ...common(connection),
    transaction: (work) =>
      runInside("a transaction", () =>
        connection.together("transaction", async (session) => await work(storeInside(session))),
      ),
    exclusive: locks.exclusive,
    listen: listener.listen,
    present,
    freeAbandoned,
    instances,
    async close() {
      presence.leave();
      listener.close();
      await connection.close();
    },
  };
  return {
    store,
    kill() {
      connection.kill();
      locks.kill();
      presence.leave();
      listener.close();
    },
    cut() {
      connection.cut();
      locks.cut();
      presence.leave();
      listener.cut();
    },
  };
}

function storeInside(session: Session): Store {
  const refused = (what: string) => (): Promise<never> =>
    Promise.reject(new Error(`${what} can't be used inside a transaction: take it outside.`));
  const store: Store = {
    ...common(session),
    transaction: (work) => work(store),
    exclusive: refused("exclusive"),
    listen: refused("listen"),
    present: refused("present"),
    freeAbandoned: refused("freeAbandoned"),
    instances: refused("instances"),
    close: refused("close"),
  };
  return store;
}

function common(session: Session) {
  return {
    ...tables(session),
    notify: (channel: string, payload: string) =>
      session.run(`notify ${channel}`, (sql) => sql.notify(channel, payload)),
    ping: () => session.run("ping", () => undefined),
  };
}

async function atOnce(): Promise<void> {
  // Whoever wants an order of their own gives a step.
}
