import { createHash } from "node:crypto";
import { after, later } from "../desk/after.ts";
import { readAlarm } from "../desk/out-of-band/ask.ts";
import { repositoryOf } from "../desk/repository-of.ts";
import type { DeskParts } from "../desk/types.ts";
import type { Sighting, Watch } from "../domain/out-of-band/types.ts";
import { GitHubError } from "../github/types.ts";
import type { GitHubRepository } from "../github/types.ts";
import { alarmComment, alarmIssue, alarmMarker, quietIssue, toldMarker, withCalls } from "./alarm-words.ts";
import type { AlarmView } from "./alarm-words.ts";

/** As `arrivalMs` of the issues about tokens: an issue whose opening wasn't answered would be there after this long. */
const arrivalMs = 90_000;

/** Sightings of a package among which open ones are looked for. */
const mostLooked = 500;

/** What is known when a package's issue is about to be written. */
interface Look {
  github: GitHubRepository;
  watch: Watch;
  view: AlarmView;
}

/**
 * Brings the issue about what happened to a package without a release up to date: opened with the first, edited in place, each further
 * one a comment, closed when all are acknowledged, opened again with the next. What it says follows from what is stored, so that it may
 * be done twice. Where GitHub takes no issue there, that is noted; channels and the page tell all the same.
 * @throws GitHubError where it has to be tried again
 */
export async function writeAlarmIssue(parts: DeskParts, subject: string): Promise<void> {
  await parts.store.exclusive(`alarm-issue:${subject}`, async () => {
    const look = await lookAt(parts, subject);
    if (look === null) return;
    // Whoever asked for it may have got it, though nobody heard.
    const asked = isOpening(look.watch) ? look.watch.issueChangedAt : null;
    if (asked !== null && later(asked, arrivalMs) > parts.clock.now())
      return await after(parts, "alarm-issue", subject, "now", later(asked, arrivalMs));
    try {
      await write(parts, look);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await noteRefusal(parts, look, error);
    }
  });
}

/** An issue was asked for, and no answer is known. */
function isOpening({ issueState, issueNumber, issueDigest }: Watch): boolean {
  return issueState !== null && issueNumber === null && issueDigest === null;
}

async function lookAt(parts: DeskParts, subject: string): Promise<Look | null> {
  const { repositoryId, package: name } = readAlarm(subject);
  const [github, watch, all] = await Promise.all([
    repositoryOf(parts, repositoryId),
    parts.store.watches.of(repositoryId, name),
    parts.store.sightings.ofPackage(repositoryId, name, mostLooked),
  ]);
  const open = all.filter(({ verdict, acknowledgedAt }) => verdict === "odd" && acknowledgedAt === null);
  if (github === null || watch === null || (open.length === 0 && watch.issueState === null)) return null;
  return { github, watch, view: { watch, open, publicUrl: parts.publicUrl } };
}

async function write(parts: DeskParts, look: Look): Promise<void> {
  const { github, watch, view } = look;
  const { words, state, digest } = wanted(view);
  if (watch.issueDigest === digest && watch.issueState === state) return;
  const number = await existing(parts, look);
  if (number !== null && (await edited(github, number, words, state))) {
    if (!isOpening(watch)) await sayNew(parts, look, number);
    return await put(parts, watch, { issueNumber: number, issueState: state, issueDigest: digest });
  }
  if (state === "closed") return await put(parts, watch, { issueNumber: null, issueState: state, issueDigest: digest });
  await put(parts, watch, { issueNumber: null, issueState: state, issueDigest: null });
  const issueNumber = await github.openIssue(words.title, withCalls(view, words.body));
  await put(parts, watch, { issueNumber, issueState: state, issueDigest: digest });
}

/** What the issue is to be. The digest also says of which it has told, so that each is told once. */
function wanted(view: AlarmView) {
  const state = view.open.length > 0 ? ("open" as const) : ("closed" as const);
  const words = state === "open" ? alarmIssue(view) : quietIssue(view);
  const hash = createHash("sha256").update(`${words.title}\n${words.body}`).digest("hex");
  return { state, words, digest: [hash, ...view.open.map(({ id }) => id)].join(" ") };
}

/** The number of the package's issue, also of one that was opened without our hearing of it. */
async function existing(parts: DeskParts, { github, watch }: Look): Promise<number | null> {
  if (!isOpening(watch)) return watch.issueNumber;
  const { botLogin } = await parts.github.self();
  const found = await github.issuesBy(botLogin);
  return found.find((issue) => issue.body.trimEnd().endsWith(alarmMarker(watch)))?.number ?? null;
}

/** False where the issue isn't there any more. */
async function edited(
  github: GitHubRepository,
  number: number,
  words: { title: string; body: string },
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

/** What the issue hasn't told of yet is a comment each, once: what was said is looked for before. */
async function sayNew(parts: DeskParts, { github, watch, view }: Look, number: number): Promise<void> {
  const told = new Set(watch.issueDigest?.split(" ") ?? []);
  const fresh = view.open.filter(({ id }) => !told.has(id)).toReversed();
  const since = fresh[0]?.seenAt;
  if (since === undefined) return;
  const [{ botLogin }, comments] = await Promise.all([parts.github.self(), github.commentsSince(number, since)]);
  const isSaid = (one: Sighting): boolean =>
    comments.some(({ body, userLogin }) => userLogin === botLogin && body.trimEnd().endsWith(toldMarker(one)));
  for (const one of fresh) if (!isSaid(one)) await github.comment(number, alarmComment(one));
}

/** Answers that another try doesn't change: no issues there, no right to write them, an archived repository. */
function isRefusal(error: unknown): error is GitHubError {
  return error instanceof GitHubError && ["forbidden", "not-found", "invalid"].includes(error.code);
}

async function noteRefusal(parts: DeskParts, { watch, view }: Look, error: GitHubError): Promise<void> {
  const { state, digest } = wanted(view);
  await put(parts, watch, { issueNumber: watch.issueNumber, issueState: state, issueDigest: digest });
  const { repositoryId, package: name } = watch;
  parts.log.warn(
    { repositoryId, code: error.code, verb: error.verb },
    "GitHub takes no issue about a package there; channels and the repository's page tell.",
  );
  await parts.store.audit.add({
    at: parts.clock.now(),
    what: "out-of-band.issue-refused",
    actor: "countersign",
    repositoryId,
    detail: { package: name, code: error.code, verb: error.verb },
  });
}

async function put(
  parts: DeskParts,
  { id }: Watch,
  changed: Pick<Watch, "issueNumber" | "issueState" | "issueDigest">,
): Promise<void> {
  await parts.store.watches.save(id, { ...changed, issueChangedAt: parts.clock.now() });
}
