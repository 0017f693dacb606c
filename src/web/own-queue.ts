import { queuePage } from "../desk/queue.ts";
import type { QueueItem } from "../desk/queue.ts";
import type { Sighting } from "../domain/out-of-band/types.ts";
import type { Lease, Release, Repository, SealedToken, Todo } from "../domain/release-types.ts";
import { tokenState } from "../domain/token.ts";
import type { TokenState } from "../domain/token.ts";
import type { ReleaseFilter } from "../store/types.ts";
import type { LiveSession, WebParts } from "./parts.ts";
import { sameState } from "./queue-query.ts";
import type { QueueFields } from "./queue-query.ts";
import type { Visible } from "./visible.ts";

/** Ended releases beside the queue. */
const shownEnded = 10;

/** One npm token of the person's, with the places where it has to be sealed anew: the worst in front, whose state is told. */
export interface Renewal {
  tokens: SealedToken[];
  state: TokenState;
}

/** Everything that one page of somebody's queue is made of. */
export interface OwnQueue {
  items: QueueItem[];
  /** Releases that are under way, on all pages; and how many of them wait for the person. */
  total: number;
  mine: number;
  page: number;
  pages: number;
  renewals: Renewal[];
  todos: Todo[];
  ended: Release[];
  /** Secrets that are to be removed and couldn't be yet. */
  stuck: Lease[];
  /** What happened at registries without a release, and nobody has acknowledged. */
  alarms: Sighting[];
  /** Those that GitHub shows the person. */
  repositories: Map<number, Repository>;
}

/** Reads a page of the queue of whoever is signed in. Throws as `Visible.of`. */
export async function readOwnQueue(
  visit: { parts: WebParts; visible: Visible; session: LiveSession; now: Date },
  fields: QueueFields,
): Promise<OwnQueue> {
  const { desk, store } = visit.parts;
  const { person } = visit.session;
  const ids = await visit.visible.of(visit.session);
  const filter = await filterOf(visit.parts, fields);
  const first = fields.page === 1;
  const [part, ended, own, all, stuck, alarms] = await Promise.all([
    desk.queue({ person, repositoryIds: [...ids], filter, page: fields.page }),
    first ? desk.ended([...ids], filter, shownEnded) : [],
    ownBusiness(visit, fields),
    store.repositories.all(),
    desk.stuckSecrets([...ids], person),
    desk.alarms([...ids]),
  ]);
  const pages = Math.max(1, Math.ceil(part.total / queuePage));
  const repositories = new Map(all.filter(({ id }) => ids.has(id)).map((one) => [one.id, one]));
  return { ...part, ...own, page: fields.page, pages, ended, stuck, alarms, repositories };
}

/** What waits for whoever is signed in, the first page of it, and how much it is in all, tokens to renew and to-dos among it. */
export async function readWaiting(visit: {
  parts: WebParts;
  visible: Visible;
  session: LiveSession;
  now: Date;
}): Promise<{ items: QueueItem[]; count: number }> {
  const { person } = visit.session;
  const ids = await visit.visible.of(visit.session);
  const [part, own] = await Promise.all([
    visit.parts.desk.queue({ person, repositoryIds: [...ids], filter: {}, page: 1 }),
    ownBusiness(visit, { page: 1 }),
  ]);
  return { items: part.items.filter(({ kind }) => kind !== null), count: waitingCount({ ...part, ...own }) };
}

/** How much waits for the person: what the page's title counts. */
export function waitingCount({ mine, renewals, todos }: Pick<OwnQueue, "mine" | "renewals" | "todos">): number {
  return mine + renewals.length + todos.length;
}

async function filterOf(parts: Pick<WebParts, "store">, fields: QueueFields): Promise<ReleaseFilter> {
  const { repository, person, state } = fields;
  // Whoever asked for a release was seen when they did; nobody's id is 0.
  const releaserId = person === undefined ? undefined : ((await parts.store.people.byLogin(person))?.id ?? 0);
  return {
    ...(repository === undefined ? {} : { repositoryId: repository }),
    ...(releaserId === undefined ? {} : { releaserId }),
    ...(state === undefined ? {} : { states: sameState(state) }),
  };
}

/** Tokens to renew and to-dos at npm, by what is on record. */
async function ownBusiness(
  { parts, session, now }: { parts: WebParts; session: LiveSession; now: Date },
  { repository, person, state }: QueueFields,
): Promise<{ renewals: Renewal[]; todos: Todo[] }> {
  const others = person !== undefined && person.toLowerCase() !== session.person.login.toLowerCase();
  if (state !== undefined || others) return { renewals: [], todos: [] };
  const [tokens, todos] = await Promise.all([parts.desk.tokensOf(session.person), parts.desk.todosOf(session.person)]);
  const here = (one: { repositoryId: number }): boolean => repository === undefined || one.repositoryId === repository;
  return { renewals: renewals(tokens.filter(here), now), todos: todos.filter(here) };
}

const toRenew: readonly TokenState[] = ["refused", "expired", "expiring"];

/** The same npm token in several places is one thing to do. Tokens for one release end with it. */
export function renewals(tokens: readonly SealedToken[], now: Date): Renewal[] {
  const due = tokens.filter((token) => token.forReleaseId === null && toRenew.includes(tokenState(token, now)));
  const badness = (token: SealedToken): number => toRenew.indexOf(tokenState(token, now));
  return [...Map.groupBy(due, ({ groupId }) => groupId).values()].map((group) => {
    const tokens = group.toSorted((one, other) => badness(one) - badness(other));
    return { tokens, state: tokens[0] === undefined ? "expiring" : tokenState(tokens[0], now) };
  });
}
