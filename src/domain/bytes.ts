import { isTokenMode } from "./mode.ts";
import type { Challenge, Release, ReleasePart, RunnerReport, SecondBuildFound } from "./release-types.ts";

/** Where a SHA-1 of a release's bytes was read, in the order in which it is believed to be the countersigned one. */
const witnesses = {
  described: "the bytes that the step described",
  built: "the bytes that were compared with the second build",
  packed: "the bytes that the step says it packed",
  asked: "the bytes that npm's question is about",
  held: "what npm holds as staged",
  published: "what the registry has",
} as const;
export type Witness = keyof typeof witnesses;

/** What is known of a release's bytes; what nobody told is left out. */
export type KnownBytes = Partial<Record<Witness, string | null | undefined>>;

/** Two that differ: what was countersigned, as far as it is known, and another. */
export interface OtherBytes {
  expected: { witness: Witness; shasum: string };
  other: { witness: Witness; shasum: string };
}

/** All that is on record of a release's bytes. `described`: of the step's description. */
export function bytesOf(
  { runnerReport, shasum }: Pick<Release, "runnerReport" | "shasum">,
  more: { described: string | null; challenge: Pick<Challenge, "subject"> | null },
): KnownBytes {
  const { described, challenge } = more;
  return {
    described,
    built: runnerReport?.second?.first,
    packed: runnerReport?.shasum,
    asked: challenge?.subject.shasum,
    held: runnerReport?.heldShasum,
    published: shasum,
  };
}

/** The same of one package of several; undefined: it is none of the release's. */
export function bytesOfPart(
  part: ReleasePart | undefined,
  more: { described: string | null; challenge: Pick<Challenge, "subject"> | null },
): KnownBytes {
  const { described, challenge } = more;
  return { described, packed: part?.shasum, asked: challenge?.subject.shasum, held: part?.heldShasum };
}

/** null: all that are known are the same. */
export function otherBytes(known: KnownBytes): OtherBytes | null {
  const told = (Object.keys(witnesses) as Witness[]).flatMap((witness) => {
    const shasum = known[witness];
    return typeof shasum === "string" ? [{ witness, shasum }] : [];
  });
  const [expected] = told;
  const other = told.find(({ shasum }) => shasum !== expected?.shasum);
  return expected === undefined || other === undefined ? null : { expected, other };
}

/** What differs, as a sentence without its end: "what npm holds as staged (…) isn't the bytes that …". */
export function otherBytesWords({ expected, other }: OtherBytes): string {
  return `${witnesses[other.witness]} (\`${other.shasum}\`) isn't ${witnesses[expected.witness]} (\`${expected.shasum}\`)`;
}

/** What page, comment and receipt say of a release that ended over its bytes; null: it didn't. */
export function bytesVerdict({ endCode }: Pick<Release, "endCode">): string | null {
  switch (endCode) {
    case "other-bytes":
      return "not those that were countersigned: don't install them";
    case "bytes-differ":
      return "not those that were countersigned: don't approve them";
    case "build-differs":
      return "a second build of the commit made others: don't approve them";
    case "no-second-build":
      return "no second build of the commit vouches for them: don't approve them";
    default:
      return null;
  }
}

/** What the second build came to, in a few words. */
export function secondWords(second: SecondBuildFound): string {
  return second.state === "same" ? "the same bytes" : `other bytes: ${second.second}`;
}

/** What the job saw of what npm holds as staged: only one with a token may ask. `of`: one package of several. */
export function heldWords(
  { mode, runnerReport }: Pick<Release, "mode" | "runnerReport">,
  of: Pick<RunnerReport, "heldShasum" | "shasum"> | null = runnerReport,
): string {
  const { heldShasum: held, shasum } = of ?? {};
  if (held !== undefined)
    return held === shasum ? "the bytes that the job packed, as it read them back" : `other bytes: ${held}`;
  return isTokenMode(mode)
    ? "not read back by the job"
    : "not read back: npm gives a job without a token no right to; whoever approves compares";
}
