import { peopleChannel } from "../desk/people-changed.ts";
import { GitHubError } from "../github/types.ts";
import type { LiveSession, WebParts } from "./parts.ts";

/** How long GitHub's word on who sees what is taken for granted, in milliseconds. */
const fresh = 60_000;

/** The session's access token isn't good any more: sign in again. */
export class SignedOut extends Error {}

/** Who sees which repositories. */
export interface Visible {
  /**
   * Ids of repositories that GitHub shows this person, among those we know. Read with the person's own token, kept for a minute, and
   * no longer than until GitHub tells of a change.
   * @throws SignedOut where GitHub doesn't take the token any more
   * @throws GitHubError where GitHub can't be asked: then nothing is shown, not even what was seen before
   */
  of(session: LiveSession): Promise<ReadonlySet<number>>;
  /** Those of them that the person may write to, by the same reading. Throws as `of`. */
  writable(session: LiveSession): Promise<ReadonlySet<number>>;
}

/** One reading of GitHub's word: what is seen, and what of it may be written to. */
interface Seen {
  all: ReadonlySet<number>;
  writable: ReadonlySet<number>;
}

/** A cache of its own for each app. */
export function createVisible(parts: Pick<WebParts, "github" | "store" | "clock">): Visible {
  const kept = new Map<string, { at: number; seen: Promise<Seen> }>();
  let listening: Promise<unknown> | null = null;
  /** Where nothing can be heard the minute is all that holds. */
  async function listen(): Promise<void> {
    listening ??= parts.store.listen(peopleChannel, () => kept.clear()).catch(() => (listening = null));
    await listening;
  }
  async function seenBy(session: LiveSession): Promise<Seen> {
    const now = parts.clock.now().getTime();
    for (const [id, { at }] of kept) if (now - at >= fresh) kept.delete(id);
    await listen();
    const known = kept.get(session.row.id);
    if (known !== undefined) return await known.seen;
    const seen = read(parts, session);
    kept.set(session.row.id, { at: now, seen });
    seen.catch(() => kept.delete(session.row.id));
    return await seen;
  }
  return {
    of: async (session) => (await seenBy(session)).all,
    writable: async (session) => (await seenBy(session)).writable,
  };
}

async function read(parts: Pick<WebParts, "github" | "store">, session: LiveSession): Promise<Seen> {
  const [shown, known] = await Promise.all([
    parts.github.asPerson(session.accessToken).visibleRepositories(),
    parts.store.repositories.all(),
  ]).catch(async (error: unknown) => {
    if (!(error instanceof GitHubError) || error.code !== "unauthorized") throw error;
    await parts.store.sessions.end(session.row.id);
    throw new SignedOut();
  });
  const ours = new Set(known.map((repository) => repository.id));
  const all = shown.filter(({ id }) => ours.has(id));
  return {
    all: new Set(all.map(({ id }) => id)),
    writable: new Set(all.filter(({ writable }) => writable).map(({ id }) => id)),
  };
}
