import { checkEnvironment, checkReleaser, checkSecret, checkToken } from "../domain/checks.ts";
import { isTokenMode } from "../domain/mode.ts";
import { doctorReason } from "../domain/doctor/report.ts";
import type { ReleaseScope } from "../domain/command.ts";
import { Refusal } from "../domain/errors.ts";
import type { RefusalCode } from "../domain/errors.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Reason } from "../domain/reason.ts";
import { all } from "../domain/reason.ts";
import { jointPolicy, toPublish } from "../domain/several.ts";
import { either } from "../domain/shown.ts";
import { environmentKey, releaseTitle } from "../domain/release.ts";
import type { Person, Release, ReleasePart, Repository } from "../domain/release-types.ts";
import { readWorkflow } from "../domain/workflow.ts";
import type { CommitWords, GitHubRepository } from "../github/types.ts";
import { showStatus } from "./after.ts";
import { readCalled } from "./doctor/called.ts";
import { namedWorkflow, workflowPath, workflowReport } from "./doctor/workflow-report.ts";
import { refuseStopped } from "./panic/check.ts";
import { readPlace } from "./place.ts";
import type { Place } from "./place.ts";
import { policyAt, readableFile } from "./policy-at.ts";
import type { PinnedPolicy } from "./policy-at.ts";
import { pickPackages } from "./several/pick.ts";
import { releaserOf } from "./several/releasers.ts";
import { wantedVersions } from "./several/versions.ts";
import { sealPath, tokenFacts } from "./tokens/for-release.ts";
import type { DeskParts } from "./types.ts";

/** A release asked for in an issue or pull request. */
export interface ReleaseRequest {
  repository: Repository;
  issueNumber: number;
  commentId: number;
  person: Person;
  /** A version, or patch, minor, major. */
  version: string;
  /** Packages by name; none: the only one there is, or what `scope` says. */
  packages: string[];
  scope: ReleaseScope;
  distTag: string | undefined;
}

/** What a request came to before anything was done. */
export interface Checked {
  policy: PackagePolicy;
  pinned: PinnedPolicy;
  version: string;
  distTag: string;
  /** Of several packages: all of them. `policy` is the strictest of what holds for those that are published. */
  packages: ReleasePart[] | null;
  commit: { sha: string } & CommitWords;
  branch: string;
  place: Place;
  job: { key: string; name: string };
  workflowBlob: string;
  reasons: Reason;
}

const codes: Record<string, RefusalCode> = {
  releaser: "not-allowed",
  environment: "environment-unprotected",
  secret: "secret-exists",
  token: "token-missing",
  doctor: "workflow-unsuitable",
};

/** Reads and checks everything a request rests on; changes nothing. Throws Refusal with every reason at once. */
export async function checkRequest(
  parts: DeskParts,
  github: GitHubRepository,
  asked: ReleaseRequest,
): Promise<Checked> {
  await refuseStopped(parts.store, asked.repository.id);
  const branch = asked.repository.defaultBranch;
  const tip = await github.branchTip(branch);
  if (tip === null)
    throw new Refusal("branch-not-allowed", `The default branch \`${branch}\` has no commit to release.`);
  const { sha, title, author } = tip;
  const pinned = await policyAt(github, sha);
  const { policies, states } = await pickPackages(parts, github, pinned, asked, sha);
  for (const one of policies) refuseModeAndBranch(one, branch);
  // Where it is published from is the same for all of them.
  const where = jointPolicy(policies);
  const [candidates, permission, named, place, workflow] = await Promise.all([
    states(),
    github.permission(asked.person.login),
    releaserOf(github, policies, asked.person.login),
    readPlace(parts, github, where, branch),
    readableFile(github, workflowPath(where.workflow), sha, "workflow-unsuitable"),
  ]);
  const releaser = checkReleaser({ login: asked.person.login, isHuman: true, permission, ...named });
  if (releaser.verdict === "refused") throw new Refusal("not-allowed", releaser.text);
  const { version, distTag, packages } = await wantedVersions(parts, asked, candidates, sha);
  const policy = jointPolicy(
    policies.filter((one) => packages?.find(({ name }) => name === one.name)?.state !== "already"),
  );
  const job = await workflowJob(github, policy, workflow, sha);
  const wanted = { repositoryId: asked.repository.id, personId: asked.person.id, releaseId: null };
  const [{ facts: token }, report] = await Promise.all([
    tokenFacts(
      ...([parts, github, policy] as const),
      { ...wanted, environmentId: place.environment.id },
      place.key?.keyId ?? "",
    ),
    workflowReport(parts, github, pinned.policy, namedWorkflow(pinned.policy, policy), sha),
  ]);
  const children = [
    ...packageReason(packages),
    releaser,
    checkEnvironment(place.environment, policy, branch),
    doctorReason(report),
  ];
  if (isTokenMode(policy.mode) && place.environment.exists)
    children.push(
      checkSecret(await ownSecretAside(parts, asked.repository, place)),
      checkToken(token, asked.person.login, parts.clock.now()),
    );
  const reasons = all("request", "What this request rests on.", children);
  refuseAll(parts, asked, policy, children);
  const commit = { sha, title, author };
  const workflowBlob = workflow?.blob ?? "";
  return { policy, pinned, version, distTag, packages, commit, branch, place, job, workflowBlob, reasons };
}

/** Which packages it would be, where they are several. */
function packageReason(packages: ReleasePart[] | null): Reason[] {
  if (packages === null) return [];
  const names = (some: ReleasePart[]): string =>
    either(
      some.map(({ name }) => name),
      "and",
    );
  const there = packages.filter(({ state }) => state === "already");
  const left = there.length === 0 ? "" : ` ${names(there)}: there already, from an earlier release of this commit.`;
  const text = `To publish: ${names(packages.filter(({ state }) => state !== "already"))}.${left}`;
  return [{ rule: "packages", verdict: "satisfied", text }];
}

/** A secret of ours that is still armed or being removed isn't somebody else's: the release waits for it instead. */
async function ownSecretAside(parts: DeskParts, repository: Repository, place: Place): Promise<Place["secret"]> {
  const lease = await parts.store.leases.locking(repository.id, place.environment.id);
  const ours = lease !== null && lease.secretName === place.secret.name;
  return ours ? { ...place.secret, inEnvironment: false } : place.secret;
}

function refuseAll(parts: DeskParts, asked: ReleaseRequest, policy: PackagePolicy, reasons: Reason[]): void {
  const refused = reasons.filter((reason) => reason.verdict === "refused");
  const first = refused[0];
  if (first === undefined) return;
  const path = sealPath({ repositoryId: asked.repository.id, package: policy.name });
  const lines = refused.flatMap((reason) => {
    const inner = reason.children?.filter((child) => child.verdict === "refused") ?? [];
    const texts = inner.length > 0 ? inner.map((child) => child.text) : [reason.text];
    return reason.rule === "token" ? texts.map((text) => `${text} Add one: ${parts.publicUrl}${path}`) : texts;
  });
  const sentence = lines.length === 1 ? (lines[0] ?? "") : lines.map((line) => `- ${line}`).join("\n");
  throw new Refusal(codes[first.rule] ?? "not-now", sentence);
}

function refuseModeAndBranch(policy: PackagePolicy, branch: string): void {
  if (policy.dispatchAs !== "app")
    throw new Refusal(
      "policy-invalid",
      `The policy of ${policy.name} asks for \`dispatchAs: person\`, which this version of Countersign doesn't do yet: set \`dispatchAs: app\`.`,
    );
  if (policy.branches.length > 0 && !policy.branches.includes(branch))
    throw new Refusal(
      "branch-not-allowed",
      `Releases are made from the default branch \`${branch}\`, which \`branches\` in the policy doesn't name: ${policy.branches.join(", ")}.`,
    );
}

async function workflowJob(
  github: GitHubRepository,
  policy: PackagePolicy,
  file: { text: string } | null,
  sha: string,
): Promise<{ key: string; name: string }> {
  const path = workflowPath(policy.workflow);
  if (file === null)
    throw new Refusal(
      "workflow-missing",
      `There is no \`${path}\` on the default branch: add the workflow that publishes ${policy.name}.`,
    );
  const called = await readCalled(github, { path, text: file.text }, sha);
  const read = readWorkflow(file.text, { environment: policy.environment, secret: policy.secret }, called);
  if (!read.ok)
    throw new Refusal(
      "workflow-unsuitable",
      `\`${path}\`${read.line === null ? "" : `, line ${read.line}`}: ${read.problem}`,
    );
  return read.job;
}

/** Takes the environment for a release that passed its checks; refuses where another one holds it. */
export async function insertRelease(parts: DeskParts, asked: ReleaseRequest, checked: Checked): Promise<Release> {
  const at = parts.clock.now();
  const release = newRelease(parts, asked, checked, at);
  return await parts.store.transaction(async (store) => {
    await refuseStopped(store, asked.repository.id);
    const inserted = await store.releases.insert(release);
    if (inserted === false) throw await heldBy(parts, release);
    await store.audit.add({
      at,
      what: "release.requested",
      actor: asked.person.login,
      actorId: asked.person.id,
      repositoryId: asked.repository.id,
      releaseId: inserted.id,
      detail: {
        ...{ package: inserted.package, version: inserted.version, sha: inserted.sha, issue: asked.issueNumber },
        ...(inserted.packages === null ? {} : { packages: toPublish(inserted) }),
      },
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

function newRelease(parts: DeskParts, asked: ReleaseRequest, checked: Checked, at: Date): Release {
  const { policy, pinned, place } = checked;
  return {
    ...emptyRelease,
    id: parts.ids.next(),
    state: "requested",
    repositoryId: asked.repository.id,
    installationId: asked.repository.installationId,
    package: policy.name,
    packages: checked.packages,
    version: checked.version,
    distTag: checked.distTag,
    mode: policy.mode,
    branch: checked.branch,
    sha: checked.commit.sha,
    commitTitle: checked.commit.title,
    commitAuthor: checked.commit.author,
    workflowPath: workflowPath(policy.workflow),
    workflowBlob: checked.workflowBlob,
    jobName: checked.job.name,
    environmentId: place.environment.id,
    environmentName: place.environment.name,
    secretName: policy.secret,
    policySha: pinned.sha,
    policyBlob: pinned.blob,
    releaserId: asked.person.id,
    releaserLogin: asked.person.login,
    origin: "chat",
    issueNumber: asked.issueNumber,
    requestCommentId: asked.commentId,
    requestedAt: at,
    holds: environmentKey(asked.repository.id, place.environment.id),
  };
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
} satisfies Partial<Release>;
