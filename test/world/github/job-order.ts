import type { JobOrder } from "../types.ts";
import type { Core } from "./core.ts";
import type { JobState, RepositoryState, RunState } from "./state.ts";

/** What a runner is given when a job starts; environment secrets are read here and nowhere else (docs, "Secrets"). */
export function orderOf(core: Core, repository: RepositoryState, run: RunState, job: JobState): JobOrder {
  const owner = core.state.organizations.get(repository.ownerId)?.user ?? core.state.users.get(repository.ownerId);
  const person = (id: number): { id: number; login: string } => ({
    id,
    login: core.state.users.get(id)?.login ?? "ghost",
  });
  const attempt = run.attempts[job.attempt - 1];
  const files = repository.commits.get(run.headSha)?.files ?? new Map<string, string>();
  return {
    runId: run.id,
    runNumber: run.number,
    runAttempt: job.attempt,
    jobId: job.id,
    jobKey: job.key,
    workflow: files.get(run.path) ?? "",
    workflowPath: run.path,
    sha: run.headSha,
    ref: refOf(run),
    repository: {
      id: repository.id,
      owner: owner?.login ?? "",
      ownerId: repository.ownerId,
      name: repository.name,
      visibility: repository.private ? "private" : "public",
    },
    actor: person(run.actorId),
    triggeringActor: person(attempt?.triggeringActorId ?? run.actorId),
    event: { name: run.event, payload: { inputs: run.inputs, ref: refOf(run) }, inputs: run.inputs },
    environment: job.environment,
    files,
    actions: core.actions,
    secrets: secretsFor(core, repository, job),
    serverUrl: core.url,
    apiUrl: `${core.url}/api/v3`,
    hostEnv: core.hostEnv,
    artifacts: core.artifactsOf(run),
  };
}

/** `refs/heads/main` */
export function refOf(run: RunState): string {
  return `refs/${run.refType === "tag" ? "tags" : "heads"}/${run.headBranch}`;
}

/** The lowest level wins: environment, then repository, then organisation. */
function secretsFor(core: Core, repository: RepositoryState, job: JobState): Record<string, string> {
  const layers = [
    core.state.organizations.get(repository.ownerId)?.secrets,
    repository.secrets,
    job.environment === null ? undefined : core.environmentNamed(repository, job.environment)?.secrets,
  ];
  const found: Record<string, string> = { GITHUB_TOKEN: `ghs_job${job.id}` };
  for (const layer of layers) for (const secret of layer?.values() ?? []) found[secret.name] = secret.value;
  return found;
}
