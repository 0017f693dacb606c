import { isActive, versionTitle } from "../../domain/release.ts";
import type { Release } from "../../domain/release-types.ts";
import { after } from "../after.ts";
import { endRelease, withRelease } from "../end.ts";
import type { DeskParts } from "../types.ts";

/**
 * A release that had something staged has come to no good end. What is still to decide about that stage ends with it: its secret is
 * removed, its run cancelled.
 */
export async function endDecisions(parts: DeskParts, staged: Release): Promise<void> {
  if (staged.stagedAt === null) return;
  for (const { id } of await parts.store.releases.ofStage(staged.id))
    await withRelease(parts, id, async (release) => {
      if (!isActive(release.state) || release.state === "verifying") return;
      const ran = release.state === "running" ? " Its job was running: look at npm for what it had done by then." : "";
      await endRelease(parts, release, {
        to: "cancelled",
        code: "stage-over",
        text: `The release of ${versionTitle(staged)} is over (${staged.state}), and this with it.${ran}`,
      });
    });
}

/** It went live: what still waits to decide about it is looked at, and refused. One whose job has begun goes on to its own end. */
export async function lookAtDecisions(
  parts: Pick<DeskParts, "store" | "clock" | "ids">,
  staged: Release,
): Promise<void> {
  if (staged.stagedAt === null) return;
  for (const { id, state } of await parts.store.releases.ofStage(staged.id))
    if (isActive(state)) await after(parts, "evaluate", id, "stage-over");
}
