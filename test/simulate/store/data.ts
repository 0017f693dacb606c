import { type Layout, readLayouts } from "./layout.ts";
import { makeLocks, type Locks } from "./locks.ts";
import type { Table, Tables } from "./rows.ts";
import type { Transaction } from "./transaction.ts";

export const layouts = readLayouts();

export interface Note {
  channel: string;
  payload: string;
}

/** What all connections of one database share: committed rows, counters, who is at work. Rows are never changed, only replaced. */
export interface Data {
  tables: Map<Table, Map<unknown, object>>;
  counters: Map<Table, number>;
  /** Transactions under way, in the order they began. */
  open: Set<Transaction>;
  /** Advisory locks of sessions. */
  locks: Locks;
  /** Told of each committed transaction's notes. */
  ears: Set<(note: Note) => void>;
}

export function makeData(): Data {
  return {
    tables: new Map([...layouts.keys()].map((name) => [name as Table, new Map()])),
    counters: new Map(),
    open: new Set(),
    locks: makeLocks(),
    ears: new Set(),
  };
}

export function layoutOf(table: Table): Layout {
  const layout = layouts.get(table);
  if (layout === undefined) throw new Error(`The schema has no table ${table}.`);
  return layout;
}

export function committed<T extends Table>(data: Data, table: T): Map<unknown, Tables[T]> {
  return data.tables.get(table) as Map<unknown, Tables[T]>;
}
