import type { PackagePolicy } from "../../domain/policy-types.ts";
import type { Release } from "../../domain/release-types.ts";
import type { StageFacts } from "../../domain/stage-approval.ts";
import type { DeskParts } from "../types.ts";

/**
 * What a decision about a stage rests on, as our own records have it now; null for a release that publishes. `self` has to be allowed by
 * each of the policies given: the one it was asked under, and the one of now.
 */
export async function stageFacts(
  parts: Pick<DeskParts, "store">,
  release: Pick<Release, "purpose" | "stageOf" | "releaserId">,
  policies: readonly PackagePolicy[],
): Promise<StageFacts | null> {
  if (release.purpose === "publish") return null;
  const staged = await parts.store.releases.get(release.stageOf ?? "");
  return {
    purpose: release.purpose,
    state: staged?.state ?? null,
    own: staged?.releaserId === release.releaserId,
    selfAllowed: policies.every(({ approvesOwnStages }) => approvesOwnStages === true),
  };
}
