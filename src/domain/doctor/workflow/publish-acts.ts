import { own } from "../../workflow/unfit.ts";
import type { Act } from "./acts.ts";
import { actLine, inputText, lineOf, tableAt } from "./model.ts";
import type { Job, Step, Workflow } from "./model.ts";

/** One place in a workflow that publishes to npm. */
export interface Publishing {
  step: Step;
  /** What it does, as people write it: `npm publish`, or the action's name. */
  said: string;
  line: number;
  /** The command; null: an action does it. */
  act: Act | null;
}

/** What a job surely publishes to npm, in its order. */
export function publishingsOf(workflow: Workflow, job: Job): Publishing[] {
  return job.steps.flatMap((step) => ofStep(workflow, job, step));
}

function ofStep(workflow: Workflow, job: Job, step: Step): Publishing[] {
  const acting =
    step.action === "our-publish" ||
    step.action === "our-stage" ||
    step.action === "publishes" ||
    (step.action === "changesets" && inputText(step, "publish") !== null);
  if (acting && !isElsewhere(workflow, job, step, null)) {
    const said = step.uses?.split("@")[0] ?? "";
    return [{ step, said, line: lineOf(workflow, [...step.path, "uses"]), act: null }];
  }
  return step.acts
    .filter((act) => act.deed === "publish" && !isElsewhere(workflow, job, step, act))
    .map((act) => ({ step, said: act.said, line: actLine(workflow, step, act), act }));
}

/** What a variable stands for where it is written out in an `env:`; itself otherwise. */
function written(workflow: Workflow, job: Job, step: Step, text: string): string {
  const name = /^(?:\$(\w+)|\$\{(\w+)\}|\$\{\{\s*env\.(\w+)\s*\}\})$/
    .exec(text)
    ?.slice(1)
    .find((one) => one !== undefined);
  return name === undefined ? text : (envOf(workflow, job, step, name.toLowerCase()) ?? text);
}

const registryNames = ["npm_config_registry", "yarn_npm_publish_registry", "yarn_npm_registry_server"];

/** Whether it surely goes to another registry than npm's: GitHub's packages, or one on the machine itself, as tests have it. */
function isElsewhere(workflow: Workflow, job: Job, step: Step, act: Act | null): boolean {
  const address = registryOf(workflow, job, step, act);
  if (address !== null) return isForeign(workflow, written(workflow, job, step, address));
  const token = envOf(workflow, job, step, "node_auth_token") ?? inputText(step, "token") ?? "";
  return /^\$\{\{\s*(?:secrets\s*\.\s*github_token|github\s*\.\s*token)\s*\}\}$/i.test(token);
}

/** The registry that releases go to is never another one, on whatever host it is. */
function isForeign(workflow: Workflow, address: string): boolean {
  const origin = URL.parse(address)?.origin ?? "";
  return isOtherHost(address) && workflow.origins?.includes(origin) !== true;
}

function isOtherHost(address: string): boolean {
  return /^(?:https?:)?\/\/(?:npm\.pkg\.github\.com|localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/i.test(address);
}

function registryOf(workflow: Workflow, job: Job, step: Step, act: Act | null): string | null {
  const words = act?.words ?? [];
  const at = words.findIndex((word) => word === "--registry");
  const named =
    words.find((word) => word.startsWith("--registry="))?.slice(11) ?? (at === -1 ? undefined : words[at + 1]);
  if (named !== undefined) return named;
  const given = [...(act?.given ?? [])].find(([name]) => registryNames.includes(name.toLowerCase()))?.[1];
  const set = registryNames.map((name) => envOf(workflow, job, step, name)).find((value) => value !== null);
  const before = job.steps.slice(0, job.steps.indexOf(step)).filter(({ action }) => action === "setup");
  const ready = before.map((one) => inputText(one, "registry-url")).findLast((url) => url !== null);
  return given ?? set ?? inputText(step, "registry") ?? ready ?? null;
}

/** A variable as a step has it, from its own `env:`, its job's or the workflow's; the name in small letters. */
export function envOf(workflow: Workflow, job: Job, step: Step, name: string): string | null {
  for (const table of [step.table, job.table, workflow.root]) {
    const env = tableAt(table, "env");
    const key = Object.keys(env).find((one) => one.toLowerCase() === name);
    if (key !== undefined) return String(own(env, key) ?? "");
  }
  return null;
}
