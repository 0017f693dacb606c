import { Refusal } from "../domain/errors.ts";
import { helpText, parseCommand } from "../domain/command.ts";
import type { Command } from "../domain/command.ts";
import { lines, markdown } from "../domain/markdown.ts";
import type { Person, Repository } from "../domain/release-types.ts";
import { releaseTitle, shortSha, versionTitle } from "../domain/release.ts";
import { begin, beginOrLater } from "../desk/begin.ts";
import { cancel } from "../desk/cancel.ts";
import { checkRequest, insertRelease } from "../desk/request.ts";
import type { ReleaseRequest } from "../desk/request.ts";
import { askStage, stagedInThread } from "../desk/stage/ask.ts";
import { decidedInThread, releaseInThread } from "../desk/thread.ts";
import type { DeskParts } from "../desk/types.ts";
import { viewRelease } from "../desk/view.ts";
import { giveWord } from "../desk/word.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { doctorAnswer } from "./doctor.ts";
import { saidExpected } from "./expected.ts";
import { setUpAnswer } from "./set-up.ts";
import { tokensAnswer } from "./tokens.ts";
import { liftAll, stopAll } from "./panic.ts";
import { react, reactRead } from "./reaction.ts";
import { packageLines, reasonLines } from "./words.ts";

/** A comment as GitHub delivered it. */
export interface IncomingComment {
  repository: Repository;
  issueNumber: number;
  issueOpen: boolean;
  commentId: number;
  body: string;
  createdAt: Date;
  author: Person & { type: string };
  /** Written through an app, also where a person's name stands on it. */
  byApp: boolean;
}

/** What is answered in words; null: the status comment says it all. */
type Answer = string | null;

/**
 * A comment becomes a command, the command one use case, and its outcome words. Comments by apps never count. A reaction says
 * what came of it; where it can't be given, the command goes on all the same.
 */
export async function handleComment(parts: DeskParts, comment: IncomingComment): Promise<void> {
  if (comment.byApp || comment.author.type !== "User") return;
  const parsed = parseCommand(comment.body);
  if (parsed.kind === "none") return;
  const github = parts.github.repository(comment.repository);
  await parts.store.people.see(comment.author, parts.clock.now());
  if (parsed.kind === "bad") return await refuse(parts, github, comment, parsed.sentence);
  try {
    const answer = await run(parts, github, comment, parsed.command);
    if (answer !== null) await github.comment(comment.issueNumber, answer);
    await react(parts, comment, "+1");
  } catch (error) {
    const sentence = sentenceOf(error);
    // It is tried again, maybe for a while: until then this says that it was read.
    if (sentence === null) await reactRead(parts, comment);
    if (sentence === null) throw error;
    await refuse(parts, github, comment, sentence);
  }
}

/** An edited comment does nothing, and says so where the edit made it look like a command. */
export async function handleEdit(parts: DeskParts, comment: IncomingComment): Promise<void> {
  if (comment.byApp || comment.author.type !== "User" || parseCommand(comment.body).kind === "none") return;
  await noteChange(parts, comment, "comment.edited");
  await react(parts, comment, "confused");
}

/** A deleted comment undoes nothing; the audit keeps that it was deleted. */
export async function handleDeletion(parts: DeskParts, comment: IncomingComment): Promise<void> {
  if (comment.byApp || parseCommand(comment.body).kind === "none") return;
  await noteChange(parts, comment, "comment.deleted");
}

async function noteChange(parts: DeskParts, comment: IncomingComment, what: string): Promise<void> {
  const release = await releaseInThread(parts, comment.repository.id, comment.issueNumber);
  await parts.store.audit.add({
    at: parts.clock.now(),
    what,
    actor: comment.author.login,
    actorId: comment.author.id,
    repositoryId: comment.repository.id,
    ...(release === null ? {} : { releaseId: release.id }),
    detail: { comment: comment.commentId, issue: comment.issueNumber },
  });
}

async function run(
  parts: DeskParts,
  github: GitHubRepository,
  comment: IncomingComment,
  command: Command,
): Promise<Answer> {
  switch (command.name) {
    case "release":
      return await askRelease(parts, github, comment, command);
    case "approve":
    case "reject":
      return await decide(parts, comment, command);
    case "approve-stage":
    case "reject-stage":
      return await decideStage(parts, comment, command);
    case "cancel": {
      const release = await decidedInThread(parts, {
        repositoryId: comment.repository.id,
        issueNumber: comment.issueNumber,
        commentId: comment.commentId,
        createdAt: comment.createdAt,
        sha: undefined,
        approves: false,
        stops: true,
      });
      await cancel(parts, { releaseId: release.id, person: comment.author, why: reasonOf(command) });
      return null;
    }
    case "panic":
      return await stopAll(parts, comment, command.why ?? "");
    case "lift":
      return await liftAll(parts, comment, command.why ?? "");
    case "expected":
      return await saidExpected(parts, comment, command);
    case "status":
    case "why":
      return await tell(parts, comment, command.name);
    case "tokens":
      return await tokensAnswer(parts, github, comment.author);
    case "doctor":
      return await doctorAnswer(parts, github, comment.author);
    case "setup":
      return await setUpAnswer(parts, comment.repository, comment.author);
    case "help":
      return helpText();
  }
}

/** A comment is acted on for this long, in milliseconds; it may have been fetched after we were away. */
const freshMs = 30 * 60_000;

/** Of a branch whatever it holds now would be released: not what the person saw when they asked. */
function refuseLate({ clock }: DeskParts, { createdAt }: IncomingComment): void {
  const minutes = Math.floor((clock.now().getTime() - createdAt.getTime()) / 60_000);
  if (minutes * 60_000 < freshMs) return;
  throw new Refusal(
    "too-late",
    `This was written ${minutes} minutes before it reached Countersign, and the branch may hold something else by now. Nothing was started; say it again if it still holds.`,
  );
}

async function askRelease(
  parts: DeskParts,
  github: GitHubRepository,
  comment: IncomingComment,
  command: Extract<Command, { name: "release" }>,
): Promise<Answer> {
  if (!comment.issueOpen)
    throw new Refusal("issue-closed", "This thread is closed: open it again, or ask in an open issue.");
  // The same delivery again after a crash: go on with what was begun.
  const before = await parts.store.releases.inIssue(comment.repository.id, comment.issueNumber);
  const begun = before.find((release) => release.requestCommentId === comment.commentId);
  if (begun !== undefined) {
    await begin(parts, begun.id);
    return null;
  }
  refuseLate(parts, comment);
  const asked: ReleaseRequest = {
    repository: comment.repository,
    issueNumber: comment.issueNumber,
    commentId: comment.commentId,
    person: { id: comment.author.id, login: comment.author.login },
    version: command.version,
    packages: command.packages,
    scope: command.scope,
    distTag: command.tag,
  };
  const checked = await checkRequest(parts, github, asked);
  if (command.dryRun) {
    const { packages } = checked;
    const what = `${packages === null ? `\`${checked.policy.name}\` ${checked.version}` : `${packages.length} packages, each as ${checked.version},`} from \`${shortSha(checked.commit.sha)}\` as \`${checked.distTag}\``;
    return [`Nothing was started. \`/release\` would ask for ${what}:`, "", ...reasonLines(checked.reasons)].join("\n");
  }
  const release = await insertRelease(parts, asked, checked);
  await beginOrLater(parts, release.id);
  return null;
}

/** A job of its own approves or rejects at npm what a release of this thread has staged. */
async function decideStage(
  parts: DeskParts,
  comment: IncomingComment,
  command: Extract<Command, { name: "approve-stage" | "reject-stage" }>,
): Promise<Answer> {
  const { repository, issueNumber, commentId, author } = comment;
  const before = await parts.store.releases.inIssue(repository.id, issueNumber);
  // The same delivery again after a crash: go on with what was begun.
  const begun = before.find((release) => release.requestCommentId === commentId);
  if (begun !== undefined) {
    await begin(parts, begun.id);
    return null;
  }
  refuseLate(parts, comment);
  const staged = await stagedInThread(parts, repository.id, issueNumber, {
    version: command.version,
    createdAt: comment.createdAt,
  });
  const person = { id: author.id, login: author.login };
  await askStage(parts, { releaseId: staged.id, person, purpose: command.name, commentId });
  return null;
}

/** As much of a reason as the page takes: the status comment repeats it, and GitHub takes no comment above 65,536 characters. */
function reasonOf({ why }: { why?: string | undefined }): string | null {
  return why === undefined ? null : why.slice(0, 1000);
}

async function decide(
  parts: DeskParts,
  comment: IncomingComment,
  command: Extract<Command, { name: "approve" | "reject" }>,
): Promise<Answer> {
  const release = await decidedInThread(parts, {
    repositoryId: comment.repository.id,
    issueNumber: comment.issueNumber,
    commentId: comment.commentId,
    createdAt: comment.createdAt,
    sha: command.name === "approve" ? command.sha : undefined,
    approves: command.name === "approve",
  });
  const why = command.name === "reject" ? reasonOf(command) : null;
  await giveWord(parts, {
    releaseId: release.id,
    person: { id: comment.author.id, login: comment.author.login },
    verdict: command.name === "approve" ? "approved" : "rejected",
    sha: release.sha,
    source: "chat",
    comment: why,
    evidence: `comment-${comment.commentId}`,
  });
  return null;
}

async function tell(parts: DeskParts, comment: IncomingComment, what: "status" | "why"): Promise<Answer> {
  const release = await releaseInThread(parts, comment.repository.id, comment.issueNumber);
  const view = release === null ? null : await viewRelease(parts, release.id);
  if (view === null)
    return "No release was asked for in this thread. Ask for one with `/release <version>`; `/help` says how.";
  const page = `${parts.publicUrl}/releases/${view.release.id}`;
  const about =
    view.release.purpose === "publish"
      ? `\`${releaseTitle(view.release)}\``
      : `${releaseTitle(view.release).split(" of ")[0] ?? ""} of \`${versionTitle(view.release)}\``;
  const title = `${about} from \`${shortSha(view.release.sha)}\` is **${view.release.state}** ([release page](${page})).`;
  const end = view.release.endText === null ? [] : ["", markdown(view.release.endText)];
  const said = [title, ...end, ...packageLines(view.release)];
  return what === "status" ? said.join("\n") : [...said, "", ...reasonLines(view.decision)].join("\n");
}

async function refuse(
  parts: DeskParts,
  github: GitHubRepository,
  comment: IncomingComment,
  sentence: string,
): Promise<void> {
  await github.comment(comment.issueNumber, lines(sentence, parts.publicUrl));
  await react(parts, comment, "-1");
}

/** A sentence for the person; null where it isn't theirs to mend and the delivery is to be tried again. */
function sentenceOf(error: unknown): string | null {
  if (error instanceof Refusal) return error.message;
  if (error instanceof GitHubError && ["forbidden", "not-found", "invalid", "conflict"].includes(error.code))
    return `GitHub refused: ${error.message} Nothing was changed.`;
  return null;
}
