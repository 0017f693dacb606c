import { inspect as show } from "node:util";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Store } from "../../../src/store/types.ts";
import { layouts } from "../../simulate/store/data.ts";
import { createMemoryDatabase } from "../../simulate/store/index.ts";
import type { Table } from "../../simulate/store/rows.ts";
import { freshStore } from "../../support/database.ts";
import { called, type Operation, operationsOf, perform } from "./random/operations.ts";
import { inspect } from "./random/rows.ts";

type Step = Operation | { together: Operation[]; end: "commit" | "throw" };

/** Groups of functions whose rows have to do with each other. */
const areas = [
  ["releases", "leases"],
  ["releases", "approvals", "challenges"],
  ["releases", "audit"],
  ["tokens"],
  ["todos", "warnings", "channels"],
  ["stops", "watches", "sightings"],
  ["tasks"],
  ["inbox"],
  ["repositories", "people", "bookmarks"],
  ["sessions", "signIns", "runnerSessions", "contents", "packageContents", "secondBuilds"],
];

function historyOf(groups: string[]): fc.Arbitrary<Step[]> {
  const operation = operationsOf(groups);
  const together = fc.record({
    together: fc.array(operation, { maxLength: 5 }),
    end: fc.constantFrom("commit", "throw"),
  });
  const step: fc.Arbitrary<Step> = fc.oneof({ weight: 8, arbitrary: operation }, { weight: 1, arbitrary: together });
  return fc.array(step, { minLength: 40, maxLength: 120, size: "max" });
}

/** Functions whose rows come in no order that they promise. */
const unordered = ["challenges.pendingOf", "tokens.livePackages", "sessions.endAllOf", "warnings.given"];
const tables = [...layouts.keys()] as Table[];

/** All that a caller can see of an answer: values and types; of an error its class and code. */
async function answer(store: Store, name: string, work: Promise<unknown>): Promise<string> {
  try {
    const value = await work;
    const shown = unordered.includes(name) ? (value as unknown[]).map(whole).sort() : value;
    // What is in a set has no order.
    return whole(shown instanceof Set ? [...shown].sort() : shown);
  } catch (error) {
    const { name: kind, code } = error as { name: string; code?: string };
    return `${kind} ${code ?? ""}`;
  }
}

/**
 * Keys in an order of their own: raw rows have their columns in the order of the migrations. Not compact: what stands on one line there
 * depends on that order.
 */
function whole(value: unknown): string {
  return show(value, { depth: null, maxArrayLength: null, breakLength: Infinity, compact: false, sorted: true });
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

/** Rows in an order of their own. */
function inOrder(rows: object[]): string[] {
  return rows.map(whole).sort();
}

describe("any sequence of calls has the same answers and the same rows on PostgreSQL and in memory", () => {
  // A failing sequence is printed, made short as far as the time allows, with its seed.
  test.each(areas.map((groups) => [groups.join(", "), groups] as const))("%s", async (_name, groups) => {
    // Of its own: a sequence that is still being made short when the time is over touches nobody else's rows.
    const real = await freshStore();
    onTestFinished(() => real.close());
    const outside = await inspect(real.url, tables);
    onTestFinished(() => outside.close());
    const property = fc.asyncProperty(historyOf(groups), async (steps) => {
      await outside.empty();
      const database = createMemoryDatabase();
      const memory = database.connect("app").store;
      for (const one of steps) expect(await run(memory, one)).toEqual(await run(real.store, one));
      for (const table of tables)
        expect([table, inOrder(database.rows(table))]).toEqual([table, inOrder(await outside.rows(table))]);
    });
    await fc.assert(property, { numRuns: 6, interruptAfterTimeLimit: 40_000 });
  });
});

test("every function of every table is among the calls", () => {
  const { transaction: _a, exclusive: _b, ...store } = createMemoryDatabase().connect("app").store;
  const names = Object.entries(store).flatMap(([group, functions]) =>
    typeof functions === "function" ? [] : Object.keys(functions).map((name) => `${group}.${name}`),
  );
  expect([...called].sort()).toEqual(names.sort());
  const groups = new Set(called.map((name) => name.split(".")[0]));
  expect(new Set(areas.flat())).toEqual(groups);
});
