import { checkAllApprovals, checkReleaser } from "../domain/checks.ts";
import { Refusal } from "../domain/errors.ts";
import type { Release } from "../domain/release-types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { weighAll } from "./gather.ts";
import { policiesOf, policyAt, policyAtHead } from "./policy-at.ts";
import { releaserOf } from "./several/releasers.ts";
import type { DeskParts } from "./types.ts";

/**
 * Counts releaser and approvals of all packages once more, by the policy at the request and at the head, before a job is told what to
 * publish. While versions are exchanged one by one, an older instance may have armed a release of several: it knows the first package only.
 * @throws Refusal where they don't suffice for one of the packages
 */
export async function refuseUncounted(
  parts: Pick<DeskParts, "store">,
  github: GitHubRepository,
  release: Release,
): Promise<void> {
  const [asked, head, given, permission] = await Promise.all([
    policyAt(github, release.policySha),
    policyAtHead(github),
    parts.store.approvals.of(release.id),
    github.permission(release.releaserLogin),
  ]);
  for (const pinned of head.blob === asked.blob ? [asked] : [asked, head]) {
    const policies = policiesOf(pinned, release);
    const [approvals, named] = await Promise.all([
      weighAll(github, release, policies, given),
      releaserOf(github, policies, release.releaserLogin),
    ]);
    const reasons = [
      checkReleaser({ login: release.releaserLogin, isHuman: true, permission, ...named }),
      checkAllApprovals(approvals, "Not all packages have the approvals that the policy asks for."),
    ];
    const missing = reasons.find(({ verdict }) => verdict !== "satisfied");
    if (missing !== undefined)
      throw new Refusal(
        "not-allowed",
        `Nothing is published, since this doesn't hold for all packages of the release: ${missing.children?.find(({ verdict }) => verdict !== "satisfied")?.text ?? missing.text} The policy or somebody's rights changed after the gate was opened, or an older Countersign opened it (then bring all instances to one version). Ask again with /release.`,
      );
  }
}
