import { z } from "zod";
import { Refusal } from "../../domain/errors.ts";
import type { Release, Repository } from "../../domain/release-types.ts";

/**
 * The claims of GitHub's OIDC token that bind a job to a release (GitHub docs, "OpenID Connect reference"). Numbers come as text;
 * the form of `sub` depends on when the repository was made, so it isn't read.
 */
const jobClaims = z.object({
  jti: z.string().min(1).max(200),
  run_id: z.string().regex(/^\d{1,16}$/),
  run_attempt: z.string(),
  repository: z.string(),
  repository_id: z.string(),
  repository_owner_id: z.string(),
  environment: z.string().optional(),
  workflow_ref: z.string(),
  job_workflow_ref: z.string().optional(),
  sha: z.string(),
  event_name: z.string(),
  check_run_id: z.string().max(40).optional(),
});

export type JobClaims = z.output<typeof jobClaims>;

/** @throws Refusal where the token isn't one of a job */
export function readClaims(claims: Record<string, unknown>): JobClaims {
  const read = jobClaims.safeParse(claims);
  if (read.success) return read.data;
  throw new Refusal("proof-invalid", "This is not the OIDC token of a GitHub Actions job: run the step in a workflow.");
}

/** Refuses a job that isn't the one whose gate was opened, with what differs (never with what the token says). */
export function checkClaims(claims: JobClaims, release: Release, repository: Repository): void {
  if (claims.run_attempt !== "1")
    throw new Refusal("rerun", "This is a re-run, and a re-run is not the release: ask again with /release.");
  checkRun(claims, release, repository);
  if (claims.environment?.toLowerCase() !== release.environmentName.toLowerCase())
    throw new Refusal(
      "foreign-run",
      `This job doesn't run in the environment of the release: put the step into the job with \`environment: ${release.environmentName}\`.`,
    );
}

/** Refuses a job of another run, workflow, commit or repository than the release's. */
export function checkRun(claims: JobClaims, release: Release, repository: Repository): void {
  if (
    claims.repository_id !== String(release.repositoryId) ||
    claims.repository_owner_id !== String(repository.ownerId)
  )
    throw new Refusal("foreign-run", "This job belongs to another repository than the release.");
  if (claims.event_name !== "workflow_dispatch")
    throw new Refusal("foreign-run", "This run was not dispatched for a release: ask for one with /release.");
  if (claims.workflow_ref !== `${claims.repository}/${release.workflowPath}@refs/heads/${release.branch}`)
    throw new Refusal("foreign-run", `This job is not of \`${release.workflowPath}\` on the branch of the release.`);
  // Called workflows are refused when a release is asked for; a job of one proves itself with the called file's address here.
  if ((claims.job_workflow_ref || claims.workflow_ref) !== claims.workflow_ref)
    throw new Refusal(
      "foreign-run",
      "This job is of a called workflow: put its steps into the release's own workflow.",
    );
  if (claims.sha !== release.sha)
    throw new Refusal("other-commit", "This job runs another commit than the one that was approved.");
}
