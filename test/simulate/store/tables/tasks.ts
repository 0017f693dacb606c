import { type NewTask, type StoredTask, type Tasks, unhurried } from "../../../../src/store/types.ts";
import { twiceInOne } from "../errors.ts";
import type { TaskRow } from "../rows.ts";
import type { Session } from "../session.ts";
import { by, copy } from "../values.ts";
import { isDue, queue } from "./queue.ts";

export function tasks(session: Session): Tasks {
  async function claim(operation: string, which: (task: TaskRow) => boolean, ...ask: Parameters<Tasks["claim"]>) {
    const [worker, limit, now, until] = ask;
    return await session.run(operation, async (sql) => {
      const claimed = await sql.update(
        "Task",
        (row) => isDue(row, now) && which(row),
        (row) => ({ lockedBy: worker, lockedUntil: until, attempts: row.attempts + 1 }),
        { among: (due) => due.sort(by("seq")), limit, skipLocked: true },
      );
      return claimed.sort(by("seq")).map(asClaimed);
    });
  }
  const isUnhurried = ({ kind }: TaskRow): boolean => unhurried.includes(kind);

  return {
    ...queue(session, {
      name: "tasks",
      table: "Task",
      key: (row) => (row as TaskRow).key,
      what: (row) => (row as TaskRow).kind,
      since: (row) => (row as TaskRow).createdAt,
      done: (row, now) => ({
        ...((row as TaskRow).againAt === null
          ? { state: "done", doneAt: now }
          : { state: "waiting", doneAt: null, nextAt: (row as TaskRow).againAt, attempts: 0 }),
        ...{ againAt: null, lockedBy: null, lockedUntil: null, lastError: null },
      }),
    }),
    add: async (task) => (await add(session, "tasks.add", [task])) === 1,
    addAll: async (all) => await add(session, "tasks.addAll", all),
    async addOnce(task) {
      const added = await session.run(
        "tasks.addOnce",
        async (sql) => (await sql.insertOr("Task", newRow(task), ["key"], () => null)) !== null,
      );
      if (added) await wake(session, "tasks.addOnce");
      return added;
    },
    claim: (...ask) => claim("tasks.claim", (row) => !isUnhurried(row), ...ask),
    claimUnhurried: (...ask) => claim("tasks.claimUnhurried", isUnhurried, ...ask),
  };
}

/** The workers are woken by a second statement, as in the real store: between the two a process may die. */
async function wake(session: Session, operation: string): Promise<void> {
  await session.run(`${operation} notify`, (sql) => sql.notify("inbox", ""));
}

async function add(session: Session, operation: string, all: NewTask[]): Promise<number> {
  if (all.length === 0) return 0;
  const added = await session.run(operation, async (sql) => {
    const touched = new Set<string>();
    let count = 0;
    for (const task of all) {
      const stored = await sql.insertOr("Task", newRow(task), ["key"], (old, excluded) => {
        if (touched.has(old.key)) throw twiceInOne();
        return askedAgain(old, excluded);
      });
      touched.add(task.key);
      if (stored !== null && stored.row.againAt === null) count += 1;
    }
    return count;
  });
  if (added > 0) await wake(session, operation);
  return added;
}

/** What becomes of one that is there: null where it stays as it is. */
function askedAgain(old: TaskRow, { id, kind, payload, createdAt, nextAt }: TaskRow): Partial<TaskRow> | null {
  if (old.state !== "waiting")
    return {
      ...{ id, kind, payload, createdAt, nextAt, attempts: 0, lastError: null, againAt: null, doneAt: null },
      state: "waiting",
    };
  if (old.lockedBy === null) return null;
  const againAt = old.againAt !== null && old.againAt < nextAt ? old.againAt : nextAt;
  return { kind, payload, againAt };
}

function newRow({ id, kind, key, payload, createdAt, nextAt }: NewTask): object {
  return { id, kind, key, payload: payload ?? null, createdAt, nextAt, state: "waiting", attempts: 0 };
}

function asClaimed({ id, kind, key, payload, createdAt, attempts }: TaskRow): StoredTask {
  return copy({ id, kind, key, payload, createdAt, attempts });
}
