import type { Queue } from "../../../../src/store/types.ts";
import type { DeliveryRow, TaskRow } from "../rows.ts";
import type { Session } from "../session.ts";
import { by, compare, copy } from "../values.ts";

type Item = DeliveryRow | TaskRow;

/** Which table is the queue, as in src/store/tables/queue.ts. */
interface Layout<T extends "Delivery" | "Task"> {
  name: "inbox" | "tasks";
  table: T;
  key: (row: Item) => string;
  what: (row: Item) => string;
  since: (row: Item) => Date;
  done: (row: Item, now: Date) => object;
}

const free = { lockedBy: null, lockedUntil: null };

/** Whether an item that waits may be claimed. */
export function isDue(row: Item, now: Date): boolean {
  return row.state === "waiting" && row.nextAt <= now && (row.lockedUntil === null || row.lockedUntil <= now);
}

export function queue<T extends "Delivery" | "Task">(session: Session, layout: Layout<T>): Omit<Queue<never>, "claim"> {
  const change = (operation: string, which: (row: Item) => boolean, set: (row: Item) => object) =>
    session.run(
      `${layout.name}.${operation}`,
      async (sql) => (await sql.update(layout.table, which as never, set as never)).length === 1,
    );
  const held = (key: string, worker: string) => (row: Item) =>
    layout.key(row) === key && row.lockedBy === worker && row.state === "waiting";
  const read = <R>(operation: string, work: (rows: Item[]) => R): Promise<R> =>
    session.run(`${layout.name}.${operation}`, (sql) => work(sql.rows(layout.table) as Item[]));

  return {
    done: (key, worker, now) => change("done", held(key, worker), (row) => layout.done(row, now)),
    failed: (key, worker, error, nextAt) =>
      change("failed", held(key, worker), (row) => ({
        ...free,
        lastError: error,
        state: nextAt === null ? "dead" : "waiting",
        nextAt: nextAt ?? row.nextAt,
      })),
    renew: (key, worker, until) => change("renew", held(key, worker), () => ({ lockedUntil: until })),
    release: (key, worker) => change("release", held(key, worker), (row) => ({ ...free, attempts: row.attempts - 1 })),
    nextDue: () =>
      read("nextDue", (rows) => {
        const due = rows
          .filter((row) => row.state === "waiting")
          .map(({ nextAt, lockedUntil }) => (lockedUntil !== null && lockedUntil > nextAt ? lockedUntil : nextAt));
        return copy(due.sort(compare)[0] ?? null);
      }),
    counts: () =>
      read("counts", (rows) => {
        const of = (state: string): number => rows.filter((row) => row.state === state).length;
        return { waiting: of("waiting"), dead: of("dead") };
      }),
    dead: (limit) =>
      read("dead", (rows) =>
        rows
          .filter((row) => row.state === "dead")
          .sort(by("-seq"))
          .slice(0, limit)
          .map((row) => {
            const { attempts, lastError } = row;
            return copy({
              key: layout.key(row),
              what: layout.what(row),
              attempts,
              lastError,
              since: layout.since(row),
            });
          }),
      ),
    revive: (key, now) =>
      change(
        "revive",
        (row) => layout.key(row) === key && row.state === "dead",
        () => ({ ...free, state: "waiting", attempts: 0, nextAt: now }),
      ),
    sweep: (before) =>
      session.run(`${layout.name}.sweep`, async (sql) => {
        const over = (row: Item): boolean => row.state === "done" && row.doneAt !== null && row.doneAt < before;
        return (await sql.remove(layout.table, over as never)).length;
      }),
  };
}
