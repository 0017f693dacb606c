import { bytesOf, otherBytes, otherBytesWords } from "../domain/bytes.ts";
import type { KnownBytes } from "../domain/bytes.ts";
import { isStageMode } from "../domain/mode.ts";
import { releaseTitle } from "../domain/release.ts";
import type { Release } from "../domain/release-types.ts";
import { stageCommand } from "../domain/staged.ts";
import { endRelease } from "./end.ts";
import { ownPolicy } from "./registry-of.ts";
import type { DeskParts } from "./types.ts";

/** All that anybody has told of a release's bytes. */
export async function knownBytes({ store }: Pick<DeskParts, "store">, release: Release): Promise<KnownBytes> {
  const [told, challenges] = await Promise.all([store.contents.of(release.id), store.challenges.ofRelease(release.id)]);
  return bytesOf(release, { described: told?.shasum ?? null, challenge: challenges.at(-1) ?? null });
}

/**
 * Ends a release where somebody tells of other bytes than were countersigned: what the step described, npm's question, what npm holds
 * as staged, the registry. null: all that are known are the same. `more`: what isn't on record yet.
 */
export async function refuseOtherBytes(
  parts: DeskParts,
  release: Release,
  more: KnownBytes = {},
): Promise<Release | null> {
  const found = otherBytes({ ...(await knownBytes(parts, release)), ...more });
  if (found === null) return null;
  const live = more.published !== undefined && more.published !== null;
  const text = live
    ? `${releaseTitle(release)} is on the registry, but not the bytes that were countersigned: ${otherBytesWords(found)}. Don't install it, and look into it now.`
    : `Don't approve ${releaseTitle(release)}: ${otherBytesWords(found)}.${takeAway(release)} Look at what runs in the job, then ask again with /release.`;
  return await endRelease(parts, release, { to: "failed", code: live ? "other-bytes" : "bytes-differ", text });
}

/**
 * Ends a release that the policy wants built twice, where nothing says that both builds are the same. null: it isn't wanted, or they
 * are. @throws Error where the policy can't be read
 */
export async function refuseUnbuilt(parts: DeskParts, release: Release): Promise<Release | null> {
  if (!(await ownPolicy(parts, release)).secondBuild || release.runnerReport?.second?.state === "same") return null;
  return await endRelease(parts, release, {
    ...{ to: "failed", code: "no-second-build" },
    text: `Don't approve or install ${releaseTitle(release)}: the policy asks for a second build of its commit, and nothing was compared with one before it went to npm.${takeAway(release)} See that the job publishes with Countersign's own step.`,
  });
}

/** What to do about what npm may have staged; nothing where it has nothing. */
function takeAway(release: Release): string {
  if (!isStageMode(release.mode) || release.runnerReport?.stageId === undefined) return "";
  return ` npm has it staged: take it away with \`${stageCommand("reject", release)}\`.`;
}
