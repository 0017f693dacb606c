import { principalName } from "./facts.ts";
import type { PackagePolicy } from "./policy-types.ts";
import type { Release } from "./release-types.ts";
import { approvalWay } from "./stage-approval.ts";

/** Whom a staged version waits for, by the policy that its release was asked for under. */
export interface StageWaitsFor {
  /** Logins and `@org/team`s, as people write them. Those at npm are whom we know of: npm lets others approve as well. */
  names: string[];
  /** `here`: a job of ours approves it for one of them (`stageApproval`); `npm`: it is approved there. */
  at: "here" | "npm";
  /** npm users whose approval there counts alone (`stageApprovers`). */
  npmUsers?: string[];
}

/**
 * Whom a release that has been staged waits for: whom `stageApproval` names, save whoever asked for it where they may not approve their own.
 * Without it somebody at npm, of whom GitHub knows nothing: those whose sealed tokens are of the npm users in `stageApprovers`, or whoever
 * asked for the release, whose business it is. `sealed`: logins with the npm users of their tokens.
 */
export function stageWaitsFor(
  policy: PackagePolicy,
  release: Pick<Release, "releaserLogin" | "packages">,
  sealed: ReadonlyArray<{ login: string; npmUser: string }>,
): StageWaitsFor {
  // Of several packages each is approved at npm.
  const way = release.packages === null ? approvalWay(policy) : null;
  const own = release.releaserLogin.toLowerCase();
  const names = (way?.releasers ?? [])
    .map(principalName)
    .filter((name) => way?.approvesOwnStages === true || name.toLowerCase() !== own);
  if (names.length > 0) return { names, at: "here" };
  const { stageApprovers: npmUsers } = policy;
  const known = sealed.filter(({ npmUser }) => npmUsers?.includes(npmUser)).map(({ login }) => login);
  return {
    names: known.length === 0 ? [release.releaserLogin] : [...new Set(known)],
    at: "npm",
    ...(npmUsers === undefined ? {} : { npmUsers }),
  };
}

/** The same in a sentence. */
export function stageWaitsText({ names, at, npmUsers }: StageWaitsFor): string {
  if (at === "here") return `Staged at npm. Waits for ${names.join(", ")} to compare it, then approve it from here.`;
  const whose =
    npmUsers === undefined ? `${names.join(", ")}, or whoever else may publish it there` : npmUsers.join(", ");
  return `Waits at npm for the second factor of ${whose}.`;
}
