/**
 * `npm run simulate -- --runs 1000 --seed 1`: so many seeds from the first on. `--store postgresql` has them on the real PostgreSQL
 * instead of rows in memory. `--replay 17` prints the history of one. `--mutant name` does it with a build that is broken on purpose,
 * and stops at the first violation; `--mutants` with each of them. `--model` plays the lease's protocol through every interleaving,
 * with `--kills` and as many removals and readings as `--programs` says.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { breakWith, mutants } from "./mutants.ts";
import { total } from "./total.ts";
import type { Total } from "./total.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    store: { type: "string", default: "memory" },
    replay: { type: "string" },
    mutant: { type: "string" },
    mutants: { type: "boolean", default: false },
    model: { type: "boolean", default: false },
    kills: { type: "string", default: "2" },
    programs: { type: "string", default: "4" },
  },
});
const runs = Number(values.runs);
const first = Number(values.seed);

if (!["memory", "postgresql"].includes(values.store)) {
  console.error(`There is no store ${values.store}. Say \`--store memory\` or \`--store postgresql\`.`);
  process.exitCode = 1;
} else if (values.mutants) process.exitCode = tryMutants();
else if (values.model) process.exitCode = await playModel();
else process.exitCode = await playSeeds();

async function playSeeds(): Promise<number> {
  if (values.mutant !== undefined) breakWith(values.mutant);
  // After the hook: whatever of the app is loaded from here on may be changed.
  const { simulate } = await import("./run.ts");
  const { open, close } = await (await import("./stores.ts")).openStores(values.store as "memory" | "postgresql");
  let seed = Number(values.replay ?? first);
  process.on("uncaughtExceptionMonitor", () => console.error(`seed ${seed}: the process ended of this:`));
  try {
    if (values.replay !== undefined) {
      const { history, violations, ends } = await simulate(seed, open);
      for (const line of history) console.log(line);
      console.log(`${history.length} steps. ${ends.join(", ")}`);
      return violations.length > 0 ? 1 : 0;
    }
    const sum = total();
    const said = progress(runs);
    for (; seed < first + runs; seed += 1) {
      const outcome = await simulate(seed, open);
      sum.add(outcome);
      said.add(sum);
      if (outcome.violations.length === 0) continue;
      console.log(`seed ${seed}: ${outcome.violations.join(" ")}`);
      if (values.mutant !== undefined) break;
    }
    for (const line of sum.lines()) console.log(line);
    return sum.violated() > 0 ? 1 : 0;
  } finally {
    await close();
  }
}

/** Tells on standard error, now and then, how far a long series is; a short one is over before there is anything to tell. */
function progress(of: number): { add(sum: Total): void } {
  const everyMs = 30_000;
  const began = performance.now();
  let [done, told] = [0, began];
  return {
    add(sum) {
      done += 1;
      const now = performance.now();
      if (done === of || now - told < everyMs) return;
      told = now;
      const left = (((now - began) / done) * (of - done)) / 60_000;
      console.error(`${done} of ${of} runs, ${sum.violated()} with violations, about ${Math.ceil(left)} minutes left`);
    },
  };
}

async function playModel(): Promise<number> {
  const { explore } = await import("../model/explore.ts");
  const { start } = await import("../model/lease-model.ts");
  const began = performance.now();
  const { states, wrong } = explore({ ...start, kills: Number(values.kills), left: Number(values.programs) });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${states} states, ${wrong.length} wrong, ${seconds} s`);
  for (const one of wrong) console.log(one);
  return wrong.length > 0 ? 1 : 0;
}

/** Each in a process of its own: what was loaded stays loaded. */
function tryMutants(): number {
  let missed = 0;
  for (const [name, { what }] of Object.entries(mutants)) {
    const given = ["--mutant", name, "--runs", String(runs), "--seed", String(first), "--store", values.store];
    const { stdout, status } = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, ...given], {
      encoding: "utf8",
    });
    const found = /^seed (\d+): (.*)$/m.exec(stdout);
    if (status === 0 || found === null) missed += 1;
    const said =
      found === null ? `NOT NOTICED in ${runs} runs` : `noticed in run ${Number(found[1]) - first + 1}: ${found[2]}`;
    console.log(`${name} (${what}): ${said}`);
  }
  return missed > 0 ? 1 : 0;
}
