import { ask, whoami } from "./registry.ts";
import { call, patiently } from "./server.ts";
import type { Session } from "./session.ts";
import { StepError } from "./step-error.ts";
import { say } from "./workflow.ts";

/** What the registry tells of a token. null: it doesn't tell, or in a form that isn't known; nothing is guessed. */
export interface TokenSeen {
  npmUser: string | null;
  /** The user's right to the package (`npm access list collaborators`), or false where the token may only read. */
  mayWrite: boolean | null;
  /** ISO text. */
  expiresAt: string | null;
  bypass2fa: boolean | null;
  /** whoami and the package's collaborators both answer 401. */
  dead: boolean;
  /** Of several packages the one that it may not write. */
  package?: string;
}

/** Each question has this long for itself, in milliseconds. */
const patienceMs = 10_000;
/** npm lets an account have 1000 tokens; a list that goes on longer is none. */
const mostPages = 20;

/**
 * Looks at the token before it is used, and tells Countersign, which knows whether it is the right one.
 * @throws StepError where it is not, where the registry doesn't know it, or where Countersign can't be asked
 */
export async function showToken(session: Session, registry: string, token: string): Promise<TokenSeen> {
  const { package: first, packages } = session.release;
  const seen = await alsoOf(registry, token, packages ?? [first], await lookAtToken(registry, token, first));
  if (!seen.dead) say(`The registry says of the token: ${words(seen)}.`);
  const path = `/sessions/${session.id}/token`;
  await patiently(async () => await call(session.url, { method: "POST", path, bearer: session.bearer, body: seen }));
  if (seen.dead)
    throw new StepError("The registry doesn't know the npm token any more (401): seal another one, then /release.");
  return seen;
}

/** Questions about further packages that are asked side by side. */
const atOnce = 8;

/** The same of several packages: it has to be allowed to write all of them, and what isn't told of one isn't known of all. */
async function alsoOf(registry: string, token: string, names: string[], first: TokenSeen): Promise<TokenSeen> {
  const seen = first.mayWrite === false && names.length > 1 ? { ...first, package: names[0] ?? "" } : first;
  const { npmUser } = seen;
  if (npmUser === null || seen.mayWrite === false) return seen;
  let { mayWrite } = seen;
  for (let index = 1; index < names.length; index += atOnce) {
    const some = names.slice(index, index + atOnce);
    const lists = await Promise.all(some.map((name) => collaborators(registry, token, name, patienceMs)));
    const rights = lists.map(({ body }) => rightOf(body, npmUser));
    const readOnly = some.find((_, at) => rights[at] === false);
    if (readOnly !== undefined) return { ...seen, mayWrite: false, package: readOnly };
    if (rights.includes(null)) mayWrite = null;
  }
  return { ...seen, mayWrite };
}

/** Asks the registry, all questions side by side. Never throws. */
export async function lookAtToken(
  registry: string,
  token: string,
  packageName: string,
  timeoutMs: number = patienceMs,
): Promise<TokenSeen> {
  const [who, rights, listed] = await Promise.all([
    whoami(registry, token, timeoutMs),
    collaborators(registry, token, packageName, timeoutMs),
    listedToken(registry, token, timeoutMs),
  ]);
  const npmUser = nameIn(who.name, token);
  const right = npmUser === null ? null : rightOf(rights.body, npmUser);
  return {
    npmUser,
    mayWrite: listed?.["readonly"] === true ? false : right,
    expiresAt: instantIn(listed?.["expiry"]),
    bypass2fa: typeof listed?.["bypass_2fa"] === "boolean" ? listed["bypass_2fa"] : null,
    // whoami alone may answer 401 to a token that is for single packages only.
    dead: who.status === 401 && rights.status === 401,
  };
}

/** Who may do what with a package, as libnpmaccess asks for it (lib/index.js, getCollaborators); a first publish has none yet. */
async function collaborators(
  registry: string,
  token: string,
  name: string,
  timeoutMs: number,
): Promise<{ status: number; body: unknown }> {
  const url = `${registry}-/package/${name.replace("/", "%2f")}/collaborators`;
  const response = await ask(url, token, "GET", timeoutMs);
  return { status: response?.status ?? 0, body: response?.ok === true ? await json(response) : null };
}

/**
 * A user whom the list doesn't name is unknown: not every registry names those who have their right through a team. npm writes
 * `read-write` and `read-only` (npm docs, "npm access").
 */
function rightOf(list: unknown, user: string): boolean | null {
  if (typeof list !== "object" || list === null || !Object.hasOwn(list, user)) return null;
  const right = (list as Record<string, unknown>)[user];
  if (right === "read-write" || right === "write") return true;
  return right === "read-only" || right === "read" ? false : null;
}

/** This token in the account's list, where the registry shows it to a token at all (npm: to sessions only, mostly); one page after the other, as `npm token list` does. */
async function listedToken(
  registry: string,
  token: string,
  timeoutMs: number,
): Promise<Record<string, unknown> | null> {
  const deadline = Date.now() + timeoutMs;
  const found: Array<Record<string, unknown>> = [];
  let next: string | null = `${registry}-/npm/v1/tokens?perPage=100`;
  for (let page = 0; next !== null; page += 1) {
    const left = deadline - Date.now();
    if (page >= mostPages || left <= 0) return null;
    const response: Response | null = await ask(next, token, "GET", left);
    const body =
      response?.ok === true ? ((await json(response)) as { objects?: unknown; urls?: unknown } | null) : null;
    if (!Array.isArray(body?.objects)) return null;
    found.push(...body.objects.filter((entry: unknown) => isThis(entry, token)));
    const following: string | null | undefined = nextPage(registry, body.urls);
    if (following === undefined) return null;
    next = following;
  }
  const [only, other] = found;
  // Two that look alike: nobody knows which one it is.
  return only === undefined || other !== undefined ? null : only;
}

/** npm shows a token as its first and last characters with dots between them. */
function isThis(entry: unknown, token: string): entry is Record<string, unknown> {
  const shown = typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>)["token"] : undefined;
  const [, first, last] = (typeof shown === "string" && /^(\w{6,})(?:\.{3,}|…)(\w{4,})$/.exec(shown)) || [];
  if (first === undefined || last === undefined) return false;
  return token.length >= first.length + last.length && token.startsWith(first) && token.endsWith(last);
}

/** The address of the next page; null: there is none. Undefined: it leads elsewhere, where the token isn't taken. */
function nextPage(registry: string, urls: unknown): string | null | undefined {
  const next = typeof urls === "object" && urls !== null ? (urls as Record<string, unknown>)["next"] : null;
  if (next === null || next === undefined || next === "") return null;
  if (typeof next !== "string" || !URL.canParse(next, registry)) return undefined;
  const url = new URL(next, registry);
  return url.origin === new URL(registry).origin ? url.href : undefined;
}

/** A registry that repeats the token itself as a name has none for us. */
function nameIn(name: string | null, token: string): string | null {
  return name !== null && /^[^\p{C}\s]{1,214}$/u.test(name) && !name.includes(token) ? name : null;
}

function instantIn(value: unknown): string | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

async function json(response: Response): Promise<unknown> {
  return (await response.json().catch(() => null)) as unknown;
}

function words({ npmUser, mayWrite, expiresAt, bypass2fa }: TokenSeen): string {
  const word = (value: boolean | null): string => (value === null ? "unknown" : value ? "yes" : "no");
  return [
    `npm user ${npmUser ?? "unknown"}`,
    `may write the package: ${word(mayWrite)}`,
    `expires: ${expiresAt?.slice(0, 10) ?? "unknown"}`,
    `bypasses 2FA: ${word(bypass2fa)}`,
  ].join(", ");
}
