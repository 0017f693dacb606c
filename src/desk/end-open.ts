import { isEnd, releaseTitle } from "../domain/release.ts";
import type { Release, Repository } from "../domain/release-types.ts";
import { stillStaged } from "../domain/staged.ts";
import { closeDeleted } from "./disarm.ts";
import { alone, endRelease, withRelease } from "./end.ts";
import { dropWatches } from "./out-of-band/keep.ts";
import type { DeskParts } from "./types.ts";
import { forgetRepository } from "./tokens/owners.ts";

type Words = (release: Release) => string;

/** Ends the open releases of a repository, each with its sentence. `only`: those before their gate was opened. */
export async function endOpen(
  parts: DeskParts,
  repositoryId: number,
  ending: { code: string; text: Words; only?: "before-gate" },
): Promise<void> {
  for (const { id } of await parts.store.releases.activeInRepository(repositoryId))
    await withRelease(parts, id, async (release) => {
      if (isEnd(release.state)) return;
      if (ending.only === "before-gate" && ranOn(release)) return;
      const to = ranOn(release) ? "failed" : "refused";
      await endRelease(parts, release, { to, code: ending.code, text: ending.text(release) });
    });
}

/** Its gate was opened, or is being opened: a job may have the token, or had it. */
function ranOn({ state }: Release): boolean {
  return ["arming", "running", "verifying", "staged"].includes(state);
}

/** What is left for people to do after an end that GitHub leaves us no hand in. */
function leftOver(release: Release): string {
  const run = release.runId === null ? "" : ` Cancel its run ${release.runId} on GitHub, if it still waits there.`;
  if (release.state === "staged") return stillStaged(release);
  if (!ranOn(release)) return `Nothing was published.${run}`;
  return `What its job did isn't known here: look at the registry for ${releaseTitle(release)}. Delete the secret ${release.secretName} in ${release.environmentName} if it is still there, and revoke the npm token of ${release.releaserLogin}.`;
}

/**
 * The app isn't on a repository any more: its open releases end, its tokens are forgotten (their owners are asked to revoke them).
 * A lease stays open: what was armed is still to be removed, and is as soon as the app is back.
 */
export async function loseRepository(parts: DeskParts, repositoryId: number): Promise<void> {
  await parts.store.repositories.removed(repositoryId, parts.clock.now());
  await endOpen(parts, repositoryId, {
    code: "app-removed",
    text: (release) =>
      `The app was taken from this repository${ranOn(release) ? " while the release ran" : ""}. ${leftOver(release)}`,
  });
  await forgetRepository(parts, repositoryId);
  await dropWatches(parts, repositoryId);
}

/** GitHub deleted the repository: its releases end, its tokens are forgotten, and its leases are over with its environments. */
export async function repositoryDeleted(parts: DeskParts, repositoryId: number): Promise<void> {
  await parts.store.repositories.removed(repositoryId, parts.clock.now());
  await endOpen(parts, repositoryId, {
    code: "repository-deleted",
    text: (release) =>
      release.state === "staged"
        ? `The repository was deleted. ${stillStaged(release)}`
        : ranOn(release)
          ? `The repository was deleted while the release ran, and its environments with it: look at the registry for ${releaseTitle(release)}, and revoke the npm token of ${release.releaserLogin}.`
          : "The repository was deleted. Nothing was published.",
  });
  await forgetRepository(parts, repositoryId);
  await dropWatches(parts, repositoryId);
  const open = await parts.store.leases.open();
  for (const lease of open)
    if (lease.repositoryId === repositoryId) await alone(parts, lease, () => closeDeleted(parts, lease.id));
}

/** GitHub takes no changes in an archived repository, so nothing can be armed there; a job that runs goes on to its end. */
export async function repositoryArchived(parts: DeskParts, repositoryId: number): Promise<void> {
  await endOpen(parts, repositoryId, {
    code: "repository-archived",
    only: "before-gate",
    text: (release) =>
      `The repository was archived, and GitHub takes no changes there: unarchive it and ask again with /release. ${leftOver(release)}`,
  });
}

/** Another owner has the repository: what the old one's people asked for and approved isn't armed under the new one. */
export async function repositoryTransferred(parts: DeskParts, from: Repository, to: Repository): Promise<void> {
  await endOpen(parts, to.id, {
    code: "transferred",
    text: (release) =>
      `The repository was transferred from ${from.owner} to ${to.owner}: what was approved there isn't armed here. ${release.state === "staged" ? stillStaged(release) : ranOn(release) ? `Its run is being stopped: look at the registry for ${releaseTitle(release)}.` : "Nothing was published; ask again with /release."}`,
  });
}
