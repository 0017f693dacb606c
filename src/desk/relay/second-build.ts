import { Refusal } from "../../domain/errors.ts";
import { buildDifference, differenceWords } from "../../domain/inside/build.ts";
import type { Build } from "../../domain/inside/build.ts";
import { readBuild } from "../../domain/inside/wire.ts";
import { carriesToken } from "../../domain/npm-token.ts";
import { isActive, releaseTitle } from "../../domain/release.ts";
import type { Release, RunnerSession, SecondBuildFound } from "../../domain/release-types.ts";
import { showStatus } from "../after.ts";
import { endRelease, withRelease } from "../end.ts";
import { ownPolicy } from "../registry-of.ts";
import { repositoryOf } from "../repository-of.ts";
import type { DeskParts } from "../types.ts";
import { checkRun, readClaims } from "./claims.ts";

/** How long the publishing job's step waits for the second build, from its first word to us, in milliseconds. */
const patienceMs = 10 * 60_000;

/** How a release ends whose second build isn't there in time, or isn't the same. */
const endCodes: readonly string[] = ["build-differs", "no-second-build"];

/**
 * A job beside the publishing one has built the release's commit and tells what it got. It proves itself as a job of this run and not of
 * the environment: whoever could tell both would be no second witness. Its first word stands.
 * @throws Refusal where the job isn't one of the release's run, or the release doesn't wait for it any more
 */
export async function tellBuild(parts: DeskParts, claimed: Record<string, unknown>, build: Build): Promise<void> {
  const claims = readClaims(claimed);
  const found = await parts.store.releases.byRun(Number(claims.run_id));
  const github = found === null ? null : await repositoryOf(parts, found.repositoryId);
  if (found === null || github === null)
    throw new Refusal("no-release", "No release knows this run: ask for one with /release.");
  if (claims.run_attempt !== "1")
    throw new Refusal("rerun", "This is a re-run, and a re-run is not the release: ask again with /release.");
  checkRun(claims, found, github.repository);
  if ((claims.environment ?? "") !== "")
    throw new Refusal(
      "not-allowed",
      "The second build belongs in a job without an environment, apart from the publishing job.",
    );
  if (carriesToken(JSON.stringify(build)))
    throw new Refusal(
      "bad-input",
      "There is an npm token in a file's name. Nothing was kept: revoke that token at npm.",
    );
  await withRelease(parts, found.id, async (release) => {
    if (!isActive(release.state) || release.state === "staged")
      throw new Refusal("not-now", `This release doesn't wait for a second build any more (${release.state}).`);
    const at = parts.clock.now();
    const checkRunId = claims.check_run_id ?? null;
    await parts.store.transaction(async (store) => {
      const told = { releaseId: release.id, shasum: build.shasum, checkRunId, toldAt: at, document: build };
      if (!(await store.secondBuilds.add(told))) return await refuseAnother({ ...parts, store }, release, build);
      await store.audit.add({
        ...{ at, what: "runner.second-build", actor: "runner", repositoryId: release.repositoryId },
        ...{ releaseId: release.id, detail: { shasum: build.shasum, checkRunId } },
      });
      await showStatus({ ...parts, store }, release);
    });
  });
}

/** The same word twice is an answer that got lost; another one is a job that changes its mind. */
async function refuseAnother(parts: Pick<DeskParts, "store">, release: Release, build: Build): Promise<void> {
  const before = await parts.store.secondBuilds.of(release.id);
  if (before?.shasum !== build.shasum)
    throw new Refusal(
      "not-now",
      "A second build of this release was told already, with other bytes: the first stands.",
    );
}

/** What the publishing job's step hears: whether it may go on. */
export interface BuildWord {
  state: "same" | "not-asked" | "not-yet";
}

/**
 * The publishing job's step tells what it packed, and asks whether the second build is the same. Where it isn't, or isn't there in time, the
 * release has ended, and the refusal says why: nothing was published yet.
 */
export async function askBuild(parts: DeskParts, session: RunnerSession, first: Build): Promise<BuildWord> {
  if (session.step !== "publish") throw new Refusal("not-allowed", "Only a `publish` step has something to compare.");
  const word = await withRelease(parts, session.releaseId, async (release) => {
    // The answer to the first question may have got lost.
    if (endCodes.includes(release.endCode ?? "")) throw new Refusal("build-differs", release.endText ?? "");
    if (release.state !== "running") throw new Refusal("not-now", `This release is not running (${release.state}).`);
    if (!(await ownPolicy(parts, release)).secondBuild) return { state: "not-asked" as const };
    const told = await parts.store.secondBuilds.of(release.id);
    if (told !== null) return await compare(parts, release, first, readBuild(told.document));
    if (parts.clock.now().getTime() - session.openedAt.getTime() < patienceMs) return { state: "not-yet" as const };
    return await refuse(parts, release, "no-second-build", missingWords(release));
  });
  if (word === undefined) throw new Refusal("no-release", "There is no such release any more.");
  return word;
}

async function compare(parts: DeskParts, release: Release, first: Build, second: Build | null): Promise<BuildWord> {
  if (second === null) return await refuse(parts, release, "no-second-build", missingWords(release));
  const found: SecondBuildFound =
    first.shasum === second.shasum
      ? { state: "same", first: first.shasum }
      : {
          ...{ state: "differs", first: first.shasum, second: second.shasum },
          difference: buildDifference(first, second),
        };
  const saved = await parts.store.transaction(async (store) => {
    const runnerReport = { ...release.runnerReport, second: found };
    const kept = await store.releases.save(release, { runnerReport });
    await store.audit.add({
      ...{ at: parts.clock.now(), what: "build.compared", actor: "countersign" },
      ...{ repositoryId: release.repositoryId, releaseId: release.id },
      detail: { result: found.state, first: first.shasum, second: second.shasum },
    });
    await showStatus({ ...parts, store }, kept);
    return kept;
  });
  if (found.state === "same") return { state: "same" };
  return await refuse(
    parts,
    saved,
    "build-differs",
    `A second build of the same commit made other bytes (\`${found.second}\`, the publishing job has \`${found.first}\`): nothing of ${releaseTitle(release)} was published. ${differenceWords(found.difference)} Find out why before you ask again with /release.`,
  );
}

const missingWords = (release: Release): string =>
  `The policy asks for a second build of the commit, and none was told within ten minutes: nothing of ${releaseTitle(release)} was published. Look at the run's job with Countersign's \`second-build\` step, then ask again with /release.`;

async function refuse(parts: DeskParts, release: Release, code: string, text: string): Promise<never> {
  await endRelease(parts, release, { to: "failed", code, text });
  throw new Refusal("build-differs", text);
}
