import { lineOf } from "./model.ts";
import type { Workflow } from "./model.ts";

/** A workflow that a job calls. */
export interface CalledWorkflow {
  /** As it is written below `uses:`; the key under which its text is handed to `checkWorkflow` and `readWorkflow`. */
  uses: string;
  line: number;
  /** Key of the job that calls it. */
  job: string;
  target:
    | { kind: "local"; path: string }
    | { kind: "remote"; repository: string; path: string; ref: string; pinned: boolean }
    /** Nothing that GitHub would take. */
    | { kind: "unknown" };
}

/** The workflows that a workflow calls. */
export function calledWorkflowsIn(workflow: Workflow): CalledWorkflow[] {
  return workflow.jobs.flatMap((job) =>
    job.calls === null
      ? []
      : [{ uses: job.calls, line: lineOf(workflow, [...job.path, "uses"]), job: job.key, target: targetOf(job.calls) }],
  );
}

function targetOf(uses: string): CalledWorkflow["target"] {
  const local = /^\.\/(\.github\/workflows\/[^/@]+\.ya?ml)$/.exec(uses)?.[1];
  if (local !== undefined) return { kind: "local", path: local };
  const remote = /^([\w.-]+\/[\w.-]+)\/(\.github\/workflows\/[^/@]+\.ya?ml)@(\S+)$/.exec(uses);
  if (remote === null) return { kind: "unknown" };
  const [, repository = "", path = "", ref = ""] = remote;
  return { kind: "remote", repository, path, ref, pinned: /^[0-9a-f]{40}$/i.test(ref) };
}
