import { Prisma } from "../../generated/prisma/client.ts";

/** A row as the product knows it: GitHub's ids are numbers, not bigints. */
export type Plain<Row> = {
  [Key in keyof Row]: Row[Key] extends bigint ? number : Row[Key] extends bigint | null ? number | null : Row[Key];
};

/** The one place where a BIGINT becomes a number. Throws where it would lose digits (GitHub's ids stay far below that). */
export function plain<Row extends object>(row: Row): Plain<Row> {
  const entries = Object.entries(row).map(([key, value]) => [key, typeof value === "bigint" ? toNumber(value) : value]);
  return Object.fromEntries(entries) as Plain<Row>;
}

/** A number that came as a BIGINT. */
export function toNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`The id ${value} is too large for a number.`);
  return number;
}

/** JSON for a column that may be empty; Prisma tells SQL's NULL from JSON's null. */
export function json(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === null || value === undefined ? Prisma.DbNull : (value as Prisma.InputJsonValue);
}

/** The patch without the keys that nobody may change. */
export function without<Patch extends object, Key extends keyof Patch>(patch: Patch, ...keys: Key[]): Omit<Patch, Key> {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !keys.includes(key as Key))) as Omit<Patch, Key>;
}

/** What the tables' functions run on: the client, or one transaction of it. */
export type Database = Prisma.TransactionClient;

/** Runs work in a transaction: the one it is in already, or one of its own. */
export type Together = <T>(work: (database: Database) => Promise<T>) => Promise<T>;
