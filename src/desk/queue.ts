import { waitingKind } from "../domain/waiting.ts";
import type { WaitingKind } from "../domain/waiting.ts";
import type { Person } from "../domain/release-types.ts";
import { GitHubError } from "../github/types.ts";
import type { ReleaseFilter } from "../store/types.ts";
import { repositoryOf } from "./repository-of.ts";
import type { DeskParts, ReleaseView } from "./types.ts";
import { viewsOf } from "./view.ts";

/** Releases on one page of the queue. */
export const queuePage = 50;

/** Teams that are asked about for one queue at most. */
const mostTeams = 50;
/** How long GitHub's word on who is in a team is taken for this, in milliseconds: it only sorts, nobody may do anything by it. */
const fresh = 60_000;

/** What somebody wants to see of their queue. Pages count from 1. */
export interface QueueQuestion {
  person: Person;
  repositoryIds: number[];
  filter: ReleaseFilter;
  page: number;
}

export interface QueueItem {
  /** What it wants of the person; null: nothing. */
  kind: WaitingKind | null;
  view: ReleaseView;
}

/** One page of what is under way, what waits for the person first. `total` and `mine` count all pages. */
export interface QueuePart {
  items: QueueItem[];
  total: number;
  mine: number;
}

export type ReadQueue = (question: QueueQuestion) => Promise<QueuePart>;

/** The queue, with a memory of who is in which team. */
export function createQueue(parts: Pick<DeskParts, "store" | "github" | "clock">): ReadQueue {
  const kept = new Map<string, { at: number; member: Promise<boolean> }>();
  async function teamsOf(person: Person, repositoryIds: number[]): Promise<string[]> {
    const now = parts.clock.now().getTime();
    for (const [key, { at }] of kept) if (now - at >= fresh) kept.delete(key);
    const teams = (await parts.store.releases.awaitedTeams(repositoryIds)).slice(0, mostTeams);
    const answers = await Promise.all(
      teams.map(async ({ team, repositoryId }) => {
        const key = `${person.id} ${team}`;
        const known = kept.get(key) ?? { at: now, member: isMember(parts, repositoryId, team, person) };
        kept.set(key, known);
        return await known.member.catch((error: unknown) => {
          kept.delete(key);
          // Only the order hangs on it: where GitHub doesn't say, the release is listed among the others.
          if (error instanceof GitHubError) return false;
          throw error;
        });
      }),
    );
    return teams.filter((_, index) => answers[index] === true).map(({ team }) => team);
  }
  return async ({ person, repositoryIds, filter, page }) => {
    const teams = await teamsOf(person, repositoryIds);
    const found = await parts.store.releases.queue({
      ...{ repositoryIds, filter, person: { ...person, teams } },
      ...{ limit: queuePage, offset: (page - 1) * queuePage },
    });
    const views = await viewsOf(
      parts,
      found.releases.map(({ release }) => release),
    );
    const mine = new Set(found.releases.filter((one) => one.mine).map(({ release }) => release.id));
    const items = views.map((view) => ({ kind: mine.has(view.release.id) ? kindOf(view, person) : null, view }));
    return { items, total: found.total, mine: found.mine };
  };
}

function kindOf({ release, challenge, decision }: ReleaseView, person: Person): WaitingKind {
  return waitingKind(release, challenge, decision, person);
}

async function isMember(
  parts: Pick<DeskParts, "store" | "github">,
  repositoryId: number,
  team: string,
  person: Person,
): Promise<boolean> {
  const [, org, slug] = /^@([^/]+)\/(.+)$/.exec(team) ?? [];
  const github = await repositoryOf(parts, repositoryId);
  if (github === null || org === undefined || slug === undefined) return false;
  return await github.isTeamMember(org, slug, person.login);
}
