import { bytesOf, bytesOfPart, otherBytes, otherBytesWords } from "../domain/bytes.ts";
import type { KnownBytes, OtherBytes } from "../domain/bytes.ts";
import { isStageMode } from "../domain/mode.ts";
import { releaseTitle, versionTitle } from "../domain/release.ts";
import type { Release } from "../domain/release-types.ts";
import { leftWords, partOf, toPublish, withPart } from "../domain/several.ts";
import { stageCommand } from "../domain/staged.ts";
import { endRelease } from "./end.ts";
import { ownPolicy } from "./registry-of.ts";
import type { DeskParts } from "./types.ts";

/** All that anybody has told of a release's bytes; of several packages, of the one that is named. */
export async function knownBytes(
  { store }: Pick<DeskParts, "store">,
  release: Release,
  packageName: string = release.package,
): Promise<KnownBytes> {
  if (release.packages !== null) return await knownOfPart(store, release, packageName);
  const [told, challenges] = await Promise.all([store.contents.of(release.id), store.challenges.ofRelease(release.id)]);
  return bytesOf(release, { described: told?.shasum ?? null, challenge: challenges.at(-1) ?? null });
}

async function knownOfPart(store: DeskParts["store"], release: Release, packageName: string): Promise<KnownBytes> {
  const [told, challenges] = await Promise.all([
    store.packageContents.of(release.id, packageName),
    store.challenges.ofRelease(release.id),
  ]);
  const challenge = challenges.findLast(({ subject }) => subject.name === packageName) ?? null;
  return bytesOfPart(partOf(release, packageName), { described: told?.shasum ?? null, challenge });
}

/**
 * Ends a release where somebody tells of other bytes than were countersigned: what the step described, npm's question, what npm holds
 * as staged, the registry. null: all that are known are the same. `more`: what isn't on record yet. Of several packages each is held
 * against its own bytes, or the one alone that is named.
 */
export async function refuseOtherBytes(
  parts: DeskParts,
  release: Release,
  more: KnownBytes = {},
  packageName?: string,
): Promise<Release | null> {
  if (release.packages !== null) return await refusePart(parts, release, more, packageName);
  const found = otherBytes({ ...(await knownBytes(parts, release)), ...more });
  if (found === null) return null;
  const live = more.published !== undefined && more.published !== null;
  const text = live
    ? publishedOthers(releaseTitle(release), found)
    : `Don't approve ${releaseTitle(release)}: ${otherBytesWords(found)}.${takeAway(release)} Look at what runs in the job, then ask again with /release.`;
  return await endRelease(parts, release, { to: "failed", code: live ? "other-bytes" : "bytes-differ", text });
}

/** Of a version that is on the registry with other bytes than were countersigned. */
export function publishedOthers(title: string, found: OtherBytes): string {
  return `${title} is on the registry, but not the bytes that were countersigned: ${otherBytesWords(found)}. Don't install it, and look into it now.`;
}

/** What the registry has of one of several is held against it when all are read (`readParts`). */
async function refusePart(
  parts: DeskParts,
  release: Release,
  more: KnownBytes,
  packageName: string | undefined,
): Promise<Release | null> {
  for (const name of packageName === undefined ? toPublish(release) : [packageName]) {
    const found = otherBytes({ ...(await knownBytes(parts, release, name)), ...more });
    if (found === null) continue;
    const { stageId } = partOf(release, name) ?? {};
    const away = stageId === undefined ? "" : ` npm has it staged: take it away with \`npm stage reject ${stageId}\`.`;
    const text = `Don't approve ${versionTitle({ package: name, version: release.version })}: ${otherBytesWords(found)}.`;
    const packages = withPart(release.packages ?? [], name, { state: "failed", text: `${text}${away}` });
    const saved = await parts.store.releases.save(release, { packages });
    return await endRelease(parts, saved, {
      ...{ to: "failed", code: "bytes-differ" },
      text: `${text} Look at what runs in the job, then ask again with /release. ${leftWords(saved)}`,
    });
  }
  return null;
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
