import type { Context } from "hono";
import type { Log } from "../../desk/types.ts";
import { Refusal } from "../../domain/errors.ts";
import type { RefusalCode } from "../../domain/errors.ts";
import { GitHubError } from "../../github/types.ts";

type Status = 400 | 401 | 403 | 404 | 409 | 413 | 500 | 503;

const statuses: Partial<Record<RefusalCode, Status>> = {
  "bad-input": 400,
  "proof-invalid": 401,
  "not-allowed": 403,
  "foreign-run": 403,
  "other-commit": 403,
  rerun: 403,
  "not-found": 404,
  "no-release": 404,
  "github-unavailable": 503,
  "registry-unavailable": 503,
};

/** The form of every answer that is no success: a code for the step, a sentence for whoever reads the job's log. */
export function problem(context: Context, status: Status, code: string, message: string): Response {
  return context.json({ code, message }, status);
}

/** What an error is for the runner; one that nobody foresaw is noted by its name, without what was sent. */
export function answerError(context: Context, error: unknown, log?: Log): Response {
  if (error instanceof Refusal) return problem(context, statuses[error.code] ?? 409, error.code, error.message);
  if (error instanceof GitHubError)
    return problem(context, 503, "github-unavailable", "GitHub doesn't answer Countersign at the moment. Try again.");
  log?.error({ error: error instanceof Error ? error.name : "unknown" }, "A runner's request failed.");
  return problem(context, 500, "unexpected", "Countersign couldn't do that; it was noted, without what was sent.");
}
