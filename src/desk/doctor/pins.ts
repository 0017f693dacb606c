import { comparableVersion } from "../../domain/doctor/comparable-version.ts";
import { pinKey } from "../../domain/doctor/workflow/pins.ts";
import type { Pin, PinAnswer } from "../../domain/doctor/workflow/pins.ts";
import { GitHubError } from "../../github/types.ts";
import type { CommitRelation, GitHubRepository } from "../../github/types.ts";
import { someAtOnce } from "../some-at-once.ts";

type Asked = Pick<GitHubRepository, "relation" | "hasCommit">;

/** Questions to GitHub at a time. */
const lanes = 10;

/** Where each pinned commit comes from; what can't be asked is unknown. One question for each pin that is as it should be. */
export async function askPins(github: Asked, pins: readonly Pin[]): Promise<Map<string, PinAnswer>> {
  const different = new Map(pins.map((pin) => [pinKey(pin), pin]));
  const answers = new Map<string, PinAnswer>();
  await someAtOnce(
    [...different],
    async ([key, pin]) => void answers.set(key, await askPin(github, pin).catch(unknown)),
    lanes,
  );
  return answers;
}

function unknown(error: unknown): PinAnswer {
  if (error instanceof GitHubError) return "unknown";
  throw error;
}

/**
 * The tag that the comment names is asked first. Where the commit isn't in its history the default branch is asked, and where that has
 * no history in common with it either, whether the commit is there at all: then it is a stranger's.
 */
async function askPin(github: Asked, { repository, sha, version }: Pin): Promise<PinAnswer> {
  const toTag = await relationToTag(github, repository, comparableVersion(version), sha);
  if (toTag === "identical") return "of-the-version";
  if (toTag === "behind") return "version-moved";
  const toBranch = await github.relation(repository, "HEAD", sha);
  if (toBranch === "identical" || toBranch === "behind") return version === null ? "of-the-version" : "version-moved";
  if (toTag !== null || toBranch !== null) return "elsewhere";
  return (await github.hasCommit(repository, sha)) ? "elsewhere" : "unknown";
}

/** `5.0.0` is written for the tag `v5.0.0` too. */
async function relationToTag(
  github: Asked,
  repository: string,
  tag: string | null,
  sha: string,
): Promise<CommitRelation | null> {
  if (tag === null) return null;
  const relation = await github.relation(repository, tag, sha);
  return relation === null && /^\d/.test(tag) ? await github.relation(repository, `v${tag}`, sha) : relation;
}
