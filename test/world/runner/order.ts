import type { JobOrder } from "../types.ts";

/** An order for the job `publish` of a workflow, with what a test wants different. */
export function orderOf(workflow: string, different: Partial<JobOrder> = {}): JobOrder {
  return {
    runId: 7001,
    runNumber: 12,
    runAttempt: 1,
    jobId: 9001,
    jobKey: "publish",
    workflow,
    workflowPath: ".github/workflows/publish.yml",
    sha: "c0ffee".padEnd(40, "0"),
    ref: "refs/heads/main",
    repository: { id: 501, owner: "acme", ownerId: 77, name: "widget", visibility: "private" },
    actor: { id: 31, login: "countersign[bot]" },
    triggeringActor: { id: 31, login: "countersign[bot]" },
    event: { name: "workflow_dispatch", payload: {}, inputs: { version: "1.2.0", tag: "latest" } },
    environment: "npm",
    files: new Map(),
    actions: new Map(),
    secrets: {},
    serverUrl: "http://127.0.0.1:1",
    apiUrl: "http://127.0.0.1:1/api/v3",
    hostEnv: {},
    ...different,
  };
}

/** A workflow text with these steps in the job `publish`; `head` goes into the job before them. */
export function workflowOf(steps: string, head = ""): string {
  const indent = (text: string, by: number): string => text.trim().replace(/^/gm, " ".repeat(by));
  return `name: Publish\non: workflow_dispatch\njobs:\n  publish:\n    runs-on: ubuntu-latest\n${indent(head, 4)}\n    steps:\n${indent(steps, 6)}\n`;
}
