import type { ReleaseScope } from "../domain/command.ts";
import { Refusal } from "../domain/errors.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import type { Reason } from "../domain/reason.ts";
import { all } from "../domain/reason.ts";
import type { Person, Release, ReleasePart, Repository } from "../domain/release-types.ts";
import { jointPolicy, toPublish } from "../domain/several.ts";
import { either } from "../domain/shown.ts";
import type { CommitWords, GitHubRepository } from "../github/types.ts";
import { judgeWay, readWay, refuseAll } from "./check-way.ts";
import { newRelease, takeEnvironment } from "./new-release.ts";
import { refuseStopped } from "./panic/check.ts";
import type { Place } from "./place.ts";
import { policyAt } from "./policy-at.ts";
import type { PinnedPolicy } from "./policy-at.ts";
import { pickPackages } from "./several/pick.ts";
import { wantedVersions } from "./several/versions.ts";
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
  const of = { repository: asked.repository, person: asked.person, pinned, branch, sha };
  // Where it is published from is the same for all of them.
  const wish = { ...of, policy: jointPolicy(policies), policies };
  const [candidates, read] = await Promise.all([states(), readWay(parts, github, wish)]);
  if (read.releaser.verdict === "refused") throw new Refusal("not-allowed", read.releaser.text);
  const wanted = await wantedVersions(parts, asked, candidates, sha);
  const policy = jointPolicy(
    policies.filter((one) => wanted.packages?.find(({ name }) => name === one.name)?.state !== "already"),
  );
  const { job, workflowBlob, reasons: way } = await judgeWay(parts, github, { ...of, policy }, read);
  refuseAll(parts, asked.repository, policy, way);
  const reasons = all("request", "What this request rests on.", [...packageReason(wanted.packages), ...way]);
  const commit = { sha, title, author };
  return { ...wanted, policy, pinned, commit, branch, place: read.place, job, workflowBlob, reasons };
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
  const untagged = there.flatMap(({ name, text }) => (text === undefined ? [] : [` \`${name}\`: ${text}`])).join("");
  const text = `To publish: ${names(packages.filter(({ state }) => state !== "already"))}.${left}${untagged}`;
  return [{ rule: "packages", verdict: "satisfied", text }];
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

/** Takes the environment for a release that passed its checks; refuses where another one holds it. */
export async function insertRelease(parts: DeskParts, asked: ReleaseRequest, checked: Checked): Promise<Release> {
  const release: Release = {
    ...newRelease(parts, { ...checked, repository: asked.repository, person: asked.person }),
    packages: checked.packages,
    version: checked.version,
    distTag: checked.distTag,
    issueNumber: asked.issueNumber,
    requestCommentId: asked.commentId,
  };
  const detail = {
    ...{ package: release.package, version: release.version, sha: release.sha, issue: asked.issueNumber },
    ...(release.packages === null ? {} : { packages: toPublish(release) }),
  };
  return await takeEnvironment(parts, release, { what: "release.requested", person: asked.person, detail });
}
