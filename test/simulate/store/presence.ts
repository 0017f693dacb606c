import type { Connection } from "./connection.ts";

export interface Presence {
  present(name: string): Promise<void>;
  freeAbandoned(): Promise<number>;
  instances(): Promise<number>;
  leave(): void;
}

/** As src/store/presence.ts has it: a name is a lock, and whoever gets it knows that the worker of that name is gone. */
export function makePresence(connection: Connection): Presence {
  const { locks } = connection.data;
  const owner = {};

  async function freeIfGone(table: "Delivery" | "Task", name: string): Promise<number> {
    const me = {};
    const key = lockOf(name);
    if (!(await connection.run("freeAbandoned try", () => locks.tryTake(key, me)))) return 0;
    try {
      return await connection.run("freeAbandoned", async (sql) => {
        const held = (row: { state: string; lockedBy: string | null }): boolean =>
          row.state === "waiting" && row.lockedBy === name;
        return (await sql.update(table, held, () => ({ lockedBy: null, lockedUntil: null }))).length;
      });
    } finally {
      locks.letGo(key, me);
    }
  }

  return {
    present: (name) => connection.run("present", async () => await locks.take(lockOf(name), owner)),
    async freeAbandoned() {
      let freed = 0;
      for (const table of ["Delivery", "Task"] as const) {
        const names = await connection.run("freeAbandoned look", (sql) =>
          sql
            .rows(table)
            .flatMap(({ state, lockedBy }) => (state === "waiting" && lockedBy !== null ? [lockedBy] : [])),
        );
        for (const name of new Set(names)) freed += await freeIfGone(table, name);
      }
      return freed;
    },
    instances: () =>
      connection.run("instances", () => Math.max(1, locks.held().filter((key) => key.startsWith(lockOf(""))).length)),
    leave: () => locks.drop(owner),
  };
}

function lockOf(name: string): string {
  return `worker:${name}`;
}
