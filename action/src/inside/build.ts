import { setTimeout as sleep } from "node:timers/promises";
import { buildLimits } from "../../../src/domain/inside/build.ts";
import type { Build } from "../../../src/domain/inside/build.ts";
import { told } from "../../../src/domain/inside/hidden.ts";
import { fitting, limits } from "../../../src/domain/inside/limits.ts";
import type { Packed } from "../pack.ts";
import { call, patiently } from "../server.ts";
import type { Session } from "../session.ts";
import { StepError } from "../step-error.ts";
import { say } from "../workflow.ts";
import { surveyTarball } from "./survey.ts";
import { TarballError } from "./tarball-error.ts";

/** Between two questions, in milliseconds. */
const pauseMs = 5000;

/** What was packed, file by file. @throws StepError where the tarball can't be read */
export async function readBuild({ file, shasum }: Pick<Packed, "file" | "shasum">): Promise<Build> {
  const { seen } = await surveyTarball(file).catch((error: unknown) => {
    const why = error instanceof TarballError ? `: ${error.message}` : "";
    throw new StepError(`What was packed can't be read, so that it can't be compared${why}.`);
  });
  const all = [...seen]
    .map(([name, { kind, digest, executable, twice }]): [string, string] => {
      const more = [kind === "file" ? "" : kind, executable ? "x" : "", twice ? "twice" : ""].filter(
        (one) => one !== "",
      );
      return [told(name, limits.path), [digest, ...more].join(" ")];
    })
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  const files = fitting(all, { count: buildLimits.files, bytes: buildLimits.bytes });
  return { shasum, files, leftOut: all.length - files.length };
}

/**
 * Waits until Countersign has heard of the second build, and goes on only where it is the same. Countersign decides how long that is; where
 * it isn't the same, or doesn't come, the release has ended there, and nothing was published yet.
 * @throws StepError that says which files differ
 */
export async function compareWithSecondBuild(session: Session, packed: Packed): Promise<void> {
  const body = await readBuild(packed);
  const path = `/sessions/${session.id}/build`;
  const ask = async (): Promise<Record<string, unknown>> =>
    await call(session.url, { method: "POST", path, bearer: session.bearer, body });
  const deadline = Date.now() + session.longestWaitMs;
  for (let said = false; ; said = true) {
    const { state } = await patiently(ask);
    if (state === "same") return say(`A second build of the commit made the same bytes (${packed.shasum}).`);
    if (state === "not-asked") return;
    if (!said) say("Waiting for the second build of the commit.");
    if (Date.now() + pauseMs > deadline)
      throw new StepError("The second build of the commit wasn't told in time: nothing was published.");
    await sleep(pauseMs);
  }
}
