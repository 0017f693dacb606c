import { describe, fileChanges, worthReading } from "../../../src/domain/inside/compare.ts";
import type { FoundChange } from "../../../src/domain/inside/compare.ts";
import { fileDiffs } from "../../../src/domain/inside/diffs.ts";
import type { Texts } from "../../../src/domain/inside/diffs.ts";
import { limits } from "../../../src/domain/inside/limits.ts";
import type { Survey } from "../../../src/domain/inside/survey.ts";
import type { Contents } from "../../../src/domain/inside/types.ts";
import { surveyTarball } from "./survey.ts";
import { TarballError } from "./tarball-error.ts";
import { textsOf } from "./texts.ts";

/** What it is compared with: a tarball, or why there is none. */
export type Earlier = { file: string; version: string } | { first: true } | { why: string };

/** Texts that are in memory at once, in bytes; of a larger file no lines are told. */
const most = { texts: 12 * 1024 ** 2, text: 1024 ** 2, files: limits.diffs * 2 };
/** Milliseconds that are spent on finding lines that differ. */
const diffMs = 3000;

/** Describes a tarball beside an earlier one. Never throws: what can't be read is said. */
export async function describeTarball(
  file: string,
  shasum: string,
  earlier: Earlier,
  signal?: AbortSignal,
): Promise<Contents> {
  const reading = signal === undefined ? {} : { signal };
  let now: Survey;
  try {
    now = await surveyTarball(file, reading);
  } catch (error) {
    return { form: 1, state: "unread", shasum, why: `The step stopped reading the tarball: ${whyOf(error)}.` };
  }
  const before = "file" in earlier ? await surveyTarball(earlier.file, reading).catch(whyOf) : null;
  const survey = typeof before === "string" ? null : before;
  const compared = comparedWith(earlier, before);
  const changes = fileChanges(now, survey);
  const told = describe(now, compared, changes);
  const { diffs, leftOut } = await differences(file, earlier, { now, survey, changes }, reading);
  return { ...told, shasum, diffs, leftOut: { ...told.leftOut, diffs: leftOut } };
}

function comparedWith(earlier: Earlier, before: Survey | string | null): Parameters<typeof describe>[1] {
  if (!("file" in earlier)) return earlier;
  if (before === null || typeof before === "string")
    return { why: `The tarball of ${earlier.version} can't be read: ${before}.` };
  return { survey: before, version: earlier.version };
}

/** The lines that differ, as far as they can be read a second time. */
async function differences(
  file: string,
  earlier: Earlier,
  { now, survey, changes }: { now: Survey; survey: Survey | null; changes: readonly FoundChange[] },
  reading: { signal?: AbortSignal },
): Promise<ReturnType<typeof fileDiffs>> {
  const worth = worthReading(changes, now, survey);
  const chosen = chooseTexts(worth);
  try {
    const wanted = new Set(chosen.filter(({ state }) => state === "changed").map(({ name }) => name));
    const [today, then] = await Promise.all([
      textsOf(file, new Set(chosen.map(({ name }) => name)), reading),
      "file" in earlier ? textsOf(earlier.file, wanted, reading) : new Map<string, string>(),
    ]);
    const until = Date.now() + diffMs;
    const texts = chosen.map(({ name }): Texts => ({ name, now: today.get(name) ?? "", was: then.get(name) ?? null }));
    const { diffs, leftOut } = fileDiffs(texts, () => Date.now() < until && reading.signal?.aborted !== true);
    return { diffs, leftOut: leftOut + worth.length - chosen.length };
  } catch {
    return { diffs: [], leftOut: worth.length };
  }
}

function chooseTexts(worth: readonly FoundChange[]): FoundChange[] {
  let left = most.texts;
  return worth
    .filter(({ bytes, was }) => {
      const both = (bytes ?? 0) + (was ?? 0);
      if ((bytes ?? 0) > most.text || (was ?? 0) > most.text || both > left) return false;
      left -= both;
      return true;
    })
    .slice(0, most.files);
}

function whyOf(error: unknown): string {
  return error instanceof TarballError ? error.message : "for a reason that the step doesn't know";
}
