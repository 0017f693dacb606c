import { otherBytes } from "../domain/bytes.ts";
import { isStageMode, isTokenMode } from "../domain/mode.ts";
import { isEnd, move, releaseTitle } from "../domain/release.ts";
import type { EndState, Release } from "../domain/release-types.ts";
import { oddApprover, oddPublisher } from "../domain/staged.ts";
import { after, later, showStatus } from "./after.ts";
import { otherRun, patienceMs, stepSaid } from "./after-run.ts";
import { knownBytes, refuseOtherBytes, refuseUnbuilt } from "./bytes.ts";
import { tellEnded } from "./channels/tell-release.ts";
import { endRelease, withRelease } from "./end.ts";
import { lookAtSeveral, verifySeveral } from "./several/verify.ts";
import { lookSoon } from "./out-of-band/keep.ts";
import { ownPolicy, registryOf } from "./registry-of.ts";
import { lookAtDecisions } from "./stage/end-with.ts";
import { verifyStage } from "./stage/verify.ts";
import { becomeStaged, hasStaged, lookAtStage, stageUnread } from "./staged.ts";
import type { DeskParts } from "./types.ts";
import { RegistryError } from "../npm/types.ts";
import type { PublishedVersion } from "../npm/types.ts";

/** Asks the registry what the run really did, and ends the release with that: the registry has the last word, not the run. */
export async function verify(parts: DeskParts, releaseId: string): Promise<void> {
  await withRelease(parts, releaseId, async (release) => {
    if (release.purpose !== "publish") return await verifyStage(parts, release);
    if (isEnd(release.state)) return await lookAfterEnd(parts, release);
    if (release.state !== "verifying" && release.state !== "staged") return;
    if (release.packages !== null) return await verifySeveral(parts, release);
    const registry = await registryOf(parts, release);
    const version = await parts.registry.version(release.package, release.version, registry).catch((error: unknown) => {
      if (error instanceof RegistryError) return error;
      throw error;
    });
    if (version instanceof RegistryError) return await unread(parts, release, version);
    if (version !== null) return await published(parts, release, version);
    if (release.state === "staged") return await lookAtStage(parts, release);
    if (hasStaged(release)) return await becomeStaged(parts, release);
    await missing(parts, release);
  });
}

/** Whether its job may have published: it had the token, or its gate was opened where none is needed. */
export async function mayHavePublished(parts: Pick<DeskParts, "store">, release: Release): Promise<boolean> {
  if (!isTokenMode(release.mode)) return release.decidedAt !== null;
  return (await parts.store.leases.ofRelease(release.id)) !== null;
}

/**
 * A release that was ended while its job ran may have been published all the same. Then its end stands, and the receipt says what
 * is on the registry.
 */
async function lookAfterEnd(parts: DeskParts, release: Release): Promise<void> {
  // Other bytes than the run's were found already, and said so; of several packages that may be true of one of them.
  const saidSo = release.endCode === "other-bytes" && release.packages === null;
  if (release.state === "published" || release.verifiedAt !== null || saidSo) return;
  // Whether its gate was opened may be what isn't known: whoever had no lease had no token.
  if (!(await mayHavePublished(parts, release))) return;
  if (release.packages !== null) return await lookAtSeveral(parts, release);
  const version = await parts.registry.version(release.package, release.version, await registryOf(parts, release));
  if (version === null) return;
  const at = parts.clock.now();
  await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(release, {
      ...{ shasum: version.shasum, integrity: version.integrity, verifiedAt: at },
      endText: `${release.endText ?? ""} ${foundWords(release, version)}`.trim(),
    });
    await store.audit.add({
      at,
      what: "release.on-registry",
      actor: "countersign",
      repositoryId: release.repositoryId,
      releaseId: release.id,
      detail: { shasum: version.shasum, publisher: version.publisher },
    });
    await showStatus({ ...parts, store }, saved);
    await tellEnded({ ...parts, store }, saved, release.state as EndState, `${release.id} on-registry`);
  });
}

/** What is known, and no more: somebody else may have published it. */
function foundWords(release: Release, { publisher, shasum }: PublishedVersion): string {
  const told = release.runnerReport?.shasum;
  const other = told !== undefined && told !== shasum ? ", and not with the bytes that the run packed" : "";
  return `${releaseTitle(release)} is on the registry all the same, published by ${publisher ?? "nobody it names"}${other}: see whether that was this run.`;
}

async function published(parts: DeskParts, release: Release, version: PublishedVersion): Promise<void> {
  const known = (): Promise<Release> =>
    parts.store.releases.save(release, { shasum: version.shasum, integrity: version.integrity });
  if (otherBytes({ ...(await knownBytes(parts, release)), published: version.shasum }) !== null)
    return void (await refuseOtherBytes(parts, await known(), { published: version.shasum }));
  const { stageApprovers, secondBuild } = await ownPolicy(parts, release);
  if (secondBuild && release.runnerReport?.second?.state !== "same")
    return void (await refuseUnbuilt(parts, await known()));
  const odd =
    oddPublisher(release.mode, release.runnerReport?.npmUser, version) ??
    oddApprover(release.mode, stageApprovers, version);
  if (odd !== null) {
    await endRelease(parts, await known(), {
      to: "failed",
      code: "other-publisher",
      text: `${releaseTitle(release)} is on the registry, but ${odd} Find out who did that, now.`,
    });
    return;
  }
  const other = await otherRun(parts, release);
  if (other !== null) {
    await endRelease(parts, await known(), {
      to: "failed",
      code: "another-run",
      text: `${releaseTitle(release)} is on the registry, but this run ended as ${release.runConclusion ?? "unknown"} without a word of publishing it, and the run of an earlier release of the same version had its secret too (${parts.publicUrl}/releases/${other.id}): see which of them published it.`,
    });
    return;
  }
  const at = parts.clock.now();
  const note =
    (release.runConclusion ?? release.jobConclusion) === "success"
      ? {}
      : {
          endCode: "run-failed-after",
          endText: `It is published, but the run ended as ${release.runConclusion ?? "unknown"} afterwards: look at its log.`,
        };
  const patch = move(release, "published", at, {
    shasum: version.shasum,
    integrity: version.integrity,
    verifiedAt: at,
    ...(version.approver === null
      ? {}
      : { runnerReport: { ...release.runnerReport, stageApprover: version.approver } }),
    ...note,
  });
  if (patch === null) return;
  await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(release, patch);
    await store.audit.add({
      at,
      what: "release.published",
      actor: "countersign",
      repositoryId: release.repositoryId,
      releaseId: release.id,
      detail: { shasum: version.shasum, publisher: version.publisher },
    });
    await lookAtDecisions({ ...parts, store }, saved);
    await showStatus({ ...parts, store }, saved);
    await tellEnded({ ...parts, store }, saved, "published");
    await lookSoon({ ...parts, store }, saved);
  });
}

/** The registry can't be asked: it is tried again, and said plainly when that has gone on too long. */
async function unread(parts: DeskParts, release: Release, error: RegistryError): Promise<void> {
  if (release.state === "staged") return await stageUnread(parts, release, error);
  const now = parts.clock.now();
  if (now.getTime() - (release.runEndedAt ?? now).getTime() <= patienceMs)
    return await after(parts, "verify", release.id, `unread-${now.getTime()}`, later(now, 30_000));
  await endRelease(parts, release, {
    to: "failed",
    code: "not-verified",
    text: `The run ended as ${release.runConclusion ?? "unknown"}, but what it did couldn't be verified: ${error.message} Look at the registry before you ask again.`,
  });
}

async function missing(parts: DeskParts, release: Release): Promise<void> {
  const now = parts.clock.now();
  const ended = release.runEndedAt ?? now;
  if (release.runConclusion !== "success" && release.runnerReport?.outcome !== "published") {
    await endRelease(parts, release, {
      to: "failed",
      code: "run-failed",
      text: `The run ended as ${release.runConclusion ?? "unknown"} and the registry doesn't have ${releaseTitle(release)}: see the run's log, then ask again.${stepSaid(release)}`,
    });
    return;
  }
  if (now.getTime() - ended.getTime() > patienceMs) {
    await endRelease(parts, release, {
      to: "failed",
      code: "not-on-registry",
      text: `The run succeeded, but the registry doesn't show ${releaseTitle(release)} after ten minutes: see whether the workflow really ${isStageMode(release.mode) ? "stages it with Countersign's `publish` step" : "publishes it"}.`,
    });
    return;
  }
  const waited = Math.max(1000, Math.min(60_000, now.getTime() - ended.getTime()));
  await after(parts, "verify", release.id, `at-${now.getTime()}`, later(now, waited));
}
