import { shown } from "../shown.ts";
import { readYaml } from "../yaml.ts";
import type { YamlLimits } from "../yaml.ts";
import { isTable, own, Unfit } from "./unfit.ts";
import type { Table } from "./unfit.ts";

/** Texts of called workflows, by what stands below `uses:`, as they are at the commit that runs. One that couldn't be read is missing. */
export type Called = ReadonlyMap<string, string>;

/** GitHub's own limit of workflows that call workflows that call workflows. */
const deepest = 10;

/**
 * Refuses a job that calls a workflow, unless it is told from the called files that none of their jobs can be on the environment. Only
 * there the secret can be read; that it isn't handed over by name is looked at in the job that calls.
 */
export function refuseCalling(
  key: string,
  uses: unknown,
  environment: string,
  called: Called,
  limits: YamlLimits,
): void {
  const path = ["jobs", key, "uses"];
  const target = typeof uses === "string" ? uses : "";
  if (!target.startsWith("./") && !/@[0-9a-f]{40}$/i.test(target))
    throw new Unfit(
      path,
      `the job ${shown(key)} calls another workflow that isn't pinned to a full commit SHA, so it can change between approval and run: put its steps into this file.`,
    );
  const why = mayReach(target, environment, called, limits, 0);
  if (why !== null)
    throw new Unfit(path, `the job ${shown(key)} calls another workflow, ${why}: put its steps into this file.`);
}

/** Why a called workflow may reach the environment; null: it surely doesn't. */
function mayReach(uses: string, environment: string, called: Called, limits: YamlLimits, depth: number): string | null {
  const text = called.get(uses);
  if (text === undefined || depth > deepest)
    return "which could use the environment too, and which Countersign hasn't read";
  const read = readYaml(text, limits);
  const jobs = read.ok && isTable(read.file.value) ? own(read.file.value, "jobs") : undefined;
  if (!isTable(jobs)) return "which can't be read, so it could use the environment too";
  for (const job of Object.values(jobs)) {
    if (!isTable(job)) return "which can't be read, so it could use the environment too";
    const why = jobReaches(job, environment);
    if (why !== null) return why;
    const inner = own(job, "uses");
    if (inner === undefined) continue;
    // `./` in a called file of another repository is that repository's.
    if (typeof inner !== "string" || !uses.startsWith("./") || !inner.startsWith("./"))
      return "which calls a further one that could use the environment too";
    const further = mayReach(inner, environment, called, limits, depth + 1);
    if (further !== null) return further;
  }
  return null;
}

function jobReaches(job: Table, environment: string): string | null {
  const value = own(job, "environment");
  const name = isTable(value) ? own(value, "name") : value;
  if (name === undefined || name === null) return null;
  if (typeof name !== "string" || name.includes("${{")) return "whose environment is only known when it runs";
  const same = name.normalize("NFC").trim().toLowerCase() === environment.normalize("NFC").toLowerCase();
  return same ? "which has a job on the environment too" : null;
}
