import { shown } from "../../shown.ts";
import type { Mode } from "../../policy-types.ts";
import type { Finding, Mend } from "../report.ts";
import { ruleOf } from "../rules.ts";
import type { RuleId } from "../rules.ts";
import type { Job, Step, Workflow } from "./model.ts";

/** Where a release is to happen, as the policy has it. */
export interface Place {
  environment: string;
  secret: string;
  mode: Mode;
  packages: readonly string[];
  /** Whether a second job has to build the commit too. */
  secondBuild?: boolean;
  /** Web origins of the registry that releases go to; what publishes there publishes, on whatever host it is. */
  origins?: readonly string[];
}

/** What the mends name: where Countersign runs, and its step that asks for a code, as it is written behind `uses: `. */
export interface Offers {
  publicUrl: string;
  otpStep: string;
}

export const plainOffers: Offers = {
  publicUrl: "https://countersign.example.org",
  otpStep: "<owner>/countersign/action/otp@<commit>",
};

/** What a rule about the publishing workflow looks at. */
export interface Look {
  workflow: Workflow;
  place: Place;
  /** The job on the environment; null: there is none, or several. */
  job: Job | null;
  offers: Offers;
}

export type Check = (look: Look) => Finding[];

/** A finding in a file. Without a mend of its own it has the rule's. */
export function finding(
  workflow: Workflow,
  rule: RuleId,
  line: number,
  text: string,
  mend: Partial<Mend> = {},
): Finding {
  return {
    rule,
    where: { path: workflow.path, line },
    subject: null,
    text,
    mend: { ...mend, text: mend.text ?? ruleOf(rule).mend },
  };
}

/** A job as people read of it. */
export function jobSaid(job: Job): string {
  return `the job ${shown(job.key)}`;
}

/** A step as people read of it: its name, its id, or what it does. */
export function stepSaid(step: Step): string {
  const { name, id } = step.table;
  const text = [name, id, step.uses, step.run].find((one) => typeof one === "string" && one.trim() !== "");
  return `the step ${shown(String(text ?? ""), 60)}`;
}

/** A sentence that begins a finding. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
