import { readYaml } from "../yaml.ts";
import { applyEdits, blockKey } from "../doctor/workflow/patch.ts";
import type { Edit } from "../doctor/workflow/patch.ts";
import { isSameName, tableAt, workflowOf } from "../doctor/workflow/model.ts";
import type { Workflow } from "../doctor/workflow/model.ts";
import { isTokenMode } from "../mode.ts";
import { parsePolicy, policyLines } from "../policy.ts";
import { policyPath } from "../policy-path.ts";
import type { Mode, PackagePolicy } from "../policy-types.ts";
import { fileLink } from "../set-up/offers.ts";
import type { Offer } from "../set-up/offers.ts";
import { readPlan } from "../set-up/plan.ts";
import type { Draft } from "../set-up/plan.ts";
import { workflowFile } from "../set-up/workflow-file.ts";
import type { WorkflowSite } from "../set-up/workflow-file.ts";
import { readWorkflow, workflowLimits } from "../workflow.ts";
import type { Repository } from "../release-types.ts";

/** What a change of mode rests on: the package by its policy, and the files as the default branch has them. */
export interface ChangeGround {
  repository: Repository;
  policy: PackagePolicy;
  policyText: string;
  /** null: the branch has no such file. */
  workflowText: string | null;
  /** What a workflow would be made of anew. */
  suggestion: Draft;
}

/** A file as the other mode wants it. */
export interface ChangedFile extends Offer {
  /** null: there is none yet. */
  before: string | null;
  /** Whether lines of the file were changed, or all of it was made anew since nobody here knows how it publishes. */
  how: "changed" | "new";
}

/** The files that another mode of a package wants changed; a file that can stay is left out. null for one that has to be changed by hand. */
export function changedFiles(ground: ChangeGround, goal: Mode, site: WorkflowSite): Array<ChangedFile | null> {
  const { repository, policy } = ground;
  const policyText = policyWithMode(ground.policyText, policy.name, goal);
  const offer = (path: string, text: string, before: string | null, how: ChangedFile["how"]): ChangedFile => ({
    ...{ path, text, before, how, link: fileLink(site.githubUrl, repository, { path, text }, before !== null) },
  });
  const policyFile = policyText === null ? null : offer(policyPath, policyText, ground.policyText, "changed");
  const workflow = workflowFor(ground, goal, site);
  const path = `.github/workflows/${policy.workflow}`;
  if (workflow === null) return [policyFile, null];
  if (workflow.text === ground.workflowText) return [policyFile];
  return [policyFile, offer(path, workflow.text, ground.workflowText, workflow.how)];
}

/**
 * The policy with another mode for one package, by one line; null where that line can't be told, as in a package written on one line. What
 * comes out says that and nothing else, by the parser that decides.
 */
export function policyWithMode(text: string, name: string, mode: Mode): string | null {
  const read = parsePolicy(text);
  if (!read.ok) return null;
  const index = read.policy.packages.findIndex((one) => one.name === name);
  const keys = policyLines(text)[index]?.keys;
  const [own, first] = [keys?.["mode"], keys?.["name"]];
  if (first === undefined) return null;
  const lines = text.split("\n");
  const indent = /^(\s*)(- +)?["']?name["']?:/.exec(lines[first.line - 1] ?? "");
  const edit: Edit | null =
    own?.from === "package"
      ? replaced(lines[own.line - 1] ?? "", own.line, mode)
      : indent === null
        ? null
        : {
            line: first.line + 1,
            remove: 0,
            insert: [`${indent[1]}${" ".repeat(indent[2]?.length ?? 0)}mode: ${mode}`],
          };
  if (edit === null) return null;
  const after = applyEdits(text, [edit]);
  const again = parsePolicy(after);
  const wanted = read.policy.packages.map((one) => (one.name === name ? { ...one, mode } : one));
  const holds = again.ok && JSON.stringify(again.policy) === JSON.stringify({ ...read.policy, packages: wanted });
  return holds ? after : null;
}

function replaced(line: string, at: number, mode: Mode): Edit | null {
  const found = /^(\s*(?:- +)?["']?mode["']?:\s*)["']?[\w-]+["']?(\s*(?:#.*)?)\r?$/.exec(line);
  return found === null ? null : { line: at, remove: 1, insert: [`${found[1]}${mode}${found[2]}`.trimEnd()] };
}

/** A workflow of ours stays but for the token; of another one a new one is made. null: none can be. */
function workflowFor(
  ground: ChangeGround,
  goal: Mode,
  site: WorkflowSite,
): { text: string; how: ChangedFile["how"] } | null {
  const { policy, workflowText } = ground;
  const kept = workflowText === null ? null : keptWorkflow(workflowText, policy, goal);
  if (kept !== null) return { text: kept, how: "changed" };
  const read = readPlan({ ...ground.suggestion, mode: goal, step: "publish", environment: policy.environment });
  if (!read.ok) return null;
  const text = workflowFile(read.plan, policy.name, site).replaceAll("secrets.NPM_TOKEN", `secrets.${policy.secret}`);
  return { text, how: "new" };
}

/** The present workflow with the token taken out where the other mode has none; null where more than that would have to be changed. */
function keptWorkflow(text: string, policy: PackagePolicy, goal: Mode): string | null {
  const read = readYaml(text, workflowLimits);
  if (!read.ok) return null;
  const workflow = workflowOf(`.github/workflows/${policy.workflow}`, text, read.file);
  const ours = publishingStep(workflow, policy.environment);
  if (ours === null || (isTokenMode(goal) && !isTokenMode(policy.mode))) return null;
  if (isTokenMode(goal) || !isTokenMode(policy.mode)) return text;
  const edits = withoutToken(workflow, ours, policy.secret);
  if (edits === null) return null;
  const after = applyEdits(text, edits);
  const place = { environment: policy.environment, secret: policy.secret, secondBuild: policy.secondBuild };
  return readWorkflow(after, place).ok && !new RegExp(`secrets\\s*\\.\\s*${policy.secret}\\b`, "i").test(after)
    ? after
    : null;
}

/** Our `publish` step in the one job on the environment; null: another step publishes, or several jobs could. */
function publishingStep(workflow: Workflow, environment: string): Workflow["jobs"][number]["steps"][number] | null {
  const [job, ...more] = workflow.jobs.filter((one) => isSameName(one.environment, environment));
  if (job === undefined || more.length > 0) return null;
  return job.steps.find(({ action }) => action === "our-publish") ?? null;
}

/** The line that gives our step the token, as an input or a variable, with the key above it where it is the only one below. */
function withoutToken(
  workflow: Workflow,
  step: Workflow["jobs"][number]["steps"][number],
  secret: string,
): Edit[] | null {
  const use = new RegExp(`secrets\\s*\\.\\s*${secret}\\b`, "i");
  const edits: Edit[] = [];
  for (const table of ["with", "env"] as const) {
    const given = tableAt(step.table, table);
    const names = Object.keys(given).filter((name) => use.test(String(given[name])));
    const all = names.length === Object.keys(given).length;
    const above = all && names.length > 0 ? [[...step.path, table]] : [];
    for (const path of [...above, ...names.map((name) => [...step.path, table, name])]) {
      const key = blockKey(workflow, path);
      if (key === null) return null;
      edits.push({ line: key.line, remove: 1, insert: [] });
    }
  }
  return edits;
}
