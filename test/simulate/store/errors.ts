import { Prisma } from "../../../generated/prisma/client.ts";

/** What PostgreSQL says, in the classes and with the codes in which the real store hands it on. Messages are ours. */
function known(code: string, message: string): Error {
  return new Prisma.PrismaClientKnownRequestError(message, { code, clientVersion: "memory" });
}

/** SQLSTATE 23505. */
export const notUnique = (table: string, columns: readonly string[]): Error =>
  known("P2002", `Unique constraint failed on ${table} (${columns.join(", ")})`);

/** SQLSTATE 23503. */
export const noReference = (table: string, column: string): Error =>
  known("P2003", `Foreign key constraint violated on ${table} (${column})`);

/** SQLSTATE 40P01: two transactions wait for each other. */
export const deadlock = (): Error => known("P2034", "Transaction failed due to a write conflict or a deadlock.");

/** SQLSTATE 22021. */
export const notText = (column: string): Error => known("P2039", `${column} holds a zero byte`);

/** SQLSTATE 21000. */
export const twiceInOne = (): Error => known("P2010", "ON CONFLICT DO UPDATE command cannot affect row a second time");

/** SQLSTATE 25P02: an earlier statement of the transaction failed. */
export const aborted = (): Error => known("P2039", "current transaction is aborted");

/** Its work is through, and somebody goes on using it. */
export const over = (): Error => known("P2028", "Transaction already closed");

/** A value that doesn't fit its column, or a column that isn't there: refused before the database is asked. */
export const invalid = (message: string): Error =>
  new Prisma.PrismaClientValidationError(message, { clientVersion: "memory" });

/** The connection was cut under a statement or a transaction. */
export const cutOff = (): Error => new Error("Client has encountered a connection error and is not queryable");

export const closed = (): Error => new Error("Cannot use a pool after calling end on the pool");

/** Operations that the real store has in SQL of its own: Prisma gives each failure of theirs one code. */
const ownSql = /^(?:inbox|tasks|notify|ping)\b|^(?:tokens\.put lock|signIns\.take|sessions\.endAllOf|audit\.page)$/;

/** A failure with the code that it has where this operation meets it. */
export function asMetBy(operation: string, error: unknown): unknown {
  const known = error instanceof Prisma.PrismaClientKnownRequestError && error.code !== "P2028";
  return known && ownSql.test(operation) ? Object.assign(error, { code: "P2010" }) : error;
}

/**
 * What a caller gets while no connection can be made, for a `step` to throw: the class depends on which part of the store asked.
 */
export function databaseRefused(operation: string): Error {
  if (/^(?:exclusive|listen|present|freeAbandoned)/.test(operation))
    return Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  return asMetBy(operation, known("P1001", "Can't reach database server")) as Error;
}
