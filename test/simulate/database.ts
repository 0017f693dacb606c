import type { Store } from "../../src/store/types.ts";
import { createMemoryDatabase, type Step } from "./store/index.ts";
import type { DeliveryRow, Tables, TaskRow } from "./store/rows.ts";

type Queued = "state" | "nextAt" | "lockedUntil" | "lastError";

/** The rows that a run looks at, with the columns that it looks at. */
export interface Looked extends Pick<Tables, "Release" | "Lease" | "Approval" | "Stop"> {
  Delivery: Pick<DeliveryRow, Queued | "guid" | "event">;
  Task: Pick<TaskRow, Queued | "key">;
}

/** What is committed, for checks: no step is taken, and nobody may change it. */
export interface Rows {
  look<T extends keyof Looked>(table: T): Iterable<Readonly<Looked[T]>>;
}

/** One instance's way to the rows that all instances of a run share. */
export interface RunConnection {
  store: Store;
  /** Its process is gone, and what it had begun and held with it. No call of its store settles any more. */
  kill(): Promise<void>;
  /** Its connections are lost once. It makes others by itself. */
  cut(): Promise<void>;
}

/** The rows of one run, whichever store keeps them. */
export interface RunDatabase extends Rows {
  /** Without a step everything goes on at once. */
  connect(name: string, step?: Step): Promise<RunConnection>;
  /**
   * Resolves when nothing that the store was asked for is under way: each statement has come back, or waits for what another
   * instance holds. True where one came back meanwhile.
   */
  settle(): Promise<boolean>;
  /** Has `look` give what is committed now. */
  refresh(): Promise<void>;
}

/** Rows for one run, empty. */
export type OpenDatabase = () => Promise<RunDatabase>;

/** Rows in memory: nothing leaves this thread, so nothing is ever under way, and every look is the present one. */
export const inMemory: OpenDatabase = async () => {
  const database = createMemoryDatabase();
  return await Promise.resolve({
    async connect(name, step) {
      const { store, kill, cut } = database.connect(name, step === undefined ? {} : { step });
      const now = async (work: () => void): Promise<void> => await Promise.resolve(work());
      return await Promise.resolve({ store, kill: () => now(kill), cut: () => now(cut) });
    },
    look: (table) => database.look(table),
    settle: () => Promise.resolve(false),
    refresh: () => Promise.resolve(),
  });
};
