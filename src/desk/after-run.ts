import { isTokenMode } from "../domain/mode.ts";
import type { Release } from "../domain/release-types.ts";
import type { DeskParts } from "./types.ts";

// What verifying one package and verifying several have in common.

/** The registry may show a new version late; it is asked for this long after the run's end, in milliseconds. */
export const patienceMs = 10 * 60_000;

/** Why the step stopped, in its own words; "" where it didn't say. */
export function stepSaid({ runnerReport }: Pick<Release, "runnerReport">): string {
  const { outcome, message } = runnerReport ?? {};
  return outcome === "failed" && message !== undefined ? ` The step said: ${message}` : "";
}

/**
 * An earlier release of the same version that was armed, where the run doesn't say itself that it published: its job may have gone on
 * after its release was ended, and what is on the registry may be its work.
 */
export async function otherRun(
  parts: DeskParts,
  release: Release,
  { name, said }: { name: string; said: string | undefined } = {
    name: release.package,
    said: release.runnerReport?.outcome,
  },
): Promise<Release | null> {
  if (release.runConclusion === "success" || said === "published" || said === "staged") return null;
  const all = await parts.store.releases.ofVersion(release.repositoryId, name, release.version);
  const earlier = all.filter(({ number }) => number < release.number);
  const armed = new Set((await parts.store.leases.ofReleases(earlier.map(({ id }) => id))).map((one) => one.releaseId));
  return earlier.find(({ id, mode, decidedAt }) => armed.has(id) || (!isTokenMode(mode) && decidedAt !== null)) ?? null;
}
