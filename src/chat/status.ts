import { createHash } from "node:crypto";
import type { ReleaseView } from "../desk/types.ts";
import { withRelease } from "../desk/end.ts";
import { repositoryOf } from "../desk/repository-of.ts";
import type { DeskParts } from "../desk/types.ts";
import { viewRelease } from "../desk/view.ts";
import { toPublish } from "../domain/several.ts";
import { stageVerb } from "../domain/stage-approval.ts";
import { GitHubError } from "../github/types.ts";
import { statusComment } from "./words.ts";

/**
 * Writes a release's status comment: made once, edited in place, left alone where it says the same already. A comment that
 * somebody deleted is written anew. A release that was adopted from a run has no thread and none.
 */
export async function writeStatus(parts: DeskParts, releaseId: string): Promise<void> {
  await withRelease(parts, releaseId, async (release) => {
    if (release.issueNumber === null) return;
    const [github, view] = await Promise.all([
      repositoryOf(parts, release.repositoryId),
      viewRelease(parts, releaseId),
    ]);
    if (github === null || view === null) return;
    const body = statusComment(view, parts.publicUrl);
    const statusDigest = createHash("sha256").update(body).digest("hex");
    if (release.statusDigest === statusDigest) return;
    if (release.statusCommentId !== null && (await edited(github, release.statusCommentId, body))) {
      await parts.store.releases.save(release, { statusDigest });
      return;
    }
    const statusCommentId = await github.comment(release.issueNumber, body);
    await parts.store.releases.save(release, { statusCommentId, statusDigest });
  });
}

async function edited(
  github: { editComment(id: number, body: string): Promise<void> },
  id: number,
  body: string,
): Promise<boolean> {
  try {
    await github.editComment(id, body);
    return true;
  } catch (error) {
    if (error instanceof GitHubError && error.code === "not-found") return false;
    throw error;
  }
}

/** The package that npm asks about; what a step says of its own counts only where it is one of the release's. */
function nameAsked({ release }: ReleaseView, subject: string): string {
  return toPublish(release).includes(subject) ? subject : release.package;
}

/** A new comment, since an edit notifies nobody: npm asks the releaser for the second factor. */
export async function tellChallenge(parts: DeskParts, challengeId: string): Promise<void> {
  const challenge = await parts.store.challenges.get(challengeId);
  if (challenge === null || challenge.state !== "open") return;
  const view: ReleaseView | null = await viewRelease(parts, challenge.releaseId);
  if (view === null || view.release.issueNumber === null) return;
  const github = await repositoryOf(parts, view.release.repositoryId);
  const minutes = Math.max(1, Math.round((challenge.expiresAt.getTime() - parts.clock.now().getTime()) / 60_000));
  const before = await parts.store.challenges.ofRelease(challenge.releaseId);
  const refused = before.some((one) => one.id !== challenge.id && one.state === "refused");
  const again = refused && challenge.try > 1 ? ` The code before was not accepted (try ${challenge.try} of 3).` : "";
  const { purpose } = view.release;
  const verb = purpose === "publish" ? "publish" : stageVerb[purpose];
  await github?.comment(
    view.release.issueNumber,
    `@${view.release.releaserLogin}: npm asks for your second factor to ${verb} \`${nameAsked(view, challenge.subject.name)}\` ${view.release.version}.${again} **[Answer within ${minutes} min](${parts.publicUrl}/challenges/${challenge.id})**.`,
  );
}
