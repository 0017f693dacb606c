import { z } from "zod";
import type { Answered } from "./call.ts";
import type { Caller } from "./caller.ts";
import { read } from "./read.ts";
import { GitHubError } from "./types.ts";

const started = z.object({ workflow_run_id: z.number(), html_url: z.string() });

/**
 * Starts a workflow. `return_run_details` came in February 2026; GitHub Enterprise Server up to 3.19 refuses the whole request for
 * it (`"return_run_details" is not a permitted key.`, benc-uk/workflow-dispatch#86). A refused request started nothing, so asking
 * again without the field can't start a second run. It is then answered 204, without a run id: null.
 */
export async function dispatch(
  ask: Caller,
  workflow: string,
  ref: string,
  inputs: Record<string, string>,
): Promise<{ runId: number; htmlUrl: string } | null> {
  const route = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
  const body = { workflow_id: workflow, ref, inputs };
  const send = async (more: Record<string, unknown>): Promise<Answered> =>
    await ask("dispatch", route, { ...body, ...more });
  const answer = await send({ return_run_details: true }).catch(async (error: unknown) => {
    if (knowsNoDetails(error)) return await send({});
    throw error;
  });
  if (answer.status === 204) return null;
  const { workflow_run_id, html_url } = read(started, "dispatch", answer.data);
  return { runId: workflow_run_id, htmlUrl: html_url };
}

function knowsNoDetails(error: unknown): boolean {
  return error instanceof GitHubError && error.code === "invalid" && error.message.includes("return_run_details");
}
