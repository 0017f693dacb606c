import type { Transaction } from "./transaction.ts";

/** What the tables' functions run on: a connection, each statement for itself, or one transaction of it. */
export interface Session {
  /** One statement, with a step before and after it. All of it, or nothing and the error that the real store gives. */
  run<T>(operation: string, work: (sql: Transaction) => T | Promise<T>): Promise<T>;
  /** Several statements in a transaction: the one it is in already, or one of its own. */
  together<T>(operation: string, work: (session: Session) => Promise<T>): Promise<T>;
}
