import { digest, cookieNames, readCookie, secretText, setCookie } from "./cookies.ts";
import type { LiveSession, WebParts } from "./parts.ts";
import type { Person } from "../domain/release-types.ts";
import type { SessionRow } from "../store/types.ts";
import { isByScript } from "./visit.ts";

/** A session lasts this long at most, in milliseconds: as long as GitHub's access token. */
export const longest = 8 * 3_600_000;

/** Without a visit for this long a browser's session is over, in milliseconds. */
export const idle = 2 * 3_600_000;

/** A visit is written down at most this often, in milliseconds. */
const touchEvery = 60_000;

/** How the names of sessions of the command line begin; a browser's is a digest in hex and nothing else. */
const commandLine = "cli-";

type Ending = Pick<WebParts, "store" | "sealer" | "github" | "log">;
type Parts = Pick<WebParts, "store" | "sealer" | "clock" | "publicUrl" | "randomBytes" | "github" | "log">;

/** GitHub's access token, and when it ends. */
interface AccessToken {
  accessToken: string;
  expiresAt: Date;
}

/**
 * The session a request belongs to; null for a stranger, and for one whose session is over (it is forgotten then, with its
 * access token). A page that refreshes itself doesn't count as a visit.
 */
export async function sessionOf(parts: Parts, request: Request): Promise<LiveSession | null> {
  const value = readCookie(request, cookieNames(parts.publicUrl).session);
  if (value === null) return null;
  return await live(parts, digest(value), !isByScript(request));
}

/** The session that a bearer proves, as `sessionOf`. It is over by its age alone: a command is run when it is needed. */
export async function sessionOfBearer(parts: Parts, bearer: string): Promise<LiveSession | null> {
  return await live(parts, bearerId(bearer), true);
}

async function live(parts: Parts, id: string, visit: boolean): Promise<LiveSession | null> {
  const row = await parts.store.sessions.get(id);
  if (row === null) return null;
  const now = parts.clock.now();
  const accessToken = accessTokenOf(parts, row);
  if (isOver(row, now) || accessToken === null) {
    await parts.store.sessions.end(row.id);
    return null;
  }
  if (visit && now.getTime() - row.lastSeenAt.getTime() >= touchEvery) await parts.store.sessions.touch(row.id, now);
  return { row, person: { id: row.personId, login: row.personLogin }, accessToken };
}

/** Begins a browser's session under a new name; returns the Set-Cookie header. The token is stored encrypted and nowhere else. */
export async function beginSession(parts: Parts, person: Person, token: AccessToken): Promise<string> {
  const value = secretText(parts.randomBytes);
  const seconds = await begin(parts, digest(value), person, token);
  return setCookie(cookieNames(parts.publicUrl).session, value, seconds, parts.publicUrl);
}

/** Begins a session of the command line; what proves it is told once, and never stored. */
export async function beginBearerSession(
  parts: Parts,
  person: Person,
  token: AccessToken,
): Promise<{ bearer: string; expiresAt: Date }> {
  const bearer = secretText(parts.randomBytes);
  const seconds = await begin(parts, bearerId(bearer), person, token);
  return { bearer, expiresAt: new Date(parts.clock.now().getTime() + seconds * 1000) };
}

/** Writes the row; returns the seconds that the session lasts. */
async function begin(parts: Parts, id: string, person: Person, token: AccessToken): Promise<number> {
  const now = parts.clock.now();
  const expiresAt = new Date(Math.min(token.expiresAt.getTime(), now.getTime() + longest));
  const { keyId, sealed } = parts.sealer.seal(token.accessToken);
  await parts.store.sessions.put({
    id,
    personId: person.id,
    personLogin: person.login,
    sealedToken: sealed,
    tokenKeyId: keyId,
    createdAt: now,
    lastSeenAt: now,
    expiresAt,
  });
  return Math.floor((expiresAt.getTime() - now.getTime()) / 1000);
}

/** Whether a session has ended by its age, or, in a browser, without a visit. */
export function isOver(row: SessionRow, now: Date): boolean {
  const idleMs = isCommandLine(row) ? longest : idle;
  return now >= row.expiresAt || now.getTime() - row.lastSeenAt.getTime() >= idleMs;
}

/** Ends a session, and asks GitHub to forget its access token: ours is gone in any case. */
export async function endSession(parts: Ending, row: SessionRow): Promise<void> {
  await parts.store.sessions.end(row.id);
  await forgetToken(parts, row);
}

/** Asks GitHub to forget the access token of a session that has ended here. */
export async function forgetToken(parts: Ending, row: SessionRow): Promise<void> {
  const accessToken = accessTokenOf(parts, row);
  if (accessToken === null) return;
  await parts.github.oauth
    .revoke(accessToken)
    .catch(() => parts.log.warn({ person: row.personId }, "GitHub didn't take back an access token at sign-out."));
}

function accessTokenOf({ sealer }: Pick<WebParts, "sealer">, row: SessionRow): string | null {
  return row.sealedToken === null || row.tokenKeyId === null ? null : sealer.open(row.tokenKeyId, row.sealedToken);
}

/** The Set-Cookie header that forgets the session. */
export function forgetSession(publicUrl: string): string {
  return setCookie(cookieNames(publicUrl).session, "", 0, publicUrl);
}

/** A bearer is no cookie and a cookie no bearer: the two are stored under different names. */
function bearerId(bearer: string): string {
  return `${commandLine}${digest(bearer)}`;
}

/** Whether a session is one of the command line, as its name tells. */
export function isCommandLine({ id }: Pick<SessionRow, "id">): boolean {
  return id.startsWith(commandLine);
}
