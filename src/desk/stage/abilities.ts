import { Refusal } from "../../domain/errors.ts";
import { findPackage } from "../../domain/policy.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import { isActive } from "../../domain/release.ts";
import type { Person, Release } from "../../domain/release-types.ts";
import { approvalWay } from "../../domain/stage-approval.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository } from "../../github/types.ts";
import { policyAtHead } from "../policy-at.ts";
import { isPrincipal } from "../principals.ts";
import { repositoryOf } from "../repository-of.ts";
import type { Abilities, DeskParts } from "../types.ts";

/** Whether a person may have a stage approved or rejected from here, by the policy as it is now; nothing where it leaves that to npm. */
export async function stageAbilities(
  parts: Pick<DeskParts, "store" | "github">,
  release: Release,
  person: Person,
): Promise<Pick<Abilities, "approveStage" | "rejectStage">> {
  // Of several packages each is approved at npm.
  if (release.purpose !== "publish" || release.state !== "staged" || release.packages !== null) return {};
  const github = await repositoryOf(parts, release.repositoryId);
  const way = github === null ? null : await wayNow(github, release.package);
  if (github === null || way === null) return {};
  const both = (answer: true | string) => ({ approveStage: answer, rejectStage: answer });
  const other = (await parts.store.releases.ofStage(release.id)).find(({ state }) => isActive(state));
  if (other !== undefined) return both(`${other.releaserLogin} has it in hand already (#${other.number}).`);
  const [named, permission] = await Promise.all([
    isPrincipal(github, way.releasers, person.login),
    github.permission(person.login),
  ]);
  if (!named) return both(`The policy doesn't name ${person.login} among those who approve stages from here.`);
  if (!["admin", "maintain", "write"].includes(permission))
    return both(`${person.login} has no write access to the repository; whoever approves stages from here needs it.`);
  const own = person.id === release.releaserId && way.approvesOwnStages !== true;
  return {
    approveStage: own ? "You asked for this release; somebody else has to approve its stage." : true,
    rejectStage: true,
  };
}

/** A policy that can't be read, or asked for, offers nothing: the page stays what it is. */
async function wayNow(github: GitHubRepository, packageName: string): Promise<PackagePolicy | null> {
  try {
    const found = findPackage((await policyAtHead(github)).policy, packageName);
    return found instanceof Refusal ? null : approvalWay(found);
  } catch (error) {
    if (error instanceof Refusal || error instanceof GitHubError) return null;
    throw error;
  }
}
