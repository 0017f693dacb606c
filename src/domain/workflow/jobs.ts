import { shown } from "../shown.ts";
import type { YamlLimits } from "../yaml.ts";
import { refuseCalling } from "./called.ts";
import type { Called } from "./called.ts";
import { usesSecret } from "./secret-use.ts";
import { isTable, own, Unfit } from "./unfit.ts";
import type { Table } from "./unfit.ts";

/**
 * The one job on the environment. Nothing else may reach environment or secret: a second job, a matrix, or a called workflow,
 * which could hold such a job unseen.
 */
export function publishingJob(
  root: Table,
  place: { environment: string; secret: string; secondBuild?: boolean },
  called: Called,
  limits: YamlLimits,
): { key: string; name: string } {
  const jobs = own(root, "jobs");
  const entries = isTable(jobs)
    ? Object.entries(jobs).filter((entry): entry is [string, Table] => isTable(entry[1]))
    : [];
  const using = entries.filter(([key, job]) => isOn(job, key, place.environment));
  const [first, second] = using;
  const environment = shown(place.environment);
  if (first === undefined)
    throw new Unfit(
      ["jobs"],
      `no job uses the environment ${environment}: add \`environment: ${place.environment.replaceAll("`", "")}\` to the publishing job.`,
    );
  if (second !== undefined)
    throw new Unfit(
      ["jobs", second[0]],
      `two jobs (${shown(first[0])} and ${shown(second[0])}) use the environment ${environment}; the secret may reach only one: merge them.`,
    );
  if (own(first[1], "uses") !== undefined)
    throw new Unfit(
      ["jobs", first[0], "uses"],
      `the job ${shown(first[0])} on the environment calls another workflow: put its steps into this file.`,
    );
  for (const [key, job] of entries) {
    const uses = own(job, "uses");
    if (uses !== undefined) refuseCalling(key, uses, place.environment, called, limits);
  }
  refuseOtherUse(root, entries, first[0], place);
  if (place.secondBuild === true) wantSecondBuild(entries);
  return plainJob(first[0], first[1], entries);
}

/** GitHub compares environments' names without regard to case. */
function isOn(job: Table, key: string, wanted: string): boolean {
  const name = environmentOf(own(job, "environment"), ["jobs", key, "environment"]);
  return name !== null && name.normalize("NFC").toLowerCase() === wanted.normalize("NFC").toLowerCase();
}

function environmentOf(value: unknown, path: string[]): string | null {
  if (value === undefined || value === null) return null;
  if (isTable(value)) {
    const deployment = own(value, "deployment");
    if (deployment !== undefined && deployment !== null && deployment !== true)
      throw new Unfit(
        [...path, "deployment"],
        "`deployment: false` makes GitHub fail a job that a protection rule holds: remove that line.",
      );
    return environmentOf(own(value, "name") ?? "", [...path, "name"]);
  }
  if (typeof value !== "string") throw new Unfit(path, "the environment's name isn't a text: write it in quotes.");
  if (value.includes("${{"))
    throw new Unfit(
      path,
      "the environment's name is an expression, so nobody can tell which jobs reach the secret: write the name out.",
    );
  if (value !== value.trim() || value === "")
    throw new Unfit(path, "the environment's name is empty, or begins or ends with a space: write just the name.");
  return value;
}

function refuseOtherUse(
  root: Table,
  entries: Array<[string, Table]>,
  publishing: string,
  place: { environment: string; secret: string },
): void {
  const other = entries.find(([key, job]) => key !== publishing && usesSecret(job, place.secret));
  if (other !== undefined)
    throw new Unfit(
      ["jobs", other[0]],
      `the job ${shown(other[0])} uses \`secrets.${place.secret}\` outside the environment ${shown(place.environment)}, where it is empty: only the publishing job may use it.`,
    );
  const top = ["env", "defaults", "concurrency", "run-name"].find((key) => usesSecret(own(root, key), place.secret));
  if (top !== undefined)
    throw new Unfit(
      [top],
      `it hands \`secrets.${place.secret}\` to every job and step: move that into the one step that publishes.`,
    );
}

/** A release that is to be built twice would wait in vain, with its secret in place, where no job does that. */
function wantSecondBuild(entries: Array<[string, Table]>): void {
  const found = entries.find(([, job]) => tellsBuild(own(job, "steps")));
  if (found === undefined)
    throw new Unfit(
      ["jobs"],
      "the policy asks for a second build (`secondBuild: true`), and no job tells of one: build the package in a job of its own, without an environment, and end it with Countersign's `second-build` step.",
    );
  const [key, job] = found;
  if (own(job, "environment") !== undefined)
    throw new Unfit(
      ["jobs", key, "environment"],
      `the job ${shown(key)} tells of the second build, so it must not have an environment: remove that line.`,
    );
}

function tellsBuild(steps: unknown): boolean {
  return (
    Array.isArray(steps) &&
    steps.some((step) => isTable(step) && /^[^/@]+\/[^/@]+\/(?:action\/)?second-build@/.test(String(own(step, "uses"))))
  );
}

function plainJob(key: string, job: Table, entries: Array<[string, Table]>): { key: string; name: string } {
  if (own(job, "strategy") !== undefined)
    throw new Unfit(
      ["jobs", key, "strategy"],
      `the job ${shown(key)} has a \`strategy\`, so the secret could reach several jobs: publish from a single job.`,
    );
  const name = nameOf(key, job);
  if (name === null)
    throw new Unfit(
      ["jobs", key, "name"],
      `the name of the job ${shown(key)} isn't a fixed text, so the job can't be told apart in the run: write the name out.`,
    );
  const twin = entries.find(
    ([other, its]) => other !== key && (nameOf(other, its) === name || isOfCalled(name, other, its)),
  );
  if (twin !== undefined)
    throw new Unfit(
      ["jobs", twin[0]],
      `the job ${shown(twin[0])} is shown under the same name as the publishing job, ${shown(name)}: give it another \`name\`.`,
    );
  return { key, name };
}

/** Whether GitHub may list a job of a called workflow under a name: `<the job that calls> / <the called job>`. */
function isOfCalled(name: string, key: string, job: Table): boolean {
  if (own(job, "uses") === undefined) return false;
  const caller = nameOf(key, job);
  return caller === null ? name.includes(" / ") : name.startsWith(`${caller} / `);
}

/** The name in GitHub's list of jobs; null where it is only known when the job runs. */
function nameOf(key: string, job: Table): string | null {
  const name = own(job, "name");
  if (name === undefined || name === null || name === "") return key;
  return typeof name === "string" && !name.includes("${{") && name === name.trim() ? name : null;
}
