import { Refusal } from "../../domain/errors.ts";
import type { ReleaseView } from "../../desk/types.ts";
import { digest } from "../cookies.ts";
import { readOwnQueue } from "../own-queue.ts";
import type { OwnQueue } from "../own-queue.ts";
import { doneFlash } from "../pages/done.ts";
import { queuePage, queueProblemPage, welcomePage } from "../pages/queue.ts";
import { queuePath, queueTexts, readQueueTexts } from "../queue-query.ts";
import { goTo, page } from "../responses.ts";
import { isCurrent, unchanged } from "../visit.ts";
import type { SignedVisit, Visit } from "../visit.ts";

/** `/`: the queue for who is signed in, the way in for everybody else. */
export async function showQueue(visit: Visit): Promise<Response> {
  const { session } = visit;
  if (session === null) return await page(welcomePage(visit, { flash: doneFlash(visit.url) }));
  return await showOwnQueue({ ...visit, session });
}

async function showOwnQueue(visit: SignedVisit): Promise<Response> {
  const texts = queueTexts(visit.url.searchParams);
  try {
    const queue = await readOwnQueue(visit, readQueueTexts(texts));
    // Releases end while pages are turned.
    if (queue.page > queue.pages) return goTo(queuePath({ ...texts, page: String(queue.pages) }));
    const mark = digest(JSON.stringify(queueMark(queue)));
    if (isCurrent(visit, mark)) return unchanged();
    const live = { seconds: 5, digest: mark, about: "" };
    return await page(queuePage(visit, { texts, queue }, { live, flash: doneFlash(visit.url) }));
  } catch (error) {
    if (!(error instanceof Refusal && error.code === "bad-input")) throw error;
    return await page(queueProblemPage(visit, texts, error.message), 400);
  }
}

/** What changes when the queue has something new to say. */
function queueMark({ items, total, mine, ended, renewals, todos, stuck, alarms }: OwnQueue): unknown {
  return [
    items.map(({ kind, view }) => [kind, stateMark(view)]),
    [total, mine],
    ended.map(({ id }) => id),
    renewals.map(({ tokens, state }) => [state, tokens.map(({ id }) => id)]),
    todos.map(({ id }) => id),
    stuck.map(({ id, lastError }) => [id, lastError]),
    alarms.map(({ id }) => id),
  ];
}

/** What changes when a page about a release has something new to say. */
export function stateMark(view: ReleaseView): unknown {
  const { release, approvals, lease, challenge, decision } = view;
  return [
    release.id,
    release.rowVersion,
    release.state,
    approvals.map((word) => word.id),
    lease?.state,
    lease?.lastError,
    challenge?.id,
    challenge?.state,
    decision,
  ];
}
