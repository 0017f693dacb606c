import { fill, holds } from "../runner/expressions.ts";
import type { Core } from "./core.ts";
import { refOf } from "./job-order.ts";
import type { JobState, RepositoryState, RunState } from "./state.ts";

/** What a workflow's own expressions may read before a job starts (docs, "Contexts reference": availability). */
export function contextsOf(
  core: Core,
  repository: RepositoryState,
  run: RunState,
  needed: readonly JobState[] = [],
): Record<string, unknown> {
  const login = (id: number): string => core.state.users.get(id)?.login ?? "ghost";
  const owner = core.state.organizations.get(repository.ownerId)?.user.login ?? login(repository.ownerId);
  return {
    github: {
      event_name: run.event,
      event: { inputs: run.inputs },
      ref: refOf(run),
      ref_name: run.headBranch,
      ref_type: run.refType ?? "branch",
      sha: run.headSha,
      repository: `${owner}/${repository.name}`,
      repository_owner: owner,
      actor: login(run.actorId),
      run_id: String(run.id),
      run_number: String(run.number),
      run_attempt: String(run.attempts.length),
    },
    inputs: run.inputs,
    vars: {},
    needs: Object.fromEntries(
      needed.map((job) => [job.key, { result: job.conclusion ?? "", outputs: job.outputs ?? {} }]),
    ),
  };
}

/** A text with its expressions filled in; as it is where GitHub's evaluator can't read one. */
export function filled(text: string, contexts: Record<string, unknown>): string {
  if (!text.includes("${{")) return text;
  try {
    return fill(text, contexts, { failed: false, cancelled: false });
  } catch {
    return text;
  }
}

/**
 * Whether a job runs once the jobs that it needs have ended: all have succeeded, or its `if:` says otherwise. "broken": the
 * condition can't be read.
 */
export function verdictOf(
  condition: string | undefined,
  needed: readonly JobState[],
  contexts: Record<string, unknown>,
): "run" | "skip" | "broken" {
  const ends = needed.map((job) => job.conclusion);
  const explicit = /\b(?:failure|always|cancelled)\s*\(/.test(condition ?? "");
  if (!explicit && ends.some((end) => end !== "success")) return "skip";
  const standing = { failed: ends.includes("failure"), cancelled: ends.includes("cancelled") };
  try {
    return holds(condition, contexts, standing) ? "run" : "skip";
  } catch {
    return "broken";
  }
}
