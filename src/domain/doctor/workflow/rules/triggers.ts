import { shown } from "../../../shown.ts";
import type { Finding } from "../../report.ts";
import { conjuncts, isComparison, parseCondition } from "../expressions.ts";
import { finding } from "../look.ts";
import type { Check } from "../look.ts";
import { lineOf } from "../model.ts";
import type { Job, Trigger, Workflow } from "../model.ts";

const dangerous = ["pull_request_target", "workflow_run", "issue_comment"];

/** Strangers' pull requests and comments don't start it. `pull_request_target` is refused by the reading of the file already. */
export const dangerousTriggers: Check = ({ workflow }) =>
  strangers(workflow).filter(({ where }) => where === null || !isRefused(workflow, where.line));

function isRefused(workflow: Workflow, line: number): boolean {
  return workflow.triggers.some(({ name, path }) => name === "pull_request_target" && lineOf(workflow, path) === line);
}

/** The triggers with which a stranger starts a workflow, each a finding. */
export function strangers(workflow: Workflow): Finding[] {
  return workflow.triggers
    .filter(({ name }) => dangerous.includes(name))
    .map(({ name, path }) => {
      const text = `\`${name}\` starts it with the repository's rights on what a stranger sent.`;
      return finding(workflow, "dangerous-triggers", triggerLine(workflow, path), text);
    });
}

function triggerLine(workflow: Workflow, path: Trigger["path"]): number {
  return lineOf(workflow, path, typeof path.at(-1) === "number" ? "value" : "key");
}

/** It is started by a dispatch alone; or the publishing job then doesn't run. */
export const otherTriggers: Check = ({ workflow, job }) => {
  if (job !== null && runsOnlyDispatched(job)) return [];
  return workflow.triggers
    .filter(({ name }) => name !== "workflow_dispatch" && !dangerous.includes(name))
    .map(({ name, path }) => {
      const text = `${shown(name)} starts it too, and Countersign refuses a run that nobody asked it for.`;
      return finding(workflow, "other-triggers", triggerLine(workflow, path), text);
    });
};

/** `if: github.event_name == 'workflow_dispatch'`, alone or with more to hold. */
function runsOnlyDispatched(job: Job): boolean {
  const condition = parseCondition(job.table["if"]);
  if (condition === null) return false;
  return conjuncts(condition).some((part) => isComparison(part, "github.event_name", "workflow_dispatch"));
}
