import { checkStage } from "../../domain/checks.ts";
import { Refusal } from "../../domain/errors.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import { versionTitle } from "../../domain/release.ts";
import type { Person, Release, Repository } from "../../domain/release-types.ts";
import { policyFor, stageVerb } from "../../domain/stage-approval.ts";
import type { StageFacts } from "../../domain/stage-approval.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { beginOrLater } from "../begin.ts";
import { judgeWay, readWay, refuseAll } from "../check-way.ts";
import { newRelease, takeEnvironment } from "../new-release.ts";
import { refuseStopped } from "../panic/check.ts";
import { packageOf, policyAt } from "../policy-at.ts";
import { registryOf } from "../registry-of.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import { stageFacts } from "./facts.ts";

/** Somebody's wish to have a stage approved or rejected at npm, with a token of their own. */
export interface StageWish {
  /** The release that staged it. */
  releaseId: string;
  person: Person;
  purpose: StageFacts["purpose"];
  /** The comment that asks for it; null: a page does. */
  commentId: number | null;
  /** The bytes that a page showed; a comment is about what its thread has staged. */
  seenShasum?: string;
}

/** One job decides about one stage. */
const severalStaged =
  "This release has several packages staged, and only a single package's stage is approved or rejected from here: approve or reject each at npm. Their ids and shasums stand on the release's page.";

/**
 * Has a stage approved or rejected: a run of the policy's second workflow, which goes through its environment as a release goes through
 * the publishing one. It is bound to the stage's id and to the bytes that were countersigned, both as they are on record now.
 * @throws Refusal where the stage, the person, the policy or the place doesn't allow it; nothing was started then
 */
export async function askStage(parts: DeskParts, wish: StageWish): Promise<Release> {
  const staged = await parts.store.releases.get(wish.releaseId);
  if (staged === null || staged.purpose !== "publish") throw new Refusal("no-release", "There is no such release.");
  if (staged.packages !== null) throw new Refusal("not-now", severalStaged);
  const { stageId } = staged.runnerReport ?? {};
  if (staged.state !== "staged" || stageId === undefined || staged.shasum === null)
    throw new Refusal(
      "not-now",
      `${versionTitle(staged)} isn't staged (it is ${staged.state}): there is nothing to ${stageVerb[wish.purpose]} at npm.`,
    );
  if (wish.seenShasum !== undefined && wish.seenShasum !== staged.shasum)
    throw new Refusal("other-commit", "Other bytes are staged than those that you were shown: look at them again.");
  await refuseStopped(parts.store, staged.repositoryId);
  const github = await repositoryOf(parts, staged.repositoryId);
  if (github === null) throw new Refusal("not-found", "GitHub doesn't show Countersign this repository any more.");
  const inserted = await checkedRelease(parts, github, wish, { ...staged, stageId });
  await beginOrLater(parts, inserted.id);
  return (await parts.store.releases.get(inserted.id)) ?? inserted;
}

async function checkedRelease(
  parts: DeskParts,
  github: GitHubRepository,
  { person, purpose, commentId }: StageWish,
  staged: Release & { stageId: string },
): Promise<Release> {
  const { repository } = github;
  const { branch, commit } = await tipOf(github, repository);
  const pinned = await policyAt(github, commit.sha);
  const policy = policyFor(packageOf(pinned, staged.package), purpose);
  await refuseOtherRegistry(parts, staged, policy);
  const of = { repository, person, policy, pinned, branch };
  const way = { ...of, sha: commit.sha };
  const [read, facts] = await Promise.all([
    readWay(parts, github, way),
    stageFacts(parts, { purpose, stageOf: staged.id, releaserId: person.id }, [policy]),
  ]);
  if (read.releaser.verdict === "refused") throw new Refusal("not-allowed", read.releaser.text);
  const stage = facts === null ? [] : [checkStage(facts)];
  const own = stage.find(({ verdict }) => verdict === "refused");
  if (own !== undefined) throw new Refusal("self-approval", own.text);
  const { job, workflowBlob, reasons } = await judgeWay(parts, github, way, read);
  refuseAll(parts, repository, policy, reasons);
  const release: Release = {
    ...newRelease(parts, { ...of, commit, place: read.place, job, workflowBlob }),
    ...{ version: staged.version, distTag: staged.distTag, purpose },
    ...{ stageOf: staged.id, stageId: staged.stageId, shasum: staged.shasum },
    ...{ issueNumber: staged.issueNumber, requestCommentId: commentId },
  };
  const detail = { of: staged.id, stage: staged.stageId, shasum: staged.shasum, version: staged.version };
  return await takeEnvironment(parts, release, {
    what: purpose === "approve-stage" ? "stage.approval-asked" : "stage.rejection-asked",
    person,
    detail: { package: staged.package, ...detail },
  });
}

async function tipOf(github: GitHubRepository, { defaultBranch: branch }: Repository) {
  const commit = await github.branchTip(branch);
  if (commit !== null) return { branch, commit };
  throw new Refusal(
    "branch-not-allowed",
    `The default branch \`${branch}\` has no commit to run the approving workflow of.`,
  );
}

/** The job asks the registry that the policy names now; what is staged lies at the one that it named then. */
async function refuseOtherRegistry(parts: DeskParts, staged: Release, policy: PackagePolicy): Promise<void> {
  if ((await registryOf(parts, staged)) === policy.registry) return;
  throw new Refusal(
    "policy-invalid",
    `\`registry\` in the policy was changed since ${versionTitle(staged)} was staged: approve or reject it at the registry that has it.`,
  );
}

/** Nobody decides about what wasn't there to be looked at. GitHub's comment times have whole seconds. */
function refuseEarly(staged: Release, createdAt: Date): void {
  const since = Math.floor((staged.stagedAt?.getTime() ?? 0) / 1000) * 1000;
  if (createdAt.getTime() >= since) return;
  throw new Refusal(
    "too-early",
    `This was written before ${versionTitle(staged)} was staged, so it doesn't count for it: look at it, then write it again.`,
  );
}

/** The release of a thread whose stage is meant: the one that waits at npm. @throws Refusal where none does, or several do */
export async function stagedInThread(
  parts: Pick<DeskParts, "store">,
  repositoryId: number,
  issueNumber: number,
  { version, createdAt }: { version: string | undefined; createdAt: Date },
): Promise<Release> {
  const all = await parts.store.releases.inIssue(repositoryId, issueNumber);
  const staged = all.filter((one) => one.purpose === "publish" && one.state === "staged");
  const fits = version === undefined ? staged : staged.filter((one) => one.version === version);
  const [only] = fits;
  if (only !== undefined && fits.length === 1) {
    refuseEarly(only, createdAt);
    return only;
  }
  const names = staged.map((one) => `\`${one.version}\``).join(" or ");
  throw new Refusal(
    "no-release",
    staged.length === 0
      ? "No release of this thread is staged at npm: there is nothing to approve or reject."
      : `Say which of the staged versions of this thread you mean: ${names}.`,
  );
}
