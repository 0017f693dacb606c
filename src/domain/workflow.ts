import type { Called } from "./workflow/called.ts";
import { publishingJob } from "./workflow/jobs.ts";
import { checkTriggers } from "./workflow/triggers.ts";
import { isTable, Unfit } from "./workflow/unfit.ts";
import { readYaml } from "./yaml.ts";

/** The one job that publishes, as a workflow file has it. */
export interface PublishingJob {
  /** Key below `jobs:`. */
  key: string;
  /** What GitHub's list of jobs calls it: its `name:`, or the key. */
  name: string;
}

export type WorkflowReading =
  | {
      ok: true;
      job: PublishingJob;
      /** Names of the dispatch's inputs. */
      inputs: string[];
      /** Those of them that have to be given: required and without a default. */
      requiredInputs: string[];
    }
  | { ok: false; line: number | null; problem: string };

/** Environment and secret as the policy names them. */
export interface PublishingPlace {
  environment: string;
  secret: string;
  /** Whether another job has to build the commit a second time. */
  secondBuild?: boolean;
}

/** GitHub serves files up to 1 MB through its contents API; a publishing workflow is far smaller. */
export const workflowLimits = { bytes: 128 * 1024, anchors: true };

/**
 * Reads a workflow file for what arming needs to know: that it is dispatched with `version` and `tag`, and that exactly one job
 * reaches the environment and its secret, under a name that doesn't change. What can't be told from the file is refused, with a
 * sentence that says what to change. A job that calls another workflow is let be only where that one's text is given and it surely
 * doesn't reach the environment. Never throws.
 */
export function readWorkflow(text: string, place: PublishingPlace, called: Called = new Map()): WorkflowReading {
  const read = readYaml(text, workflowLimits);
  if (!read.ok) return { ok: false, line: read.faults[0]?.line ?? null, problem: read.faults[0]?.text ?? "" };
  const { value, position } = read.file;
  try {
    if (!isTable(value)) throw new Unfit([], "it isn't a workflow: it has no `on:` and no `jobs:`.");
    const { inputs, requiredInputs } = checkTriggers(value);
    return { ok: true, job: publishingJob(value, place, called, workflowLimits), inputs, requiredInputs };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    const line = error.path.length === 0 ? null : position(error.path, "key").line;
    return { ok: false, line, problem: error.message };
  }
}
