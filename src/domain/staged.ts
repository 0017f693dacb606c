import { isStageMode, isTokenMode } from "./mode.ts";
import type { Mode } from "./policy-types.ts";
import type { Release } from "./release-types.ts";
import { isHeld } from "./several.ts";

/** A staged release is given up this long after it was staged, in milliseconds. npm doesn't say how long it keeps what is staged. */
export const stagePatienceMs = 30 * 86_400_000;

/** How long to wait before the registry is asked again about a staged version: often at first, when somebody is at it. In milliseconds. */
export function nextStageLook(stagedAt: Date, now: Date): number {
  const since = now.getTime() - stagedAt.getTime();
  if (since < 10 * 60_000) return 15_000;
  return since < 2 * 3_600_000 ? 60_000 : 5 * 60_000;
}

/** When a staged release is given up; null: it isn't staged. */
export function stageEnds({ state, stagedAt }: Pick<Release, "state" | "stagedAt">): Date | null {
  return state === "staged" && stagedAt !== null ? new Date(stagedAt.getTime() + stagePatienceMs) : null;
}

/** What to type to look at, approve or reject what is staged: `npm stage` of npm 11.15 or later. */
export function stageCommand(
  verb: "view" | "approve" | "reject",
  { runnerReport }: Pick<Release, "runnerReport">,
): string {
  return `npm stage ${verb} ${runnerReport?.stageId ?? "<stage-id>"}`;
}

/** What is left at npm when a staged release is ended here: only people can take it away there. */
export function stillStaged(release: Pick<Release, "runnerReport" | "packages">): string {
  const staged = (release.packages ?? []).filter(isHeld);
  if (staged.length > 0)
    return `npm still has some of it staged, and whoever may publish it can make it live: take it away with ${staged.map(({ stageId }) => `\`npm stage reject ${stageId ?? "<stage-id>"}\``).join(", ")}.`;
  return `npm still has it staged, and whoever may publish it can make it live: take it away with \`${stageCommand("reject", release)}\`.`;
}

/** What of a version on the registry tells how it was published. */
interface Published {
  publisher: string | null;
  trusted: boolean;
  approver: string | null;
}

/**
 * Whether somebody approved a stage at npm whom the policy doesn't name: null, or a sentence. A registry that doesn't tell who did is held
 * to no such list.
 */
export function oddApprover(
  mode: Mode,
  allowed: readonly string[] | undefined,
  { approver }: Published,
): string | null {
  if (!isStageMode(mode) || allowed === undefined || approver === null || allowed.includes(approver)) return null;
  return `it was approved at npm by ${approver}, whom \`stageApprovers\` in the policy doesn't name.`;
}

/**
 * Whether a version came the way that its release was to come: null, or a sentence that says what is odd. A trusted publisher where a
 * token was to be used, or the other way round, is what a stolen credential looks like. Whose name npm gives a version that was staged
 * by one person and approved by another isn't known, so only a direct publish is held to its token's owner.
 */
export function oddPublisher(
  mode: Mode,
  npmUser: string | undefined,
  { publisher, trusted }: Published,
): string | null {
  if (isTokenMode(mode) && trusted)
    return `it came by trusted publishing, and the mode \`${mode}\` publishes with the releaser's token.`;
  if (!isTokenMode(mode) && !trusted)
    return `it was published with a credential of ${publisher ?? "nobody whom npm names"}, and the mode \`${mode}\` publishes by trusted publishing alone.`;
  if (isStageMode(mode) || npmUser === undefined || publisher === null || publisher === npmUser || trusted) return null;
  return `it was published by ${publisher}, and the token of the job was that of ${npmUser}.`;
}
