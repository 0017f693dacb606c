import { isStageMode } from "../domain/mode.ts";
import type { PackagePolicy } from "../domain/policy-types.ts";
import { move, releaseTitle } from "../domain/release.ts";
import type { Release, ReleasePart, RunnerReport } from "../domain/release-types.ts";
import { isLive, partOf, toPublish } from "../domain/several.ts";
import { stageWaitsFor } from "../domain/stage-waits.ts";
import { nextStageLook, stagePatienceMs } from "../domain/staged.ts";
import { RegistryError } from "../npm/types.ts";
import type { VersionStatus } from "../npm/types.ts";
import { after, later, showStatus } from "./after.ts";
import { refuseOtherBytes, refuseUnbuilt } from "./bytes.ts";
import { tellStaged } from "./channels/tell-release.ts";
import { endRelease } from "./end.ts";
import type { Ending } from "./end.ts";
import { ownPolicy, registryOf } from "./registry-of.ts";
import type { DeskParts } from "./types.ts";

/** The job ended well, and its step says, OIDC-proven, that npm has it staged. */
export function hasStaged(release: Release): boolean {
  const { mode, jobConclusion, runConclusion, runnerReport, packages } = release;
  const said =
    packages === null ? runnerReport?.outcome === "staged" && runnerReport.stageId !== undefined : allStaged(packages);
  return isStageMode(mode) && said && (jobConclusion ?? runConclusion) === "success";
}

/** The run has staged the version: from now on it waits at npm for somebody's second factor, and the environment is free. */
export async function becomeStaged(parts: DeskParts, release: Release): Promise<void> {
  if ((await refuseOtherBytes(parts, release)) !== null || (await refuseUnbuilt(parts, release)) !== null) return;
  const at = parts.clock.now();
  const policy = await ownPolicy(parts, release);
  const [origin] = parts.registry.webOrigins(policy.registry);
  const stagePage = origin === undefined ? {} : { stagePage: `${origin}/package/${release.package}` };
  const waitsFor = stageWaitsFor(policy, release, await npmUsers(parts, release, policy));
  const patch = move(release, "staged", at, {
    shasum: partOf(release, release.package)?.shasum ?? release.runnerReport?.shasum ?? null,
    runnerReport: { ...release.runnerReport, ...stagePage, stageWaitsFor: waitsFor },
  });
  if (patch === null) return;
  await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(release, patch);
    await store.audit.add({
      ...{ at, what: "release.staged", actor: "countersign" },
      ...{ repositoryId: release.repositoryId, releaseId: release.id },
      detail: {
        stage: saved.runnerReport?.stageId ?? partOf(saved, saved.package)?.stageId ?? null,
        shasum: saved.shasum,
        ...(saved.packages === null ? {} : { packages: toPublish(saved) }),
      },
    });
    await showStatus({ ...parts, store }, saved);
    await tellStaged({ ...parts, store }, saved, waitsFor);
    await lookAgain({ ...parts, store }, saved);
  });
}

/** Whose tokens of which npm users are on file, where the policy says whose approval at npm counts. */
async function npmUsers(
  parts: DeskParts,
  release: Release,
  { stageApprovers }: PackagePolicy,
): Promise<Array<{ login: string; npmUser: string }>> {
  if (stageApprovers === undefined) return [];
  const sealed = await parts.store.tokens.liveOfRepository(release.repositoryId);
  return sealed.map(({ personLogin: login, npmUser }) => ({ login, npmUser }));
}

/** Asks for the next look at a staged version. */
export async function lookAgain(parts: Pick<DeskParts, "store" | "clock" | "ids">, release: Release): Promise<void> {
  const now = parts.clock.now();
  const pause = nextStageLook(release.stagedAt ?? now, now);
  await after(parts, "verify", release.id, `staged-${now.getTime()}`, later(now, pause));
}

/**
 * What became of a staged version that isn't live: npm was asked to reject it, blocks it, or still has it. A registry that doesn't tell
 * how versions stand is looked at until the version is live.
 */
export async function lookAtStage(parts: DeskParts, release: Release): Promise<void> {
  const rejected = await rejectedHere(parts, release);
  if (rejected !== null) return void (await endRelease(parts, release, rejected));
  const status = await standing(parts, release, await registryOf(parts, release));
  const seen = await remember(parts, release, status);
  const ending = endingOf(status, seen.runnerReport?.stageSeen, parts.clock.now());
  if (ending !== undefined) return void (await endRelease(parts, seen, { ...ending, text: ending.text(release) }));
  if (isGivenUp(release, parts.clock.now()))
    return void (await endRelease(parts, seen, {
      ...{ to: "expired", code: "stage-expired" },
      text: `Nobody approved ${releaseTitle(release)} at npm within 30 days of its staging. If it is still staged there, reject it; then ask again with /release.`,
    }));
  await lookAgain(parts, release);
}

/** The registry can't be asked about what is staged. It waits for a person and not for the registry, but no longer for that. */
export async function stageUnread(parts: DeskParts, release: Release, error: RegistryError): Promise<void> {
  if (!isGivenUp(release, parts.clock.now())) return await lookAgain(parts, release);
  await endRelease(parts, release, {
    ...{ to: "expired", code: "stage-expired" },
    text: `Whether ${releaseTitle(release)} was approved at npm within 30 days of its staging couldn't be seen: ${error.message} Look there: if it is still staged, reject it; then ask again with /release.`,
  });
}

function isGivenUp({ stagedAt }: Release, now: Date): boolean {
  return now.getTime() - (stagedAt ?? now).getTime() > stagePatienceMs;
}

/** What the registry tells of how a version stands; `unread`: it can't be asked now, which says nothing of the version. */
export type Standing = VersionStatus | "unread" | null;

export async function standing(
  parts: Pick<DeskParts, "registry">,
  { package: name, version }: Pick<Release, "package" | "version">,
  registry: string | undefined,
): Promise<Standing> {
  return await parts.registry.status(name, version, registry).catch((error: unknown) => {
    if (error instanceof RegistryError) return "unread" as const;
    throw error;
  });
}

/** How a stage ended; undefined: it didn't, as far as anybody tells now. */
export function endingOf(status: Standing, seen: Seen, now: Date): Ended | undefined {
  if (status === "unread") return undefined;
  if (status !== null) return endings[status];
  return isGone(seen, now) ? endings.deleted : undefined;
}

/** npm took a rejection from here: it told the job so, and tells nobody else. */
async function rejectedHere(parts: DeskParts, release: Release): Promise<Ending | null> {
  const decisions = await parts.store.releases.ofStage(release.id);
  const by = decisions.find(({ purpose, state }) => purpose === "reject-stage" && state === "done");
  if (by === undefined) return null;
  return {
    ...{ to: "rejected", code: "stage-rejected", actor: { id: by.releaserId, login: by.releaserLogin } },
    text: `${by.releaserLogin} rejected ${releaseTitle(release)} at npm, from here (#${by.number}). Nothing was published.`,
  };
}

/** A stage that was rejected, or that npm took away, leaves no trace: the registry just doesn't tell of it any more. In milliseconds. */
const goneAfterMs = 10_000;

/** Keeps what the registry tells, so that a stage which isn't told of any more is known from one that never was. */
async function remember(parts: DeskParts, release: Release, status: Standing): Promise<Release> {
  const before = release.runnerReport?.stageSeen;
  const stageSeen = seenNext(before, status, parts.clock.now());
  if (stageSeen === before || stageSeen === undefined) return release;
  return await parts.store.releases.save(release, { runnerReport: { ...release.runnerReport, stageSeen } });
}

type Seen = RunnerReport["stageSeen"];

/** What is to be remembered of a stage, after what the registry tells now. */
export function seenNext(before: Seen, status: Standing, now: Date): Seen {
  if (status === "staged" || status === "validating") return "staged";
  const gone =
    status === "deleted" ? before?.startsWith("gone-since") !== true : status === null && before === "staged";
  return gone ? `gone-since ${now.toISOString()}` : before;
}

/** One answer may be wrong: it has to be gone for a while. */
function isGone(seen: Seen, now: Date): boolean {
  const [, since] = /^gone-since (.+)$/.exec(seen ?? "") ?? [];
  return since !== undefined && now.getTime() - Date.parse(since) >= goneAfterMs;
}

/** All that aren't live already are staged, and one at least is. */
function allStaged(packages: ReleasePart[]): boolean {
  const left = packages.filter((part) => !isLive(part) && part.state !== "published");
  return left.length > 0 && left.every(({ state, stageId }) => state === "staged" && stageId !== undefined);
}

type Ended = {
  to: "rejected" | "failed";
  code: string;
  text: (release: Pick<Release, "package" | "version">) => string;
};

const endings: Partial<Record<VersionStatus, Ended>> = {
  deleted: {
    to: "rejected",
    code: "stage-rejected",
    text: (release) =>
      `${releaseTitle(release)} was rejected at npm, or npm took the stage away. Nothing was published.`,
  },
  blocked: {
    to: "failed",
    code: "stage-blocked",
    text: (release) =>
      `npm blocks ${releaseTitle(release)}: nothing was published. npm's own page of the package says why; publish another version once that is settled.`,
  },
};
