import { readWorkflow, workflowLimits } from "../../workflow.ts";
import { readYaml } from "../../yaml.ts";
import type { Finding } from "../report.ts";
import type { Called } from "../../workflow/called.ts";
import { calledWorkflowsIn } from "./called.ts";
import { finding, plainOffers } from "./look.ts";
import type { Check, Look, Offers, Place } from "./look.ts";
import { isSameName, workflowOf } from "./model.ts";
import type { Job, Workflow } from "./model.ts";
import { otherFindings } from "./other.ts";
import { pinsOf } from "./pins.ts";
import type { Pin } from "./pins.ts";
import { cachePoisoning, egressPolicy, persistCredentials, pinnedActions, runner } from "./rules/actions.ts";
import { concurrency } from "./rules/concurrency.ts";
import { templateInjection } from "./rules/injection.ts";
import { leastPermissions, wholesalePermissions } from "./rules/permissions.ts";
import { noLifecycleScripts, onlyPublishes, publishesInEnvironment } from "./rules/publishing.ts";
import { releaseAfterPublish } from "./rules/release-after.ts";
import { codeInArguments, secondFactor, trustedPublishingFirst } from "./rules/second-factor.ts";
import { secretsInherit, tokenScope } from "./rules/token.ts";
import { dangerousTriggers, otherTriggers } from "./rules/triggers.ts";
import { validWorkflow } from "./rules/valid.ts";

/** A workflow file, from the repository's root. */
export interface WorkflowFile {
  path: string;
  text: string;
}

/** What the rules find in a file, and the commits that it pins, to be looked up. */
export interface Checked {
  findings: Finding[];
  pins: Pin[];
}

/** What a check may be told beside the file: workflows that it calls, by `uses:`, and what the mends are to name. */
export interface More {
  called?: Called;
  offers?: Partial<Offers>;
}

const checks: readonly Check[] = [
  validWorkflow,
  publishesInEnvironment,
  onlyPublishes,
  noLifecycleScripts,
  leastPermissions,
  pinnedActions,
  dangerousTriggers,
  otherTriggers,
  templateInjection,
  tokenScope,
  secretsInherit,
  concurrency,
  persistCredentials,
  runner,
  egressPolicy,
  secondFactor,
  codeInArguments,
  trustedPublishingFirst,
  cachePoisoning,
  releaseAfterPublish,
];

/** What the rules find in the workflow that the policy names, in the order of its lines. Never throws. */
export function checkWorkflow(file: WorkflowFile, place: Place, more: More = {}): Checked {
  const read = readYaml(file.text, workflowLimits);
  const workflow: Workflow = {
    ...workflowOf(file.path, file.text, read.ok ? read.file : emptyFile),
    ...(place.origins === undefined ? {} : { origins: place.origins }),
  };
  const reading = readWorkflow(file.text, place, more.called);
  const unfit = reading.ok ? [] : [unfitFinding(workflow, reading.line, reading.problem)];
  // What can't be read is unfit, and nothing else is known of it.
  if (!read.ok) return { findings: unfit, pins: [] };
  const offers = { ...plainOffers, ...more.offers };
  const look: Look = { workflow, place, offers, job: onEnvironment(workflow, place.environment) };
  const findings = [...unfit, ...checks.flatMap((check) => check(look))];
  return { findings: inOrder(findings), pins: pinsOf(workflow) };
}

/** What matters to publishing in one of the repository's other workflows, in the order of its lines. Never throws. */
export function checkOtherWorkflow(
  file: WorkflowFile,
  places: ReadonlyArray<{ environment: string; secret: string }>,
): Checked {
  const read = readYaml(file.text, workflowLimits);
  const workflow = workflowOf(file.path, file.text, read.ok ? read.file : emptyFile);
  if (!read.ok) {
    const [fault] = read.faults;
    const [text, mend] = apart(fault?.text ?? "it can't be read: check it.");
    const said = `The file can't be read, so nobody can tell whether it publishes: ${text}`;
    return { findings: [finding(workflow, "valid-workflow", fault?.line ?? 1, said, { text: mend })], pins: [] };
  }
  return otherFindings(workflow, places);
}

/** Rules that hold for whatever runs in a release, also in a job of a called workflow. Its rights are no more than its caller's. */
const calledChecks: readonly Check[] = [
  validWorkflow,
  wholesalePermissions,
  pinnedActions,
  templateInjection,
  secretsInherit,
  persistCredentials,
];

/**
 * What the rules find in a workflow that the publishing one calls, in the order of its lines: all that is said of other workflows, and
 * what holds for jobs beside the publishing one. Takes the place of `checkOtherWorkflow` for that file. Never throws.
 */
export function checkCalledWorkflow(file: WorkflowFile, place: Place): Checked {
  const other = checkOtherWorkflow(file, [place]);
  const read = readYaml(file.text, workflowLimits);
  if (!read.ok) return other;
  const workflow = workflowOf(file.path, file.text, read.file);
  const look: Look = { workflow, place, offers: plainOffers, job: null };
  const own = calledChecks.flatMap((check) => check(look));
  const said = new Set(own.map(keyOf));
  const rest = other.findings.filter((finding) => !said.has(keyOf(finding)));
  return { findings: inOrder([...own, ...rest]), pins: pinsOf(workflow) };
}

function keyOf({ rule, where }: Finding): string {
  return `${rule} ${where?.line}`;
}

/** The workflows that a file calls, to be read by whoever can, at the same commit where they are local. Never throws. */
export function calledWorkflows(file: WorkflowFile): ReturnType<typeof calledWorkflowsIn> {
  const read = readYaml(file.text, workflowLimits);
  return read.ok ? calledWorkflowsIn(workflowOf(file.path, file.text, read.file)) : [];
}

const emptyFile = { value: {}, position: () => ({ line: 1, column: 1 }), extent: () => null };

function onEnvironment(workflow: Workflow, environment: string): Job | null {
  const [only, second] = workflow.jobs.filter((job) => isSameName(job.environment, environment));
  return only === undefined || second !== undefined ? null : only;
}

function unfitFinding(workflow: Workflow, line: number | null, problem: string): Finding {
  const [text, mend] = apart(problem);
  return finding(workflow, "fit-workflow", line ?? 1, text, { text: mend });
}

/** A refusal's sentence, `what is wrong: what to do.`, as two. */
function apart(sentence: string): [string, string] {
  const parts = sentence.split(/(`[^`]*`)/);
  let at = -1;
  for (let index = parts.length - 1; index >= 0 && at === -1; index -= 1) {
    const found = index % 2 === 0 ? (parts[index] ?? "").lastIndexOf(": ") : -1;
    if (found !== -1) at = parts.slice(0, index).join("").length + found;
  }
  if (at === -1) return [upper(sentence), "Mend it at that line."];
  return [upper(`${sentence.slice(0, at)}.`), upper(sentence.slice(at + 2))];
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function inOrder(findings: Finding[]): Finding[] {
  return findings.toSorted((one, other) => (one.where?.line ?? 0) - (other.where?.line ?? 0));
}
