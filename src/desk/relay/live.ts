import { Refusal } from "../../domain/errors.ts";
import { otherBytes } from "../../domain/bytes.ts";
import { isEnd, releaseTitle } from "../../domain/release.ts";
import type { Release } from "../../domain/release-types.ts";
import { isLive } from "../../domain/several.ts";
import { either } from "../../domain/shown.ts";
import { oddApprover, oddPublisher } from "../../domain/staged.ts";
import { RegistryError } from "../../npm/types.ts";
import { knownBytes } from "../bytes.ts";
import { ownPolicy, registryOf } from "../registry-of.ts";
import { readParts } from "../several/read-parts.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import { checkRun, readClaims } from "./claims.ts";

/** Our word to a later job of the run: whether the version is live, so that a tag or a GitHub release may name it. */
export interface LiveWord {
  state: "live" | "not-yet" | "never";
  package: string;
  /** Of a release of several packages: all that it published, those that were there already too. */
  packages?: string[];
  version: string;
  /** The commit that the tag belongs to. */
  sha: string;
  /** Why not, one sentence; empty where it is live. */
  why: string;
}

/**
 * The run's later job asks whether the version is live. It proves itself with its OIDC token: same repository, workflow, commit and run,
 * in any attempt, since a job that waited in vain may be run again once somebody has approved at npm. Changes nothing.
 * @throws Refusal where the job isn't one of a release's run
 */
export async function liveWord(parts: DeskParts, claimed: Record<string, unknown>): Promise<LiveWord> {
  const claims = readClaims(claimed);
  const release = await parts.store.releases.byRun(Number(claims.run_id));
  const github = release === null ? null : await repositoryOf(parts, release.repositoryId);
  if (release === null || github === null)
    throw new Refusal("no-release", "No release knows this run: ask for one with /release.");
  checkRun(claims, release, github.repository);
  const packages = release.packages === null ? {} : { packages: release.packages.map(({ name }) => name) };
  const about = { package: release.package, ...packages, version: release.version, sha: release.sha };
  return { ...about, ...(await stand(parts, release)) };
}

async function stand(parts: DeskParts, release: Release): Promise<Pick<LiveWord, "state" | "why">> {
  if (release.state === "published") return { state: "live", why: "" };
  if (isEnd(release.state))
    return { state: "never", why: release.endText ?? `${releaseTitle(release)} is ${release.state}.` };
  if (release.packages !== null) return await standOfAll(parts, release);
  const told = release.runnerReport?.shasum;
  // The job that publishes has to be over: before that nothing is settled.
  if (release.jobEndedAt === null || told === undefined)
    return { state: "not-yet", why: "The publishing job hasn't said what it did yet." };
  const version = await lookUp(parts, release);
  if (version === null) return { state: "not-yet", why: "The registry doesn't show the version yet." };
  const { stageApprovers, secondBuild } = await ownPolicy(parts, release);
  const bytes = otherBytes({ ...(await knownBytes(parts, release)), published: version.shasum });
  if (secondBuild && release.runnerReport?.second?.state !== "same")
    return { state: "never", why: "The policy asks for a second build, and nothing was compared with one." };
  const odd =
    oddPublisher(release.mode, release.runnerReport?.npmUser, version) ??
    oddApprover(release.mode, stageApprovers, version);
  if (bytes !== null || odd !== null)
    return {
      state: "never",
      why: `The registry has ${releaseTitle(release)}, but ${odd ?? "not with the bytes that the run packed."}`,
    };
  return { state: "live", why: "" };
}

/** All of several packages have to be live. */
async function standOfAll(parts: DeskParts, release: Release): Promise<Pick<LiveWord, "state" | "why">> {
  if (release.jobEndedAt === null) return { state: "not-yet", why: "The publishing job hasn't said what it did yet." };
  const { packages, odd } = await readParts(parts, release);
  const wrong = packages.find(({ name }) => odd.has(name));
  if (wrong !== undefined) return { state: "never", why: wrong.text ?? `\`${wrong.name}\` is not as it was to be.` };
  const left = packages.filter((part) => !isLive(part)).map(({ name }) => name);
  if (left.length === 0) return { state: "live", why: "" };
  return { state: "not-yet", why: `The registry doesn't show all of them yet; it lacks ${either(left, "and")}.` };
}

async function lookUp(parts: DeskParts, release: Release): ReturnType<DeskParts["registry"]["version"]> {
  return await parts.registry
    .version(release.package, release.version, await registryOf(parts, release))
    .catch((error: unknown) => {
      if (error instanceof RegistryError) return null;
      throw error;
    });
}
