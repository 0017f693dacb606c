import type { ReleaseView } from "../../desk/types.ts";
import { digest } from "../cookies.ts";
import { doneFlash } from "../pages/done.ts";
import { queuePage, welcomePage } from "../pages/queue.ts";
import { page } from "../responses.ts";
import { isCurrent, unchanged } from "../visit.ts";
import type { SignedVisit, Visit } from "../visit.ts";
import { sortQueue } from "../waiting.ts";

/** Ended releases on the queue. */
const shownPast = 10;

/** `/`: the queue for who is signed in, the way in for everybody else. */
export async function showQueue(visit: Visit): Promise<Response> {
  const { session } = visit;
  if (session === null) return await page(welcomePage(visit, { flash: doneFlash(visit.url) }));
  return await showOwnQueue({ ...visit, session });
}

async function showOwnQueue(visit: SignedVisit): Promise<Response> {
  const { desk, store } = visit.parts;
  const ids = [...(await visit.visible.of(visit.session))];
  const [views, past] = await Promise.all([desk.queue(ids), desk.past(ids, shownPast)]);
  const mark = digest(JSON.stringify([views.map(stateMark), past.map((release) => release.id)]));
  if (isCurrent(visit, mark)) return unchanged();
  const [sorted, repositories] = await Promise.all([sortQueue(visit, views), store.repositories.all()]);
  const byId = new Map(repositories.map((repository) => [repository.id, repository]));
  const content = {
    ...sorted,
    past: past.map((release) => ({ release, repository: byId.get(release.repositoryId) ?? null })),
  };
  return await page(
    queuePage(visit, content, { live: { seconds: 5, digest: mark, about: "" }, flash: doneFlash(visit.url) }),
  );
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
    challenge?.id,
    challenge?.state,
    decision,
  ];
}
