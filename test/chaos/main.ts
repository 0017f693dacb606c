/**
 * `npm run chaos -- --runs 5 --seed 1`: so many stories from the first seed on, the app as processes that are killed. `--store embedded`,
 * `postgresql` or `both` (one after the other); `--instances 3` on PostgreSQL, behind a load balancer; `--kills 20` in each story.
 * `--json` prints figures alone. `--mutant name` does it with a build that is broken on purpose (test/simulate/mutants.ts). Ends with 1
 * where something was violated, after the seed and what happened.
 */
import { parseArgs } from "node:util";
import { mutants } from "../simulate/mutants.ts";
import { startStoryServer } from "./server.ts";
import { embedded } from "./stores.ts";
import type { StoreKind } from "./stores.ts";
import { playStory } from "./story.ts";
import type { Outcome } from "./story.ts";
import { lineOf, rowsOf, table } from "./total.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    store: { type: "string", default: "both" },
    instances: { type: "string", default: "1" },
    kills: { type: "string" },
    mutant: { type: "string" },
    history: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const problem = problemOf();
if (problem === null) process.exitCode = await run();
else {
  console.error(problem);
  process.exitCode = 2;
}

function problemOf(): string | null {
  const whole = (text: string | undefined): boolean => text === undefined || /^[1-9]\d{0,8}$/.test(text);
  if (!whole(values.runs) || !whole(values.seed) || !whole(values.kills))
    return "--runs, --seed and --kills take whole numbers from 1.";
  if (!["embedded", "postgresql", "both"].includes(values.store)) return "--store is embedded, postgresql or both.";
  if (!["1", "3"].includes(values.instances)) return "--instances is 1 or 3.";
  if (values.instances === "3" && values.store === "embedded")
    return "The embedded store has one instance: several need --store postgresql.";
  if (values.mutant !== undefined && mutants[values.mutant] === undefined)
    return `There is no mutant ${values.mutant}. There are: ${Object.keys(mutants).join(", ")}.`;
  return null;
}

async function run(): Promise<number> {
  const instances = Number(values.instances);
  const kinds = values.store === "both" && instances === 1 ? ["embedded", "postgresql"] : [values.store];
  const first = Number(values.seed);
  const outcomes: Outcome[] = [];
  for (let seed = first; seed < first + Number(values.runs); seed += 1)
    for (const kind of kinds)
      outcomes.push(await one(seed, kind === "embedded" ? "embedded" : "postgresql", instances));
  const rows = rowsOf(outcomes);
  if (values.json)
    console.log(JSON.stringify({ rows, stories: outcomes.map(({ history: _, ...rest }) => rest) }, null, 2));
  else for (const line of ["", ...table(rows)]) console.log(line);
  return rows.some(({ violated }) => violated > 0) ? 1 : 0;
}

async function one(seed: number, kind: StoreKind, instances: number): Promise<Outcome> {
  const server = kind === "embedded" ? null : await startStoryServer();
  try {
    const outcome = await playStory({
      ...{ seed, instances, store: server === null ? await embedded() : await server.fresh() },
      ...(values.kills === undefined ? {} : { kills: Number(values.kills) }),
      ...(values.mutant === undefined ? {} : { mutant: values.mutant }),
    });
    // Beside figures that a program reads, what people read goes to the other stream.
    const say = values.json ? console.error : console.log;
    if (values.history || outcome.violations.length > 0) for (const line of outcome.history) say(line);
    say(lineOf(outcome));
    return outcome;
  } finally {
    await server?.close();
  }
}
