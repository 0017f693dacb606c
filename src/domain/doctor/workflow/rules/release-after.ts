import { shown } from "../../../shown.ts";
import type { Finding } from "../../report.ts";
import { afterFailure, parseCondition } from "../expressions.ts";
import { capital, finding, jobSaid, stepSaid } from "../look.ts";
import type { Check } from "../look.ts";
import { actLine, inputText, lineOf, needed } from "../model.ts";
import type { Job, Step, Workflow } from "../model.ts";
import { publishingsOf } from "../publish-acts.ts";

/** Tag and release are made once the version is live. */
export const releaseAfterPublish: Check = ({ workflow, job }) => {
  if (job === null) return [];
  const first = publishingsOf(workflow, job)[0];
  if (first === undefined) return [];
  const at = job.steps.indexOf(first.step);
  const early = job.steps
    .slice(0, at + 1)
    .flatMap((step) => announced(workflow, step, first.act === null ? null : first));
  return [
    ...early,
    ...workflow.jobs.filter((other) => other !== job).flatMap((other) => elsewhere(workflow, job, other)),
  ];
};

interface Announcement {
  line: number;
  said: string;
  step: Step;
}

function announcements(workflow: Workflow, step: Step): Array<Announcement & { offset: number }> {
  const isDraft = inputText(step, "draft")?.toLowerCase() === "true";
  if (step.action === "releases" && !isDraft)
    return [{ step, line: lineOf(workflow, [...step.path, "uses"]), said: step.uses?.split("@")[0] ?? "", offset: 0 }];
  return step.acts
    .filter(({ deed }) => deed === "tag" || deed === "release")
    .map((act) => ({ step, line: actLine(workflow, step, act), said: act.said, offset: act.offset }));
}

/** In the publishing job: what stands before the publishing. */
function announced(
  workflow: Workflow,
  step: Step,
  publishing: { step: Step; act: { offset: number } | null } | null,
): Finding[] {
  return announcements(workflow, step)
    .filter(({ offset }) => publishing?.step !== step || offset < (publishing.act?.offset ?? 0))
    .map(({ line, said }) => {
      const text = `${capital(stepSaid(step))} makes a tag or a release (${shown(said)}) before the package is published.`;
      return finding(workflow, "release-after-publish", line, text);
    });
}

/** In another job: that it waits for the publishing job, and that this has ended well. */
function elsewhere(workflow: Workflow, publishing: Job, job: Job): Finding[] {
  const made = job.steps.flatMap((step) => announcements(workflow, step));
  if (made.length === 0) return [];
  if (needed(workflow, job).has(publishing.key)) {
    if (!runsAnyway(job)) return [];
    const text = `${capital(jobSaid(job))} makes a tag or a release also where ${jobSaid(publishing)} has failed.`;
    return [finding(workflow, "release-after-publish", lineOf(workflow, [...job.path, "if"]), text)];
  }
  return made.map(({ line, said }) => {
    const text = `${capital(jobSaid(job))} makes a tag or a release (${shown(said)}) without waiting for ${jobSaid(publishing)}.`;
    return finding(workflow, "release-after-publish", line, text);
  });
}

function runsAnyway(job: Job): boolean {
  const condition = parseCondition(job.table["if"]);
  return condition !== null && afterFailure(condition) !== null;
}
