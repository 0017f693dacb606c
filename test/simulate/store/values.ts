/** A value of its own: changing it changes nothing stored. */
export function copy<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return new Date(value.getTime()) as T;
  if (value instanceof Uint8Array) return new Uint8Array(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => copy(each)) as T;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each as unknown)])) as T;
}

/**
 * A JSON value as a `jsonb` column keeps it: what JSON can't say is gone, and keys are in order of their length, then of their bytes
 * (PostgreSQL documentation, 8.14 "JSON Types": jsonb does not preserve the order of object keys).
 */
export function jsonb(value: unknown): unknown {
  return inOrder(JSON.parse(JSON.stringify(value ?? null)));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, inOrder(each)] as const);
  const size = (key: string): number => Buffer.byteLength(key);
  return Object.fromEntries(entries.sort(([a], [b]) => size(a) - size(b) || compare(a, b)));
}

/** SQL's ascending order: NULL last, text by code point (the embedded server's C.UTF-8). */
export function compare(a: unknown, b: unknown): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === "string" && typeof b === "string")
    return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
  const [one, other] = [Number(a), Number(b)];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** For `sort`: by these columns, one after another; `-` before a name means descending. */
export function by<Row extends object>(...columns: string[]): (a: Row, b: Row) => number {
  const read = (row: Row, column: string): unknown => (row as Record<string, unknown>)[column] ?? null;
  return (a, b) => {
    for (const column of columns) {
      const name = column.replace(/^-/, "");
      const order = compare(read(a, name), read(b, name));
      if (order !== 0) return name === column ? order : -order;
    }
    return 0;
  };
}
