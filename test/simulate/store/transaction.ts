import { type Data, committed, layoutOf, type Note } from "./data.ts";
import { cutOff, deadlock, noReference, notUnique } from "./errors.ts";
import { columnsOf, type Layout, wholeRow } from "./layout.ts";
import type { Table, Tables } from "./rows.ts";

type Values = Record<string, unknown>;
type Where<T extends Table> = (row: Tables[T]) => boolean;
/** What stands in the way of a row: another of the same, or somebody whose end decides whether there is one. */
type Seen = { row: object; columns: string[] } | { busy: Transaction };

/** How an UPDATE finds its rows, where it takes not all. */
export interface Choice<T extends Table> {
  among?: (rows: Array<Tables[T]>) => Array<Tables[T]>;
  limit?: number;
  /** Rows that another transaction holds are passed over. */
  skipLocked?: boolean;
}

const never = new Promise<never>(() => undefined);

/**
 * One transaction at READ COMMITTED (PostgreSQL documentation, 13.2.1): each statement sees what was committed when it began and the
 * transaction's own writes; a row that another transaction has written is waited for, and looked at anew. What it writes is seen by
 * others when it commits, all at once. Rows handed out are the kept ones: copy them, don't change them.
 */
export class Transaction {
  readonly #data: Data;
  readonly #writes = new Map<Table, Map<unknown, object | null>>();
  readonly #names = new Set<string>();
  #notes: Note[] = [];
  #waitsFor: Transaction | null = null;
  readonly #over = Promise.withResolvers<void>();
  /** `gone`: its process is, too, and nothing of it goes on. */
  state: "open" | "committed" | "rolled-back" | "gone" = "open";
  readonly who: string;

  constructor(data: Data, who: string) {
    this.#data = data;
    this.who = who;
    data.open.add(this);
  }

  rows<T extends Table>(table: T): Array<Tables[T]> {
    const own = this.#writes.get(table) as Map<unknown, Tables[T] | null> | undefined;
    const seen = committed(this.#data, table);
    if (own === undefined) return [...seen.values()];
    const ids = new Set([...seen.keys(), ...own.keys()]);
    return [...ids].flatMap((id) => (own.has(id) ? own.get(id) : seen.get(id)) ?? []);
  }

  /** The row where there is one, else null. */
  one<T extends Table>(table: T, where: Where<T>): Tables[T] | null {
    return this.rows(table).find(where) ?? null;
  }

  byKey<T extends Table>(table: T, id: unknown): Tables[T] | null {
    const own = this.#writes.get(table);
    if (own?.has(id) === true) return (own.get(id) ?? null) as Tables[T] | null;
    return committed(this.#data, table).get(id) ?? null;
  }

  /** Null where a row like it is there already, and that is what was asked for. */
  async insert<T extends Table>(
    table: T,
    values: object,
    otherwise: "nothing" | "fail" = "fail",
  ): Promise<Tables[T] | null> {
    const layout = layoutOf(table);
    const row = this.#fresh(layout, table, columnsOf(layout, values));
    // From the last look to the write nothing is awaited: so it is as one.
    for (let seen = this.#clash(layout, table, row); ; seen = this.#clash(layout, table, row)) {
      if (seen === null) return this.#put(layout, table, row);
      if ("busy" in seen) await this.#wait(seen.busy);
      else if (otherwise === "nothing") return null;
      else throw notUnique(table, seen.columns);
    }
  }

  /**
   * INSERT … ON CONFLICT (columns) DO UPDATE SET … WHERE …
   * @param set gives null where the row that is there is to stay as it is; then the answer is null
   */
  async insertOr<T extends Table>(
    table: T,
    values: object,
    on: string[],
    set: (old: Tables[T], excluded: Tables[T]) => object | null,
  ): Promise<{ row: Tables[T]; fresh: boolean } | null> {
    const layout = layoutOf(table);
    const row = this.#fresh(layout, table, columnsOf(layout, values));
    for (;;) {
      const seen = this.#same(layout, table, row, on) ?? this.#clash(layout, table, row);
      if (seen === null) return { row: this.#put(layout, table, row), fresh: true };
      if ("busy" in seen) await this.#wait(seen.busy);
      else if (seen.columns !== on) throw notUnique(table, seen.columns);
      else {
        const changes = set(seen.row as Tables[T], row as unknown as Tables[T]);
        if (changes === null) return null;
        const changed = this.#change(layout, table, seen.row as Tables[T], changes);
        if ("row" in changed) return { row: changed.row, fresh: false };
        await this.#wait(changed.busy);
      }
    }
  }

  /** The rows as they are after it. */
  async update<T extends Table>(
    table: T,
    where: Where<T>,
    set: (row: Tables[T]) => object,
    { among = (rows) => rows, limit = Infinity, skipLocked = false }: Choice<T> = {},
  ): Promise<Array<Tables[T]>> {
    const layout = layoutOf(table);
    const done: Array<Tables[T]> = [];
    for (const id of among(this.rows(table).filter(where)).map((row) => keyOf(layout, row))) {
      if (done.length >= limit) break;
      if (skipLocked && this.#writerOf(table, id) !== null) continue;
      for (;;) {
        const writer = this.#writerOf(table, id);
        const row = this.byKey(table, id);
        const changed =
          writer !== null
            ? { busy: writer }
            : row === null || !where(row)
              ? null
              : this.#change(layout, table, row, set(row));
        if (changed === null) break;
        if ("busy" in changed) {
          await this.#wait(changed.busy);
          continue;
        }
        done.push(changed.row);
        break;
      }
    }
    return done;
  }

  /** The rows as they were before it. */
  async remove<T extends Table>(table: T, where: Where<T>): Promise<Array<Tables[T]>> {
    const layout = layoutOf(table);
    const done: Array<Tables[T]> = [];
    for (const id of this.rows(table)
      .filter(where)
      .map((row) => keyOf(layout, row))) {
      for (let busy = this.#writerOf(table, id); busy !== null; busy = this.#writerOf(table, id))
        await this.#wait(busy);
      const row = this.byKey(table, id);
      if (row === null || !where(row)) continue;
      this.#write(table, id, null);
      done.push(row);
    }
    return done;
  }

  /** pg_advisory_xact_lock. */
  async lock(name: string): Promise<void> {
    for (;;) {
      const holder = this.#others().find((other) => other.#names.has(name));
      if (holder === undefined) break;
      await this.#wait(holder);
    }
    this.#names.add(name);
  }

  /** Of two notes that are the same, one is heard (PostgreSQL documentation, NOTIFY). */
  notify(channel: string, payload: string): void {
    if (this.#notes.some((note) => note.channel === channel && note.payload === payload)) return;
    this.#notes.push({ channel, payload });
  }

  commit(): void {
    if (this.state !== "open") return;
    for (const [table, writes] of this.#writes) {
      const rows = committed(this.#data, table) as Map<unknown, object>;
      for (const [id, row] of writes)
        if (row === null) rows.delete(id);
        else rows.set(id, row);
    }
    this.#end("committed");
    for (const note of this.#notes) for (const ear of this.#data.ears) ear(note);
  }

  /** Nothing of it happened. `gone`: whoever waits in it waits for ever; otherwise they get an error. */
  rollBack(how: "rolled-back" | "gone" = "rolled-back"): void {
    if (this.state === "open") this.#end(how);
  }

  /** Whom it waits for, by name. */
  get waitsFor(): string | null {
    return this.#waitsFor?.who ?? null;
  }

  #end(state: "committed" | "rolled-back" | "gone"): void {
    this.state = state;
    this.#waitsFor = null;
    this.#data.open.delete(this);
    this.#over.resolve();
  }

  /** The next number is taken also where nothing comes of it, as from a sequence. */
  #fresh(layout: Layout, table: Table, values: Values): Values {
    if (layout.serial === null) return wholeRow(layout, values);
    const number = (this.#data.counters.get(table) ?? 0) + 1;
    this.#data.counters.set(table, number);
    return wholeRow(layout, { ...values, [layout.serial]: number });
  }

  #put<T extends Table>(layout: Layout, table: T, row: Values): Tables[T] {
    for (const { column, table: other } of layout.references)
      if (this.rows(other as Table).every((one) => keyOf(layoutOf(other as Table), one) !== row[column]))
        throw noReference(table, column);
    this.#write(table, row[layout.key], row);
    return row as unknown as Tables[T];
  }

  #write(table: Table, id: unknown, row: object | null): void {
    const writes = this.#writes.get(table) ?? new Map<unknown, object | null>();
    this.#writes.set(table, writes.set(id, row));
  }

  /** Writes a changed row, where no other row has what has to be its own. */
  #change<T extends Table>(
    layout: Layout,
    table: T,
    row: Tables[T],
    set: object,
  ): { row: Tables[T] } | { busy: Transaction } {
    const changed = columnsOf(layout, set);
    const next = { ...row, ...changed } as Tables[T];
    const touched = layout.unique.filter((columns) => columns.some((one) => one in changed));
    const seen = this.#clash(layout, table, next as unknown as Values, touched, keyOf(layout, row));
    if (seen !== null && "busy" in seen) return seen;
    if (seen !== null) throw notUnique(table, seen.columns);
    const [before, after] = [keyOf(layout, row), keyOf(layout, next)];
    if (before !== after) this.#write(table, before, null);
    this.#write(table, after, next);
    return { row: next };
  }

  #writerOf(table: Table, id: unknown): Transaction | null {
    return this.#others().find((other) => other.#writes.get(table)?.has(id) === true) ?? null;
  }

  #clash(
    layout: Layout,
    table: Table,
    row: Values,
    unique: string[][] = layout.unique,
    besides?: unknown,
  ): Seen | null {
    for (const columns of unique) {
      const seen = this.#same(layout, table, row, columns, besides);
      if (seen !== null) return seen;
    }
    return null;
  }

  /** A row that has the same in these columns; one that others are writing, or freeing of it, has to be waited for. */
  #same(layout: Layout, table: Table, row: Values, columns: string[], besides?: unknown): Seen | null {
    if (columns.some((column) => row[column] === null)) return null;
    const same = (one: object | null | undefined): boolean =>
      one !== null && one !== undefined && columns.every((column) => (one as Values)[column] === row[column]);
    const rows = committed(this.#data, table);
    const busy = this.#others().find((other) =>
      [...(other.#writes.get(table) ?? [])].some(
        ([id, written]) => id !== besides && (same(written) || same(rows.get(id))),
      ),
    );
    if (busy !== undefined) return { busy };
    const there = this.one(table, (one) => same(one) && keyOf(layout, one) !== besides);
    return there === null ? null : { row: there, columns };
  }

  #others(): Transaction[] {
    return [...this.#data.open].filter((other) => other !== this);
  }

  async #wait(other: Transaction): Promise<void> {
    for (let next: Transaction | null = other; next !== null; next = next.#waitsFor)
      if (next === this) throw deadlock();
    this.#waitsFor = other;
    await Promise.race([other.#over.promise, this.#over.promise]);
    this.#waitsFor = null;
    if (this.state === "gone") await never;
    if (this.state !== "open") throw cutOff();
  }
}

function keyOf(layout: Layout, row: object): unknown {
  return (row as Values)[layout.key];
}
