import { checkEnvironment, checkReleaser, checkSecret, checkToken } from "../domain/checks.ts";
import { doctorReason } from "../domain/doctor/report.ts";
import { Refusal } from "../domain/errors.ts";
import type { RefusalCode } from "../domain/errors.ts";
import { isTokenMode } from "../domain/mode.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Reason } from "../domain/reason.ts";
import type { Person, Repository } from "../domain/release-types.ts";
import { readWorkflow } from "../domain/workflow.ts";
import type { GitHubRepository } from "../github/types.ts";
import { readCalled } from "./doctor/called.ts";
import { namedWorkflow, workflowPath, workflowReport } from "./doctor/workflow-report.ts";
import { readPlace } from "./place.ts";
import type { Place } from "./place.ts";
import { readableFile } from "./policy-at.ts";
import type { PinnedPolicy } from "./policy-at.ts";
import { releaserOf } from "./several/releasers.ts";
import { sealPath, tokenFacts } from "./tokens/for-release.ts";
import type { DeskParts } from "./types.ts";

/** Who wants to go which way: a package's own, or the one in which its stages are approved. */
export interface Wish {
  repository: Repository;
  person: Person;
  policy: PackagePolicy;
  /** Of several packages what holds for each of them; `policy` is the strictest of it. */
  policies?: PackagePolicy[];
  pinned: PinnedPolicy;
  branch: string;
  sha: string;
}

/** What was read for a wish, in one round trip. */
export interface WayRead {
  releaser: Reason;
  place: Place;
  workflow: { text: string; blob: string } | null;
}

/** Reads person, environment and workflow side by side. */
export async function readWay(parts: DeskParts, github: GitHubRepository, wish: Wish): Promise<WayRead> {
  const { person, policy, policies = [policy], branch, sha } = wish;
  const [permission, named, place, workflow] = await Promise.all([
    github.permission(person.login),
    releaserOf(github, policies, person.login),
    readPlace(parts, github, policy, branch),
    readableFile(github, workflowPath(policy.workflow), sha, "workflow-unsuitable"),
  ]);
  const releaser = checkReleaser({ login: person.login, isHuman: true, permission, ...named, ...listFact(policy) });
  return { releaser, place, workflow };
}

/** The key of the policy that names who may go a way, where it isn't `releasers`. */
export function listFact({ approvesStages }: Pick<PackagePolicy, "approvesStages">): { list?: string } {
  return approvesStages === true ? { list: "stageApproval.approvers" } : {};
}

/** Judges what was read: the job that is to be armed, and every reason for and against. @throws Refusal where the workflow has no such job */
export async function judgeWay(
  parts: DeskParts,
  github: GitHubRepository,
  { repository, person, policy, pinned, branch, sha }: Wish,
  { releaser, place, workflow }: WayRead,
): Promise<{ job: { key: string; name: string }; workflowBlob: string; reasons: Reason[] }> {
  const job = await workflowJob(github, policy, workflow, sha);
  const wanted = { repositoryId: repository.id, personId: person.id, releaseId: null };
  const [{ facts: token }, report] = await Promise.all([
    tokenFacts(
      ...([parts, github, policy] as const),
      { ...wanted, environmentId: place.environment.id },
      place.key?.keyId ?? "",
    ),
    workflowReport(parts, github, pinned.policy, namedWorkflow(pinned.policy, policy), sha),
  ]);
  const reasons = [releaser, checkEnvironment(place.environment, policy, branch), doctorReason(report)];
  if (isTokenMode(policy.mode) && place.environment.exists)
    reasons.push(
      checkSecret(await ownSecretAside(parts, repository, place)),
      checkToken(token, person.login, parts.clock.now()),
    );
  return { job, workflowBlob: workflow?.blob ?? "", reasons };
}

/** A secret of ours that is still armed or being removed isn't somebody else's: the release waits for it instead. */
async function ownSecretAside(parts: DeskParts, repository: Repository, place: Place): Promise<Place["secret"]> {
  const lease = await parts.store.leases.locking(repository.id, place.environment.id);
  const ours = lease !== null && lease.secretName === place.secret.name;
  return ours ? { ...place.secret, inEnvironment: false } : place.secret;
}

const codes: Record<string, RefusalCode> = {
  releaser: "not-allowed",
  environment: "environment-unprotected",
  secret: "secret-exists",
  token: "token-missing",
  doctor: "workflow-unsuitable",
};

/** @throws Refusal with every reason that refuses, and where a missing token is sealed */
export function refuseAll(parts: DeskParts, repository: Repository, policy: PackagePolicy, reasons: Reason[]): void {
  const refused = reasons.filter((reason) => reason.verdict === "refused");
  const [first] = refused;
  if (first === undefined) return;
  const path = sealPath({ repositoryId: repository.id, ...placeOf(policy) });
  const lines = refused.flatMap((reason) => {
    const inner = reason.children?.filter((child) => child.verdict === "refused") ?? [];
    const texts = inner.length > 0 ? inner.map((child) => child.text) : [reason.text];
    return reason.rule === "token" ? texts.map((text) => `${text} Add one: ${parts.publicUrl}${path}`) : texts;
  });
  const sentence = lines.length === 1 ? (lines[0] ?? "") : lines.map((line) => `- ${line}`).join("\n");
  throw new Refusal(codes[first.rule] ?? "not-now", sentence);
}

/** What a token's page is asked for: the package and, where it isn't the one that publishes, the environment. */
export function placeOf({ name, environment, approvesStages }: PackagePolicy): {
  package: string;
  environment?: string;
} {
  return { package: name, ...(approvesStages === true ? { environment } : {}) };
}

async function workflowJob(
  github: GitHubRepository,
  policy: PackagePolicy,
  file: { text: string } | null,
  sha: string,
): Promise<{ key: string; name: string }> {
  const path = workflowPath(policy.workflow);
  const does = policy.approvesStages === true ? "approves what is staged of" : "publishes";
  if (file === null)
    throw new Refusal(
      "workflow-missing",
      `There is no \`${path}\` on the default branch: add the workflow that ${does} ${policy.name}.`,
    );
  const called = await readCalled(github, { path, text: file.text }, sha);
  const read = readWorkflow(file.text, policy, called);
  if (!read.ok)
    throw new Refusal(
      "workflow-unsuitable",
      `\`${path}\`${read.line === null ? "" : `, line ${read.line}`}: ${read.problem}`,
    );
  return read.job;
}
