import { showStatus } from "./after.ts";
import { disarm } from "./disarm.ts";
import { withRelease } from "./end.ts";
import type { DeskParts } from "./types.ts";

/**
 * GitHub suspended the app on an account: nothing can be read or done there until somebody lifts that. Releases wait, tokens stay,
 * and what is armed is to be removed at once: it can't be, so it is told like every other removal that is stuck.
 */
export async function installationSuspended(parts: DeskParts, installationId: number): Promise<void> {
  const repositories = (await parts.store.repositories.all()).filter((one) => one.installationId === installationId);
  const ids = new Set(repositories.map(({ id }) => id));
  for (const lease of await parts.store.leases.open())
    if (ids.has(lease.repositoryId) && ["arming", "armed"].includes(lease.state))
      await disarm(parts, lease.id, "suspended").catch(() => undefined);
  for (const release of await parts.store.releases.active())
    if (ids.has(release.repositoryId)) await holdUp(parts, release.id, suspendedWords);
}

/** Said of whatever waits for it. */
export const suspendedWords =
  "Countersign is suspended on this account at GitHub, so nothing can go on: an owner lifts that in the account's settings, under GitHub Apps.";

/** A release that waits can't be looked at now: it says why, and goes on waiting. Nothing is written where it says so already. */
export async function holdUp(parts: DeskParts, releaseId: string, text: string): Promise<void> {
  await withRelease(parts, releaseId, async (release) => {
    if (!["requested", "waiting"].includes(release.state)) return;
    const known = release.decision?.children ?? [];
    if (known.some((reason) => reason.rule === "github" && reason.text === text)) return;
    const held = { rule: "github", verdict: "waiting" as const, text };
    const children = [held, ...known.filter(({ rule }) => rule !== "github")];
    const decision = { rule: "release", verdict: "waiting" as const, text: "What this release rests on.", children };
    await showStatus(parts, await parts.store.releases.save(release, { decision }));
  });
}
