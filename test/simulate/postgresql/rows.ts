import type { Looked } from "../database.ts";
import type { Watchtower } from "./server.ts";

/** What is read of each table, in the order in which rows came. */
const selects: Record<keyof Looked, string> = {
  Release: `select * from "Release" order by number`,
  Lease: `select * from "Lease" order by "takenAt", id`,
  Approval: `select * from "Approval" order by "givenAt", id`,
  Stop: `select * from "Stop" order by "beganAt", id`,
  Delivery: `select guid, event, state, "nextAt", "lockedUntil", "lastError" from "Delivery" order by seq`,
  Task: `select key, state, "nextAt", "lockedUntil", "lastError" from "Task" order by seq`,
};
const tables = Object.keys(selects) as Array<keyof Looked>;

/** The committed rows that are looked at. A table is read again only where a statement may have changed it. */
export class CommittedRows {
  readonly #server: Watchtower;
  readonly #rows = new Map<keyof Looked, object[]>();
  readonly #changed = new Set<string>(tables);

  constructor(server: Watchtower) {
    this.#server = server;
  }

  changed(table: string): void {
    this.#changed.add(table);
  }

  async refresh(): Promise<void> {
    const anew = tables.filter((table) => this.#changed.has(table));
    this.#changed.clear();
    if (anew.length === 0) return;
    const read = await this.#server.read(anew.map((table) => selects[table]));
    for (const [index, table] of anew.entries()) this.#rows.set(table, read[index] ?? []);
  }

  look<T extends keyof Looked>(table: T): Iterable<Readonly<Looked[T]>> {
    return (this.#rows.get(table) ?? []) as Array<Looked[T]>;
  }
}
