import { either, shown } from "../../shown.ts";
import type { Finding } from "../report.ts";
import type { Checked } from "./check.ts";
import { capital, finding, jobSaid } from "./look.ts";
import { isSameName, lineOf } from "./model.ts";
import type { Job, Workflow } from "./model.ts";
import { publishingsOf } from "./publish-acts.ts";
import { pinsOf } from "./pins.ts";
import { publishesOutside } from "./rules/publishing.ts";
import { inherits, secretUses } from "./rules/token.ts";
import { strangers } from "./rules/triggers.ts";

type Places = ReadonlyArray<{ environment: string; secret: string }>;

/** What matters to publishing in a workflow that no policy names. Of one that has nothing to do with it nothing is said. */
export function otherFindings(workflow: Workflow, places: Places): Checked {
  const outside = publishesOutside(
    workflow,
    places.map(({ environment }) => environment),
  );
  const said = new Set(outside.flatMap(({ where }) => (where === null ? [] : [where.line])));
  const publishing = workflow.jobs.filter((job) => publishingsOf(workflow, job).length > 0);
  const reaching = workflow.jobs.flatMap((job) =>
    reaches(workflow, job, places, publishing.includes(job) && said.size > 0),
  );
  const about = [...outside, ...reaching, ...atTheTop(workflow, places)];
  const handed = workflow.jobs.filter(handsAllOver).map((job) => inherits(workflow, job));
  const findings = [...about, ...handed, ...(about.length + publishing.length > 0 ? strangers(workflow) : [])];
  const own = workflow.jobs.filter((job) => publishing.includes(job) || onEnvironment(job, places) !== undefined);
  return {
    findings: findings.toSorted((one, other) => (one.where?.line ?? 0) - (other.where?.line ?? 0)),
    pins: pinsOf(workflow, own),
  };
}

function onEnvironment(job: Job, places: Places): Places[number] | undefined {
  return places.find(({ environment }) => isSameName(job.environment, environment));
}

/** A job on the environment, or with the secret. Of one that publishes outside the environment that is said already. */
function reaches(workflow: Workflow, job: Job, places: Places, isSaid: boolean): Finding[] {
  const place = onEnvironment(job, places);
  if (place !== undefined) {
    const text = `${capital(jobSaid(job))} is on the environment ${shown(place.environment)}, and no policy names this workflow.`;
    return [finding(workflow, "one-workflow", lineOf(workflow, [...job.path, "environment"]), text)];
  }
  if (isSaid) return [];
  return uses(workflow, job.table, job.path, places, capital(jobSaid(job)));
}

function atTheTop(workflow: Workflow, places: Places): Finding[] {
  return ["env", "defaults"].flatMap((key) => uses(workflow, workflow.root[key], [key], places, "The workflow"));
}

function uses(
  workflow: Workflow,
  value: unknown,
  path: readonly (string | number)[],
  places: Places,
  who: string,
): Finding[] {
  for (const { secret, environment } of places) {
    const [first] = secretUses(workflow, value, path, secret).filter(({ what }) => what === "named");
    if (first === undefined) continue;
    const where = either([environment.replaceAll("`", "'")]);
    const text = `${who} uses \`secrets.${secret.replaceAll("`", "'")}\` outside the environment ${where}: it is empty there, or a standing secret of that name lies in the repository or organisation.`;
    return [finding(workflow, "one-workflow", first.line, text)];
  }
  return [];
}

/** Every secret for a workflow of another repository, whose job may then be on the environment. Local ones are looked at themselves. */
function handsAllOver(job: Job): boolean {
  return job.table["secrets"] === "inherit" && job.calls !== null && !job.calls.startsWith("./");
}
