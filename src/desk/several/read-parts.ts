import { otherBytes } from "../../domain/bytes.ts";
import type { KnownBytes } from "../../domain/bytes.ts";
import type { Release, ReleasePart } from "../../domain/release-types.ts";
import { isEnd, releaseTitle } from "../../domain/release.ts";
import { isLive, toPublish, withPart } from "../../domain/several.ts";
import { oddApprover, oddPublisher } from "../../domain/staged.ts";
import { RegistryError } from "../../npm/types.ts";
import type { PublishedVersion } from "../../npm/types.ts";
import { knownBytes, publishedOthers } from "../bytes.ts";
import { packageOf, policyAt } from "../policy-at.ts";
import { repositoryOf } from "../repository-of.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";
import { otherRun } from "../after-run.ts";

/** What the registry tells of a release's packages now. */
export interface Readings {
  /** The parts with it. */
  packages: ReleasePart[];
  /** Those that are live and weren't known to be. */
  live: Map<string, PublishedVersion>;
  /** Those that are there, and not as they were to be: with the code of why; the sentence stands in the part. */
  odd: Map<string, Fault["code"]>;
  /** One of them couldn't be read. */
  unread: RegistryError | null;
}

/** What is odd about a version; `untold`: nobody ever told of its bytes, and the release is over. */
interface Fault {
  code: "other-bytes" | "other-publisher" | "another-run" | "untold";
  text: string;
}

/** Asks the registry for each package of which it isn't known yet that it is live; `without`: these are another release's to look at. */
export async function readParts(
  parts: DeskParts,
  release: Release,
  without: ReadonlySet<string> = new Set(),
): Promise<Readings> {
  const github = await repositoryOf(parts, release.repositoryId);
  if (github === null) throw new Error("the repository of a running release is not known any more");
  const pinned = await policyAt(github, release.policySha);
  const readings: Readings = { packages: release.packages ?? [], live: new Map(), odd: new Map(), unread: null };
  await someAtOnce(
    readings.packages.filter((part) => !isLive(part) && !without.has(part.name)),
    async (part) => {
      const policy = packageOf(pinned, part.name);
      const version = await parts.registry.version(part.name, release.version, policy.registry).catch(asReading);
      if (version instanceof RegistryError) readings.unread = version;
      else if (version !== null) await note(parts, release, part, version, policy.stageApprovers, readings);
    },
  );
  return readings;
}

/**
 * The packages that a later release of the same version was to publish, once its gate was opened: what the registry has of them is its
 * work, with its bytes, and is looked at with it.
 */
export async function takenUp(
  { store }: Pick<DeskParts, "store">,
  { repositoryId, version, number, packages }: Release,
): Promise<Set<string>> {
  const left = (packages ?? []).filter((part) => !isLive(part)).map(({ name }) => name);
  const taken = new Set<string>();
  await someAtOnce(left, async (name) => {
    const all = await store.releases.ofVersion(repositoryId, name, version);
    if (all.some((one) => one.number > number && one.decidedAt !== null && toPublish(one).includes(name)))
      taken.add(name);
  });
  return taken;
}

function asReading(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  throw error;
}

async function note(
  parts: DeskParts,
  release: Release,
  part: ReleasePart,
  version: PublishedVersion,
  stageApprovers: readonly string[] | undefined,
  readings: Readings,
): Promise<void> {
  const { name } = part;
  const fault = await faultOf(parts, release, part, version, stageApprovers);
  if (fault === null) {
    readings.live.set(name, version);
    const verifiedAt = parts.clock.now().toISOString();
    const bytes = { shasum: version.shasum, ...(version.integrity === null ? {} : { integrity: version.integrity }) };
    readings.packages = withPart(readings.packages, name, { state: "published", verifiedAt, ...bytes });
    return;
  }
  readings.odd.set(name, fault.code);
  const onRegistry = fault.code === "untold" ? "untold" : "otherwise";
  readings.packages = withPart(readings.packages, name, { state: "failed", text: fault.text, onRegistry });
}

async function faultOf(
  parts: DeskParts,
  release: Release,
  { name, state, shasum }: ReleasePart,
  version: PublishedVersion,
  stageApprovers: readonly string[] | undefined,
): Promise<Fault | null> {
  const title = releaseTitle({ package: name, version: release.version });
  const known = await knownBytes(parts, release, name);
  const other = otherBytes({ ...known, published: version.shasum });
  if (other !== null) return { code: "other-bytes", text: publishedOthers(title, other) };
  const odd =
    oddPublisher(release.mode, release.runnerReport?.npmUser, version) ??
    oddApprover(release.mode, stageApprovers, version);
  if (odd !== null)
    return { code: "other-publisher", text: `${title} is on the registry, but ${odd} Find out who did that, now.` };
  const before = shasum === undefined ? await otherRun(parts, release, { name, said: state }) : null;
  if (before === null) return isUntold(release, known) ? { code: "untold", text: untoldWords(title, version) } : null;
  return {
    code: "another-run",
    text: `${title} is on the registry, but this run ended as ${release.runConclusion ?? "unknown"} without a word of publishing it, and the run of an earlier release of the same version had its secret too (${parts.publicUrl}/releases/${before.id}): see which of them published it.`,
  };
}

/** A release that is over, and a package of whose bytes its job never said a word: anybody may have published it. */
function isUntold({ state }: Release, known: KnownBytes): boolean {
  return isEnd(state) && Object.values(known).every((told) => typeof told !== "string");
}

function untoldWords(title: string, { publisher }: PublishedVersion): string {
  return `${title} is on the registry, published by ${publisher ?? "nobody it names"}, and the run told nothing of its bytes: see whether that was this run.`;
}
