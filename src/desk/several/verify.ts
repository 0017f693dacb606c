import { move, releaseTitle } from "../../domain/release.ts";
import type { EndState, Release, ReleasePart } from "../../domain/release-types.ts";
import { isHeld, isLive, leftWords, partOf, toPublish, withPart } from "../../domain/several.ts";
import { either } from "../../domain/shown.ts";
import { stagePatienceMs } from "../../domain/staged.ts";
import type { RegistryError } from "../../npm/types.ts";
import { after, later, showStatus } from "../after.ts";
import { refuseUnbuilt } from "../bytes.ts";
import { tellEnded } from "../channels/tell-release.ts";
import { endRelease } from "../end.ts";
import { lookSoon } from "../out-of-band/keep.ts";
import { registryOf } from "../registry-of.ts";
import { becomeStaged, endingOf, hasStaged, lookAgain, seenNext, stageUnread, standing } from "../staged.ts";
import type { DeskParts } from "../types.ts";
import { patienceMs } from "../after-run.ts";
import { readParts, takenUp } from "./read-parts.ts";
import type { Readings } from "./read-parts.ts";

/**
 * Asks the registry what became of each package, and ends the release with that: published once all are live as they were to be, failed
 * with what is live and what isn't otherwise. What is known of one isn't asked again.
 */
export async function verifySeveral(parts: DeskParts, found: Release): Promise<void> {
  const readings = await readParts(parts, found);
  const release = await remember(parts, found, readings);
  const packages = release.packages ?? [];
  if (packages.every(isLive)) return await published(parts, release);
  const odd = packages.find(({ name }) => readings.odd.has(name));
  if (odd !== undefined) return await fail(parts, release, readings.odd.get(odd.name) ?? "other-bytes", odd.text ?? "");
  // It waits for people, not for the registry; what can't be read isn't gone.
  if (release.state === "staged" && readings.unread !== null) return await stageUnread(parts, release, readings.unread);
  if (release.state === "staged") return await lookAtStages(parts, release);
  if (hasStaged(release)) return await becomeStaged(parts, release);
  await missing(parts, release, readings.unread);
}

/**
 * A release that was ended while its job ran: its end stands, and what is on the registry all the same is noted, but for what a later
 * release has taken up.
 */
export async function lookAtSeveral(parts: DeskParts, found: Release): Promise<void> {
  const readings = await readParts(parts, found, await takenUp(parts, found));
  const odd = readings.packages.filter((part) => readings.odd.has(part.name) && part.text !== textOf(found, part));
  if (readings.live.size === 0 && odd.length === 0 && readings.unread !== null) throw readings.unread;
  if (readings.live.size === 0 && odd.length === 0) return;
  const names = [...readings.live.keys(), ...odd.map(({ name }) => name)];
  const there =
    readings.live.size === 0 ? [] : [`On the registry all the same: ${either([...readings.live.keys()], "and")}.`];
  const words = [...there, ...odd.map(({ text }) => text ?? "")].join(" ");
  const at = parts.clock.now();
  await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(found, {
      packages: readings.packages,
      endText: `${found.endText ?? ""} ${words}`.trim(),
    });
    await store.audit.add({
      ...{ at, what: "release.on-registry", actor: "countersign" },
      ...{ repositoryId: found.repositoryId, releaseId: found.id },
      detail: { packages: names },
    });
    await showStatus({ ...parts, store }, saved);
    await tellEnded({ ...parts, store }, saved, saved.state as EndState, `${saved.id} on-registry-${names.join()}`);
  });
}

/** What is said of a package already isn't said again. */
function textOf({ packages }: Release, { name }: ReleasePart): string | undefined {
  return packages?.find((part) => part.name === name)?.text;
}

/** Keeps what was read, with a line in the audit for each package that is live now. */
async function remember(parts: DeskParts, release: Release, { packages, live, odd }: Readings): Promise<Release> {
  if (live.size === 0 && odd.size === 0) return release;
  return await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(release, { packages });
    for (const [name, { shasum, publisher }] of live)
      await store.audit.add({
        ...{ at: parts.clock.now(), what: "release.package-published", actor: "countersign" },
        ...{ repositoryId: release.repositoryId, releaseId: release.id },
        detail: { package: name, shasum, publisher },
      });
    await showStatus({ ...parts, store }, saved);
    return saved;
  });
}

async function published(parts: DeskParts, release: Release): Promise<void> {
  if ((await refuseUnbuilt(parts, release)) !== null) return;
  const at = parts.clock.now();
  const lead = partOf(release, release.package);
  const conclusion = release.runConclusion ?? release.jobConclusion;
  const ended = `They are published, but the run ended as ${conclusion ?? "unknown"} afterwards: look at its log.`;
  const patch = move(release, "published", at, {
    ...{ shasum: lead?.shasum ?? null, integrity: lead?.integrity ?? null, verifiedAt: at },
    ...(conclusion === "success" ? {} : { endCode: "run-failed-after", endText: ended }),
  });
  if (patch === null) return;
  await parts.store.transaction(async (store) => {
    const saved = await store.releases.save(release, patch);
    await store.audit.add({
      ...{ at, what: "release.published", actor: "countersign" },
      ...{ repositoryId: release.repositoryId, releaseId: release.id },
      detail: { shasum: saved.shasum },
    });
    await showStatus({ ...parts, store }, saved);
    await tellEnded({ ...parts, store }, saved, "published");
    for (const name of toPublish(saved))
      await lookSoon({ ...parts, store }, { repositoryId: saved.repositoryId, package: name });
  });
}

async function fail(parts: DeskParts, release: Release, code: string, text: string): Promise<void> {
  await endRelease(parts, release, { to: "failed", code, text: `${text} ${leftWords(release)}` });
}

/** Not all are live. What the step says it published may show late; what it doesn't say so of isn't waited for. */
async function missing(parts: DeskParts, release: Release, unread: RegistryError | null): Promise<void> {
  const now = parts.clock.now();
  const since = now.getTime() - (release.runEndedAt ?? now).getTime();
  const left = (release.packages ?? []).filter((part) => !isLive(part));
  const well = release.runConclusion === "success";
  const late = left.filter(({ state }) => state === "published" || well);
  if ((unread !== null || late.length > 0) && since <= patienceMs) {
    const pause = Math.max(1000, Math.min(unread === null ? 60_000 : 30_000, since));
    return await after(parts, "verify", release.id, `several-${now.getTime()}`, later(now, pause));
  }
  const run = `The run ended as ${release.runConclusion ?? "unknown"}`;
  if (unread !== null)
    return await fail(parts, release, "not-verified", `${run}, but the registry couldn't be read: ${unread.message}`);
  // A step that failed may stand in a run that succeeded (`continue-on-error`).
  const why = left
    .flatMap((part) => (part.text === undefined ? [] : [`\`${part.name}\`${saidBy(part)}: ${part.text}`]))
    .slice(0, 3);
  if (well)
    return await fail(
      ...([parts, release, "not-on-registry"] as const),
      [
        "The run succeeded, but after ten minutes the registry doesn't show all of it: see whether the workflow really publishes every package.",
        ...why,
      ].join(" "),
    );
  await fail(parts, release, "run-failed", [`${run}: see its log.`, ...why].join(" "));
}

/** What became of stages that aren't live; it ends once none of them waits for anybody any more. */
async function lookAtStages(parts: DeskParts, found: Release): Promise<void> {
  const now = parts.clock.now();
  const registry = await registryOf(parts, found);
  let packages = found.packages ?? [];
  for (const part of packages.filter(({ state }) => state === "staged")) {
    const over = { package: part.name, version: found.version };
    const status = await standing(parts, over, registry);
    const stageSeen = seenNext(part.stageSeen, status, now);
    const ending = endingOf(status, stageSeen, now);
    packages = withPart(packages, part.name, {
      ...(stageSeen === undefined ? {} : { stageSeen }),
      ...(ending === undefined ? {} : { state: "failed" as const, text: ending.text(over) }),
    });
  }
  const changed = JSON.stringify(packages) !== JSON.stringify(found.packages);
  const release = changed ? await parts.store.releases.save(found, { packages }) : found;
  if (!packages.some((part) => part.state === "staged" && !isLive(part))) return await stagesOver(parts, release);
  if (now.getTime() - (release.stagedAt ?? now).getTime() <= stagePatienceMs) return await lookAgain(parts, release);
  await endRelease(parts, release, {
    ...{ to: "expired", code: "stage-expired" },
    text: `Not all of ${releaseTitle(release)} was approved at npm within 30 days of its staging. ${leftWords(release)}`,
  });
}

/** Whose words a part's text are, where they aren't ours. */
function saidBy({ state, onRegistry }: ReleasePart): string {
  return state === "failed" && onRegistry === undefined ? ", as the step says" : "";
}

async function stagesOver(parts: DeskParts, release: Release): Promise<void> {
  const over = (release.packages ?? []).filter(({ state }) => state === "failed");
  const some = (release.packages ?? []).some(isLive);
  // npm took each away, or blocks it and goes on holding it.
  const rejected = over.some((part) => !isHeld(part));
  await endRelease(parts, release, {
    to: some || !rejected ? "failed" : "rejected",
    code: rejected ? "stage-rejected" : "stage-blocked",
    text: `${over
      .slice(0, 3)
      .map(({ text }) => text ?? "")
      .join(" ")} ${leftWords(release)}`.trim(),
  });
}
