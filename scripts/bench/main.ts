/**
 * `npm run bench`: what was promised of speed and size, measured. Words behind it name the parts to run; `--json` prints figures for
 * programs. Ends with 1 where a figure misses its promise.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { calls } from "./calls.ts";
import { dashboard } from "./dashboard.ts";
import { doctor } from "./doctor.ts";
import type { Bench, Figure } from "./figure.ts";
import { arm } from "./arm.ts";
import { backlog } from "./backlog.ts";
import { inside } from "./inside.ts";
import { intake } from "./intake.ts";
import { live } from "./live.ts";
import { reconcile } from "./reconcile.ts";
import { start } from "./start.ts";
import { warnings } from "./warnings.ts";

const all: readonly Bench[] = [
  intake,
  arm,
  calls,
  start,
  backlog,
  reconcile,
  dashboard,
  live,
  warnings,
  doctor,
  inside,
];

// So that memory is measured from the same point each time.
setFlagsFromString("--expose_gc");
globalThis.gc = runInNewContext("gc") as NonNullable<typeof globalThis.gc>;

const words = process.argv.slice(2);
const json = words.includes("--json");
const named = words.filter((word) => !word.startsWith("-"));
const unknown = named.filter((word) => !all.some(({ name }) => name === word));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}. There are: ${all.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}

const measured: Array<{ name: string; about: string; figures: Figure[] }> = [];
for (const { name, about, run } of all.filter((one) => named.length === 0 || named.includes(one.name))) {
  if (!json) console.log(`${name}: ${about}`);
  const figures = await run();
  measured.push({ name, about, figures });
  if (!json) for (const figure of figures) console.log(line(figure));
}
if (json) console.log(JSON.stringify({ node: process.version, measured }, null, 2));
process.exitCode = measured.some(({ figures }) => figures.some(isMissed)) ? 1 : 0;

function isMissed({ value, below, above }: Figure): boolean {
  return (below !== undefined && value >= below) || (above !== undefined && value < above);
}

function line(figure: Figure): string {
  const { what, value, unit, below, above } = figure;
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value < 10 ? 2 : 1;
  const limit = below !== undefined ? `below ${below}` : above !== undefined ? `at least ${above}` : null;
  const promise = limit === null ? "" : `  ${limit} ${unit}: ${isMissed(figure) ? "NO" : "yes"}`;
  return `  ${what.padEnd(64)} ${value.toFixed(digits).padStart(8)} ${unit.padEnd(8)}${promise}`;
}
