import { isTable, own } from "../../../workflow/unfit.ts";
import type { Finding } from "../../report.ts";
import { capital, finding, jobSaid } from "../look.ts";
import type { Check } from "../look.ts";
import { lineOf } from "../model.ts";
import type { Job, Step, Workflow } from "../model.ts";

/** What a job may, and where that is written. */
interface Granted {
  value: unknown;
  path: readonly (string | number)[];
  own: boolean;
}

/** What a job may; null: nothing is written, and it has what the repository's settings say. */
export function grantedTo(workflow: Workflow, job: Job): Granted | null {
  for (const [table, path] of [
    [job.table, [...job.path, "permissions"]],
    [workflow.root, ["permissions"]],
  ] as const) {
    const value = own(table, "permissions");
    if (value !== undefined) return { value, path, own: table === job.table };
  }
  return null;
}

/** Whether a job surely may ask GitHub for an OIDC token. */
export function mayProveItself(workflow: Workflow, job: Job): boolean {
  const value = grantedTo(workflow, job)?.value;
  return value === "write-all" || (isTable(value) && own(value, "id-token") === "write");
}

/** Jobs have no more rights than they need. */
export const leastPermissions: Check = (look) => [
  ...unsaid(look.workflow),
  ...wholesalePermissions(look),
  ...unused(look.workflow, look.job),
];

function unsaid(workflow: Workflow): Finding[] {
  const without = workflow.jobs.filter((job) => grantedTo(workflow, job) === null);
  const [first] = without;
  if (first === undefined) return [];
  const who = without.length === 1 ? `${jobSaid(first)} has` : `${jobSaid(first)} and ${without.length - 1} more have`;
  const text = `${capital(who)} no \`permissions:\`, and so what the repository's settings give, which may be to write everything.`;
  return [finding(workflow, "least-permissions", lineOf(workflow, first.path), text)];
}

/** `write-all` and `read-all`, each place once. */
export const wholesalePermissions: Check = ({ workflow }) => {
  const places = [["permissions"], ...workflow.jobs.map((job) => [...job.path, "permissions"])];
  const values = [own(workflow.root, "permissions"), ...workflow.jobs.map((job) => own(job.table, "permissions"))];
  return places.flatMap((path, index) => {
    const value = values[index];
    if (value !== "write-all" && value !== "read-all") return [];
    const may = value === "write-all" ? "change everything" : "read everything";
    const text = `\`permissions: ${value}\` lets it ${may} in the repository that GITHUB_TOKEN reaches.`;
    return [finding(workflow, "least-permissions", lineOf(workflow, path), text)];
  });
};

/** Rights to write that nothing in the job needs: its own ones for the publishing job, those from the top for all that have them. */
function unused(workflow: Workflow, publishing: Job | null): Finding[] {
  const found = new Map<number, Finding>();
  for (const job of workflow.jobs) {
    const granted = grantedTo(workflow, job);
    if (granted === null || !isTable(granted.value) || (granted.own && job !== publishing)) continue;
    for (const [scope, level] of Object.entries(granted.value)) {
      if (level !== "write" || needs(workflow, job, scope, job === publishing)) continue;
      const line = lineOf(workflow, [...granted.path, scope]);
      const text = `${capital(jobSaid(job))} has \`${scope.replaceAll("`", "'")}: write\`, and nothing in it needs that.`;
      if (!found.has(line)) found.set(line, finding(workflow, "least-permissions", line, text));
    }
  }
  return [...found.values()];
}

/** Actions that need no right to write. */
const modest = new Set(["checkout", "setup", "cache", "harden", "installs"]);
/** Those that prove the job by an OIDC token. */
const proving = new Set(["wait-for-secrets", "our-otp", "our-publish", "our-stage", "our-second-build"]);
/** Scripts whose text isn't in this file, and which may do anything. */
const elsewhere = /(?:^|[\s;&|(])(?:\.{1,2}\/\S|(?:node|bash|sh|python3?|deno|tsx|bun)\s+[^-\s]\S*|source\s|\.\s)/m;

/** Whether something in a job may need a right to write. What can't be told counts as needing it. */
function needs(workflow: Workflow, job: Job, scope: string, publishes: boolean): boolean {
  if (job.calls !== null || (publishes && scope === "id-token")) return true;
  const envs = JSON.stringify([own(workflow.root, "env"), own(job.table, "env")]);
  return job.steps.some((step) => mayWrite(step, scope, hasToken(envs)));
}

function mayWrite(step: Step, scope: string, handed: boolean): boolean {
  const { action } = step;
  if (step.uses !== null) {
    if (action === "artifact") return ["attestations", "artifact-metadata", "id-token"].includes(scope);
    if (action !== null && proving.has(action)) return scope === "id-token";
    return action === null || !modest.has(action);
  }
  if (step.run === null) return true;
  if (scope === "id-token") return /ACTIONS_ID_TOKEN|provenance|cosign/i.test(step.run) || elsewhere.test(step.run);
  if (handed || hasToken(JSON.stringify(step.table))) return true;
  // Without a token in its hands a script has only what the checkout has left to git.
  const pushes = step.acts.some(({ deed }) => ["tag", "push", "release", "script", "publish"].includes(deed));
  return scope === "contents" && (pushes || elsewhere.test(step.run));
}

function hasToken(text: string): boolean {
  return /\bgithub\s*\.\s*token\b|\bsecrets\s*\.\s*github_token\b|\bsecrets\s*\[/i.test(text);
}
