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

/** The committed rows that are looked at, read again only where a statement may have changed some. */
export class CommittedRows {
  readonly #server: Watchtower;
  #rows = new Map<keyof Looked, object[]>();
  #changed = true;

  constructor(server: Watchtower) {
    this.#server = server;
  }

  changed(): void {
    this.#changed = true;
  }

  async refresh(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    const read = await this.#server.read(tables.map((table) => selects[table]));
    this.#rows = new Map(tables.map((table, index) => [table, read[index] ?? []]));
  }

  look<T extends keyof Looked>(table: T): Iterable<Readonly<Looked[T]>> {
    return (this.#rows.get(table) ?? []) as Array<Looked[T]>;
  }
}
