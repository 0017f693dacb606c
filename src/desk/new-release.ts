import { Refusal } from "../domain/errors.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import { environmentKey, releaseTitle } from "../domain/release.ts";
import type { Person, Release, Repository } from "../domain/release-types.ts";
import type { CommitWords } from "../github/types.ts";
import { showStatus } from "./after.ts";
import { workflowPath } from "./doctor/workflow-report.ts";
import { refuseStopped } from "./panic/check.ts";
import type { Place } from "./place.ts";
import type { PinnedPolicy } from "./policy-at.ts";
import type { DeskParts } from "./types.ts";

/** What a new release rests on, whatever it is to do. */
export interface NewRelease {
  repository: Repository;
  person: Person;
  policy: PackagePolicy;
  pinned: PinnedPolicy;
  commit: { sha: string } & CommitWords;
  branch: string;
  place: Place;
  job: { name: string };
  workflowBlob: string;
}

/** A release that is about to be written down, without its version. */
export function newRelease(parts: Pick<DeskParts, "ids" | "clock">, of: NewRelease): Release {
  const { repository, person, policy, pinned, commit, place } = of;
  return {
    ...emptyRelease,
    id: parts.ids.next(),
    state: "requested",
    repositoryId: repository.id,
    installationId: repository.installationId,
    package: policy.name,
    version: "",
    distTag: "latest",
    mode: policy.mode,
    branch: of.branch,
    sha: commit.sha,
    commitTitle: commit.title,
    commitAuthor: commit.author,
    workflowPath: workflowPath(policy.workflow),
    workflowBlob: of.workflowBlob,
    jobName: of.job.name,
    environmentId: place.environment.id,
    environmentName: place.environment.name,
    secretName: policy.secret,
    policySha: pinned.sha,
    policyBlob: pinned.blob,
    releaserId: person.id,
    releaserLogin: person.login,
    origin: "chat",
    requestedAt: parts.clock.now(),
    holds: environmentKey(repository.id, place.environment.id),
  };
}

/** Writes a release down with the environment that it holds from now on. @throws Refusal where another one holds it */
export async function takeEnvironment(
  parts: DeskParts,
  release: Release,
  { what, person, detail }: { what: string; person: Person; detail: Record<string, unknown> },
): Promise<Release> {
  return await parts.store.transaction(async (store) => {
    await refuseStopped(store, release.repositoryId);
    const inserted = await store.releases.insert(release);
    if (inserted === false) throw await heldBy(parts, release);
    await store.audit.add({
      ...{ at: release.requestedAt, what, actor: person.login, actorId: person.id },
      ...{ repositoryId: release.repositoryId, releaseId: inserted.id, detail },
    });
    await showStatus({ ...parts, store }, inserted);
    return inserted;
  });
}

async function heldBy(parts: DeskParts, release: Release): Promise<Refusal> {
  const holder = await parts.store.releases.holding(release.repositoryId, release.environmentId);
  if (holder === null) return new Refusal("environment-held", "Another release just held this environment: ask again.");
  return new Refusal(
    "environment-held",
    `${releaseTitle(holder)}, asked for by ${holder.releaserLogin}, holds the environment \`${holder.environmentName}\` (${parts.publicUrl}/releases/${holder.id}): wait for it, or stop it with \`/cancel\`.`,
  );
}

/** What a release doesn't know yet when it is written. */
export const emptyRelease = {
  number: 0,
  packages: null,
  commitTitle: null,
  commitAuthor: null,
  issueNumber: null,
  requestCommentId: null,
  statusCommentId: null,
  statusDigest: null,
  runId: null,
  runUrl: null,
  jobId: null,
  dispatchedAt: null,
  gateAskedAt: null,
  decidedAt: null,
  gateApprovedAt: null,
  jobStartedAt: null,
  jobEndedAt: null,
  jobConclusion: null,
  runEndedAt: null,
  runConclusion: null,
  endedAt: null,
  endCode: null,
  endText: null,
  shasum: null,
  integrity: null,
  verifiedAt: null,
  stagedAt: null,
  runnerReport: null,
  decision: null,
  rowVersion: 1,
  purpose: "publish",
  stageOf: null,
  stageId: null,
} satisfies Partial<Release>;
