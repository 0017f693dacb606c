import { inspect as show } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Store } from "../../../src/store/types.ts";
import { layouts } from "../../simulate/store/data.ts";
import { createMemoryDatabase } from "../../simulate/store/index.ts";
import type { Table } from "../../simulate/store/rows.ts";
import { freshStore } from "../../support/database.ts";
import { called, operation, type Operation, perform } from "./random/operations.ts";
import { inspect } from "./random/rows.ts";

type Step = Operation | { together: Operation[]; end: "commit" | "throw" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: operation },
  {
    weight: 1,
    arbitrary: fc.record({ together: fc.array(operation, { maxLength: 5 }), end: fc.constantFrom("commit", "throw") }),
  },
);

/** Functions whose rows come in no order that they promise. */
const unordered = ["challenges.pendingOf", "tokens.livePackages", "sessions.endAllOf", "warnings.given"];
const tables = [...layouts.keys()] as Table[];

/** All that a caller can see of an answer: values, types, the order of keys; of an error its class and code. */
async function answer(store: Store, name: string, work: Promise<unknown>): Promise<string> {
  try {
    const value = await work;
    const shown = unordered.includes(name) ? (value as unknown[]).map(whole).sort() : value;
    return whole(shown);
  } catch (error) {
    const { name: kind, code } = error as { name: string; code?: string };
    return `${kind} ${code ?? ""}`;
  }
}

function whole(value: unknown): string {
  return show(value, { depth: null, maxArrayLength: null, breakLength: Infinity });
}

async function run(store: Store, one: Step): Promise<string[]> {
  if (!("together" in one)) return [await answer(store, one.name, perform(store, one))];
  const answers: string[] = [];
  const work = store.transaction(async (inside) => {
    for (const each of one.together) {
      answers.push(await answer(inside, each.name, perform(inside, each)));
      // What follows a failure fails, each function in its own words.
      if (answers.at(-1)?.startsWith("Prisma") === true) return;
    }
    if (one.end === "throw") throw new RangeError("thrown");
  });
  return [...answers, await answer(store, "transaction", work)];
}

/** Rows in an order of their own, keys too: the tables' columns are in the order of their migrations. */
function inOrder(rows: object[]): string[] {
  return rows.map((row) => show(row, { depth: null, sorted: true, breakLength: Infinity })).sort();
}

test("any sequence of calls has the same answers and the same rows on PostgreSQL and in memory", async () => {
  const { store: real, url, close } = await freshStore();
  const outside = await inspect(url, tables);
  const history = fc.array(step, { minLength: 20, maxLength: 120, size: "max" });
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      await outside.empty();
      const database = createMemoryDatabase();
      const memory = database.connect("app").store;
      for (const one of steps) expect(await run(memory, one)).toEqual(await run(real, one));
      for (const table of tables)
        expect([table, inOrder(database.rows(table))]).toEqual([table, inOrder(await outside.rows(table))]);
    }),
    { numRuns: 15 },
  );
  await outside.close();
  await close();
});

test("every function of every table is among the calls", () => {
  const { transaction: _a, exclusive: _b, ...store } = createMemoryDatabase().connect("app").store;
  const names = Object.entries(store).flatMap(([group, functions]) =>
    typeof functions === "function" ? [] : Object.keys(functions).map((name) => `${group}.${name}`),
  );
  expect([...called].sort()).toEqual(names.sort());
});
