import { createHash } from "node:crypto";
import { after, later } from "../desk/after.ts";
import { repositoryOf } from "../desk/repository-of.ts";
import type { DeskParts } from "../desk/types.ts";
import { readPersonIn } from "../desk/warnings/ask.ts";
import type { SealedToken, WarningIssue } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { endingIssue, issueMarker, saidMarker, warningComment, wellIssue, withMention } from "./warning-words.ts";
import type { IssueWords, WarningView } from "./warning-words.ts";

/**
 * Milliseconds after which an issue whose opening wasn't answered would be there, if it came to be: a request may wait a minute
 * for its turn and take ten seconds, and GitHub's lists lag behind a little.
 */
const arrivalMs = 90_000;

/** What is known when a person's issue is about to be written. */
interface Look {
  github: GitHubRepository;
  row: WarningIssue | null;
  view: WarningView;
  /** When their last warning was given, and for which tokens; null: none was. */
  warned: { at: Date; tokens: SealedToken[] } | null;
}

/**
 * Brings a person's issue about their tokens for one repository up to date: opened with their first warning, edited in place,
 * closed when all is well, opened again with the next warning. What it says follows from what is stored, so that it may be done
 * twice. Where GitHub takes no issue there (they are switched off, or the app may not), that is noted; channels tell all the same.
 * @throws GitHubError where it has to be tried again
 */
export async function writeWarningIssue(parts: DeskParts, subject: string): Promise<void> {
  const { repositoryId, personId } = readPersonIn(subject);
  await parts.store.exclusive(`warning-issue:${subject}`, async () => {
    const look = await lookAt(parts, repositoryId, personId);
    if (look === null) return;
    const { row } = look;
    // Whoever asked for it may have got it, though nobody heard.
    if (row !== null && isOpening(row) && later(row.changedAt, arrivalMs) > parts.clock.now())
      return await after(parts, "warning-issue", subject, "now", later(row.changedAt, arrivalMs));
    try {
      await write(parts, look);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await noteRefusal(parts, look, error);
    }
  });
}

/** An issue was asked for, and no answer is known. */
function isOpening(row: WarningIssue): boolean {
  return row.issueNumber === null && row.digest === null;
}

async function lookAt(parts: DeskParts, repositoryId: number, personId: number): Promise<Look | null> {
  const { store, publicUrl } = parts;
  const [github, row, all, person] = await Promise.all([
    repositoryOf(parts, repositoryId),
    store.warnings.issueOf(repositoryId, personId),
    store.tokens.liveOfRepository(repositoryId),
    store.people.get(personId),
  ]);
  const own = all.filter((token) => token.personId === personId);
  const given = await store.warnings.given(own.map(({ id }) => id));
  const ending = own
    .filter((token) => given.some(({ tokenId }) => tokenId === token.id))
    .toSorted((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
  if (github === null || (ending.length === 0 && row === null)) return null;
  const at = given.at(-1)?.at ?? null;
  const tokenIds = new Set(given.filter((one) => one.at.getTime() === at?.getTime()).map(({ tokenId }) => tokenId));
  const login = person?.login ?? own[0]?.personLogin ?? row?.personLogin ?? "";
  return {
    github,
    row,
    view: { repositoryId, owner: { id: personId, login }, ending, all, publicUrl },
    warned: at === null ? null : { at, tokens: ending.filter(({ id }) => tokenIds.has(id)) },
  };
}

async function write(parts: DeskParts, look: Look): Promise<void> {
  const { view, row } = look;
  const { words, state, digest } = wanted(parts, look);
  if (row?.digest === digest && row.state === state) return;
  const number = await existing(parts, look);
  if (number !== null && (await edited(look.github, number, words, state))) {
    const said = row === null || isOpening(row) ? null : saidAt(row);
    if (look.warned !== null && said !== null && look.warned.at > said) await say(parts, look, number);
    return await put(parts, look, { issueNumber: number, state, digest });
  }
  if (state === "closed") return await put(parts, look, { issueNumber: null, state, digest });
  await put(parts, look, { issueNumber: null, state, digest: null });
  const issueNumber = await look.github.openIssue(words.title, withMention(words.body, view.owner.login));
  await put(parts, look, { issueNumber, state, digest });
}

/** What the issue is to be. The digest also says which warning it has told of, so that each is told once. */
function wanted(parts: DeskParts, { view, row, warned }: Look) {
  const state = view.ending.length > 0 ? ("open" as const) : ("closed" as const);
  const words = state === "open" ? endingIssue(view, parts.clock.now()) : wellIssue(view);
  const told = Math.max(warned?.at.getTime() ?? 0, row === null ? 0 : (saidAt(row)?.getTime() ?? 0));
  const hash = createHash("sha256").update(`${words.title}\n${words.body}`).digest("hex");
  return { state, words, digest: `${hash} ${new Date(told).toISOString()}` };
}

/** When the last warning was given that the issue has told of. */
function saidAt({ digest }: WarningIssue): Date | null {
  const [, at] = digest?.split(" ") ?? [];
  return at === undefined ? null : new Date(at);
}

/** The number of the person's issue, also of one that was opened without our hearing of it. */
async function existing(parts: DeskParts, { github, row, view }: Look): Promise<number | null> {
  if (row === null || row.issueNumber !== null) return row?.issueNumber ?? null;
  const { botLogin } = await parts.github.self();
  const marker = issueMarker(view.repositoryId, view.owner.id);
  const found = await github.issuesBy(botLogin);
  return found.find((issue) => issue.body.trimEnd().endsWith(marker))?.number ?? null;
}

/** False where the issue isn't there any more. */
async function edited(
  github: GitHubRepository,
  number: number,
  words: IssueWords,
  state: "open" | "closed",
): Promise<boolean> {
  try {
    await github.editIssue(number, { ...words, state });
    return true;
  } catch (error) {
    if (error instanceof GitHubError && error.code === "not-found") return false;
    throw error;
  }
}

/** A further warning is a comment, once: what was said is looked for before. */
async function say(parts: DeskParts, { github, view, warned }: Look, number: number): Promise<void> {
  if (warned === null || warned.tokens.length === 0) return;
  const [{ botLogin }, comments] = await Promise.all([parts.github.self(), github.commentsSince(number, warned.at)]);
  const marker = saidMarker(warned.at);
  if (comments.some(({ body, userLogin }) => userLogin === botLogin && body.trimEnd().endsWith(marker))) return;
  await github.comment(number, warningComment(view, warned.tokens, warned.at, parts.clock.now()));
}

/** Answers that another try doesn't change: no issues there, no right to write them, an archived repository. */
function isRefusal(error: unknown): error is GitHubError {
  return error instanceof GitHubError && ["forbidden", "not-found", "invalid"].includes(error.code);
}

async function noteRefusal(parts: DeskParts, look: Look, error: GitHubError): Promise<void> {
  const { repositoryId, owner } = look.view;
  const { state, digest } = wanted(parts, look);
  await put(parts, look, { issueNumber: look.row?.issueNumber ?? null, state, digest });
  parts.log.warn(
    { repositoryId, personId: owner.id, code: error.code, verb: error.verb },
    "GitHub takes no issue about a person's tokens there; channels and the ledger tell.",
  );
  await parts.store.audit.add({
    at: parts.clock.now(),
    what: "warning.issue-refused",
    actor: "countersign",
    repositoryId,
    detail: { owner: owner.login, code: error.code, verb: error.verb },
  });
}

async function put(
  parts: DeskParts,
  { view, row }: Look,
  changed: Pick<WarningIssue, "issueNumber" | "state" | "digest">,
): Promise<void> {
  await parts.store.warnings.putIssue({
    id: row?.id ?? parts.ids.next(),
    repositoryId: view.repositoryId,
    personId: view.owner.id,
    personLogin: view.owner.login,
    ...changed,
    changedAt: parts.clock.now(),
  });
}
