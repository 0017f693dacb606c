import { isEnd, move, versionTitle } from "../../domain/release.ts";
import type { Release } from "../../domain/release-types.ts";
import { RegistryError } from "../../npm/types.ts";
import { after, later, showStatus } from "../after.ts";
import { stepSaid } from "../after-run.ts";
import { tellEnded } from "../channels/tell-release.ts";
import { endRelease } from "../end.ts";
import { registryOf } from "../registry-of.ts";
import type { DeskParts } from "../types.ts";

/** The registry may show an approved version late, since npm looks it over first; it is asked for this long, in milliseconds. */
const patienceMs = 10 * 60_000;

/**
 * What became of a job that approves or rejects a stage. The registry has the last word on an approval; of a rejection it tells nobody
 * without a token, so npm's answer to the job counts, OIDC-proven. The release that staged it is looked at at once.
 */
export async function verifyStage(parts: DeskParts, release: Release): Promise<void> {
  if (isEnd(release.state) || release.state !== "verifying") return;
  const version = await parts.registry
    .version(release.package, release.version, await registryOf(parts, release))
    .catch((error: unknown) => {
      if (error instanceof RegistryError) return error;
      throw error;
    });
  const title = versionTitle(release);
  const [shasum, integrity] =
    version === null || version instanceof RegistryError ? [null, null] : [version.shasum, version.integrity];
  if (shasum !== null && shasum !== release.shasum)
    return await fail(
      parts,
      release,
      "other-bytes",
      `${title} is on the registry, but not the bytes that were countersigned (${shasum}, expected ${release.shasum ?? "unknown"}): look into it now.`,
    );
  if (release.purpose === "reject-stage" && shasum !== null)
    return await fail(
      parts,
      release,
      "live",
      `${title} is live: it was approved before it could be rejected. See who did that.`,
    );
  if (!didIt(release)) {
    const live = shasum === null ? "" : ` ${title} is live all the same: somebody approved it at npm.`;
    const ended = `The run ended as ${release.runConclusion ?? "unknown"} without npm's word that it ${past[release.purpose]} ${title}.`;
    return await fail(
      parts,
      release,
      "run-failed",
      `${ended} See its log, then ask again with /release.${stepSaid(release)}${live}`,
    );
  }
  if (release.purpose === "reject-stage" || shasum !== null) return await succeed(parts, release, integrity);
  await lookAgain(parts, release);
}

const past: Record<Release["purpose"], string> = {
  publish: "has",
  "approve-stage": "approved",
  "reject-stage": "rejected",
};

/** The step said so, or its report got lost and the job ended well, which it doesn't where npm refuses. */
function didIt({ purpose, runnerReport, jobConclusion, runConclusion }: Release): boolean {
  if (runnerReport?.outcome !== undefined) return runnerReport.outcome === past[purpose];
  return purpose === "approve-stage" && (jobConclusion ?? runConclusion) === "success";
}

async function succeed(
  parts: DeskParts,
  release: Release,
  integrity: string | null,
  note: { endCode: string; endText: string } | null = null,
): Promise<void> {
  const at = parts.clock.now();
  const patch = move(release, "done", at, { integrity, verifiedAt: at, ...note });
  if (patch === null) return;
  await parts.store.transaction(async (store) => {
    const inside = { ...parts, store };
    const saved = await store.releases.save(release, patch);
    await store.audit.add({
      ...{ at, what: "release.done", actor: "countersign" },
      ...{ repositoryId: release.repositoryId, releaseId: release.id },
      detail: { purpose: release.purpose, of: release.stageOf, stage: release.stageId, shasum: release.shasum },
    });
    await lookAtStaged(inside, saved);
    await after(inside, "clean-up", release.id, "done");
    await showStatus(inside, saved);
    await tellEnded(inside, saved, "done");
  });
}

async function fail(parts: DeskParts, release: Release, code: string, text: string): Promise<void> {
  await endRelease(parts, release, { to: "failed", code, text });
  await lookAtStaged(parts, release);
}

/** npm may have heard it whatever the run says: whoever staged it is looked at now, not at its next turn. */
async function lookAtStaged(parts: Pick<DeskParts, "store" | "clock" | "ids">, release: Release): Promise<void> {
  if (release.stageOf !== null) await after(parts, "verify", release.stageOf, `decided-${release.id}`);
}

/** npm took the approval, and looks the version over before it shows it. Its own release goes on watching when this one gives up. */
async function lookAgain(parts: DeskParts, release: Release): Promise<void> {
  const now = parts.clock.now();
  const since = now.getTime() - (release.runEndedAt ?? now).getTime();
  if (since > patienceMs)
    return await succeed(parts, release, null, {
      endCode: "not-live-yet",
      endText: `npm took the approval, but doesn't show ${versionTitle(release)} yet. Its release goes on watching for it.`,
    });
  const pause = Math.max(1000, Math.min(30_000, since));
  await after(parts, "verify", release.id, `approved-${now.getTime()}`, later(now, pause));
}
