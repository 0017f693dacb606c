import { Refusal } from "../domain/errors.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Reason } from "../domain/reason.ts";
import { all } from "../domain/reason.ts";
import type { Person, Release, Repository } from "../domain/release-types.ts";
import { checkDistTag, checkVersion, nextVersion } from "../domain/version.ts";
import type { CommitWords, GitHubRepository } from "../github/types.ts";
import { RegistryError } from "../npm/types.ts";
import type { PackageState } from "../npm/types.ts";
import { judgeWay, readWay, refuseAll } from "./check-way.ts";
import { newRelease, takeEnvironment } from "./new-release.ts";
import { refuseStopped } from "./panic/check.ts";
import type { Place } from "./place.ts";
import { packageOf, policyAt } from "./policy-at.ts";
import type { PinnedPolicy } from "./policy-at.ts";
import type { DeskParts } from "./types.ts";

/** A release asked for in an issue or pull request. */
export interface ReleaseRequest {
  repository: Repository;
  issueNumber: number;
  commentId: number;
  person: Person;
  /** A version, or patch, minor, major. */
  version: string;
  package: string | undefined;
  distTag: string | undefined;
}

/** What a request came to before anything was done. */
export interface Checked {
  policy: PackagePolicy;
  pinned: PinnedPolicy;
  version: string;
  distTag: string;
  commit: { sha: string } & CommitWords;
  branch: string;
  place: Place;
  job: { key: string; name: string };
  workflowBlob: string;
  reasons: Reason;
}

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
  const policy = packageOf(pinned, asked.package);
  refuseModeAndBranch(policy, branch);
  const wish = { repository: asked.repository, person: asked.person, policy, pinned, branch, sha };
  const [state, read] = await Promise.all([packageState(parts, policy), readWay(parts, github, wish)]);
  if (read.releaser.verdict === "refused") throw new Refusal("not-allowed", read.releaser.text);
  const { version, distTag } = versionOf(asked, state);
  const { job, workflowBlob, reasons: children } = await judgeWay(parts, github, wish, read);
  refuseAll(parts, asked.repository, policy, children);
  const reasons = all("request", "What this request rests on.", children);
  const commit = { sha, title, author };
  return { policy, pinned, version, distTag, commit, branch, place: read.place, job, workflowBlob, reasons };
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

async function packageState(parts: DeskParts, policy: PackagePolicy): Promise<PackageState | null> {
  try {
    return await parts.registry.package(policy.name, policy.registry);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new Refusal("registry-unavailable", `${error.message} Nothing was started; ask again with /release.`, {
      cause: error,
    });
  }
}

function versionOf(asked: ReleaseRequest, state: PackageState | null): { version: string; distTag: string } {
  const distTag = asked.distTag ?? "latest";
  const badTag = checkDistTag(distTag);
  if (badTag !== null) throw badTag;
  const version = nextVersion(asked.version, state);
  if (version instanceof Refusal) throw version;
  const bad = checkVersion(version, state, asked.distTag);
  if (bad !== null) throw bad;
  return { version, distTag };
}

/** Takes the environment for a release that passed its checks; refuses where another one holds it. */
export async function insertRelease(parts: DeskParts, asked: ReleaseRequest, checked: Checked): Promise<Release> {
  const release: Release = {
    ...newRelease(parts, { ...checked, repository: asked.repository, person: asked.person }),
    version: checked.version,
    distTag: checked.distTag,
    issueNumber: asked.issueNumber,
    requestCommentId: asked.commentId,
  };
  const detail = { package: release.package, version: release.version, sha: release.sha, issue: asked.issueNumber };
  return await takeEnvironment(parts, release, { what: "release.requested", person: asked.person, detail });
}
