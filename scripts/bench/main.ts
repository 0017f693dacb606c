/**
 * `npm run bench`: what was promised of speed and size, measured. Words behind it name the parts to run; `--json` prints figures for
 * programs. Ends with 1 where a figure is above its promise.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { dashboard } from "./dashboard.ts";
import type { Bench, Figure } from "./figure.ts";
import { live } from "./live.ts";
import { warnings } from "./warnings.ts";

const all: readonly Bench[] = [dashboard, live, warnings];

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
process.exitCode = measured.some(({ figures }) => figures.some(isAbove)) ? 1 : 0;

function isAbove({ value, below }: Figure): boolean {
  return below !== undefined && value >= below;
}

function line(figure: Figure): string {
  const { what, value, unit, below } = figure;
  const shown = value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
  const promise = below === undefined ? "" : `  below ${below} ${unit}: ${isAbove(figure) ? "NO" : "yes"}`;
  return `  ${what.padEnd(64)} ${shown.padStart(8)} ${unit.padEnd(8)}${promise}`;
}
