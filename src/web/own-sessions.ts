import type { SessionRow } from "../store/types.ts";
import { digest } from "./cookies.ts";
import type { LiveSession, WebParts } from "./parts.ts";
import { endSession, forgetToken, isCommandLine, isOver } from "./session.ts";
import { notThere } from "./visit.ts";

/** One of a person's sessions, as it is shown to them. */
export interface OwnSession {
  /** Names it in addresses; proves nothing. */
  id: string;
  kind: "browser" | "command-line";
  /** The one in which this is asked. */
  current: boolean;
  createdAt: Date;
  lastSeenAt: Date;
  /** At the latest; a browser's ends earlier without a visit. */
  expiresAt: Date;
}

type Parts = Pick<WebParts, "store" | "clock" | "sealer" | "github" | "log">;

/** The person's sessions that are not over: the one in which this is asked, then the newest first. */
export async function ownSessions(parts: Parts, session: LiveSession): Promise<OwnSession[]> {
  const rows = await liveRows(parts, session);
  const own = rows.filter((row) => row.id === session.row.id);
  return [...own, ...rows.filter((row) => !own.includes(row))].map((row) => ({
    id: handle(row),
    kind: isCommandLine(row) ? "command-line" : "browser",
    current: row.id === session.row.id,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
    expiresAt: row.expiresAt,
  }));
}

/**
 * Ends one of the person's sessions here, and its access token at GitHub. True where it was the one in which this is asked.
 * @throws Refusal where it is none of theirs, or over
 */
export async function endOwnSession(parts: Parts, session: LiveSession, id: string): Promise<boolean> {
  const row = (await liveRows(parts, session)).find((one) => handle(one) === id);
  if (row === undefined) throw notThere();
  await endSession(parts, row);
  return row.id === session.row.id;
}

/** Ends all of the person's sessions, command lines included, and asks GitHub to forget each one's access token. */
export async function endAllSessions(parts: Parts, session: LiveSession): Promise<void> {
  const rows = await parts.store.sessions.endAllOf(session.person.id);
  await Promise.all(rows.map((row) => forgetToken(parts, row)));
}

async function liveRows(parts: Parts, session: LiveSession): Promise<SessionRow[]> {
  const now = parts.clock.now();
  return (await parts.store.sessions.ofPerson(session.person.id)).filter((row) => !isOver(row, now));
}

/** A short name that can't be turned back into the row's own, which is what a cookie is looked up by. */
function handle(row: SessionRow): string {
  return digest(row.id).slice(0, 16);
}
