import { shown } from "../../../shown.ts";
import type { Finding } from "../../report.ts";
import { afterFailure, parseCondition } from "../expressions.ts";
import { capital, finding, jobSaid, stepSaid } from "../look.ts";
import type { Check, Look } from "../look.ts";
import { lineOf } from "../model.ts";
import type { Job, Step, Workflow } from "../model.ts";
import { otpInPlace } from "../otp-patch.ts";
import { publishingsOf } from "../publish-acts.ts";
import type { Publishing } from "../publish-acts.ts";
import { mayProveItself } from "./permissions.ts";

/** Without a code nothing is published. */
export const secondFactor: Check = (look) => {
  const { workflow, job, place } = look;
  if (job === null) return [];
  const waiting = job.steps.filter(({ action }) => action === "wait-for-secrets").map((step) => waits(look, step));
  if (place.mode !== "otp") return waiting;
  const publishings = publishingsOf(workflow, job);
  const asking = job.steps.filter(({ action }) => action === "our-otp" || action === "wait-for-secrets");
  const onTheWay = [...new Set([...asking, ...publishings.map(({ step }) => step)])];
  return [
    ...waiting,
    ...tolerant(workflow, job.path, job.table, capital(jobSaid(job))),
    ...onTheWay.flatMap((step) => tolerant(workflow, step.path, step.table, capital(stepSaid(step)))),
    ...publishings.flatMap((publishing) => hidden(workflow, publishing)),
  ];
};

function waits(look: Look, step: Step): Finding {
  const text =
    "`step-security/wait-for-secrets` ends well with an empty code where nobody answers in time, or its service can't be reached.";
  const mend = {
    text: "Put Countersign's `otp` step in its place, with the same inputs and `url`; the job needs `id-token: write`.",
    ...otpInPlace(look, step),
  };
  return finding(look.workflow, "second-factor", lineOf(look.workflow, [...step.path, "uses"]), text, mend);
}

/** `continue-on-error`, and conditions that hold after a failure. */
function tolerant(workflow: Workflow, path: Step["path"], table: Step["table"], who: string): Finding[] {
  const found: Finding[] = [];
  const goesOn = table["continue-on-error"];
  if (goesOn === true || goesOn === "true") {
    const text = `${who} counts as passed where it fails (\`continue-on-error\`).`;
    found.push(finding(workflow, "second-factor", lineOf(workflow, [...path, "continue-on-error"]), text));
  }
  const condition = parseCondition(table["if"]);
  const late = condition === null ? null : afterFailure(condition);
  if (late !== null) {
    const text = `${who} runs also after something before it has failed (\`${late}()\`).`;
    found.push(finding(workflow, "second-factor", lineOf(workflow, [...path, "if"]), text));
  }
  return found;
}

/** `npm publish || true` */
function hidden(workflow: Workflow, { act, line, said }: Publishing): Finding[] {
  if (act?.swallowed !== true) return [];
  const text = `The script goes on, and ends well, where ${shown(said)} fails.`;
  return [finding(workflow, "second-factor", line, text)];
}

/** The code is not an argument. */
export const codeInArguments: Check = ({ workflow, job }) =>
  (job === null ? [] : publishingsOf(workflow, job)).flatMap(({ act, line }) => {
    if (act?.words.some((word) => word === "--otp" || word.startsWith("--otp=")) !== true) return [];
    const text = "The code is an argument of npm (`--otp`), which every program on the machine is shown.";
    return [finding(workflow, "code-in-arguments", line, text)];
  });

const proof = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "*"];

/** npm uses the token that was meant: it isn't shown that it could prove the job to the registry. */
export const trustedPublishingFirst: Check = ({ workflow, job, place }) => {
  if (job === null || !["otp", "stage"].includes(place.mode) || !mayProveItself(workflow, job)) return [];
  return publishingsOf(workflow, job).flatMap((publishing) => provesItself(workflow, job, publishing));
};

function provesItself(workflow: Workflow, job: Job, { act, line, said }: Publishing): Finding[] {
  // npm needs both variables: one that is missing is enough. pnpm leaves publishing to npm, or does as npm does.
  if (act === null || !/^(?:npm|pnpm|npx npm) /.test(said) || proof.some((name) => act.unset.has(name))) return [];
  const text = `${capital(jobSaid(job))} has \`id-token: write\`, so ${shown(said)} tries trusted publishing first and may leave the token and its second factor aside.`;
  return [finding(workflow, "trusted-publishing-first", line, text)];
}
