import type { Challenge, ChallengeState } from "./release-types.ts";

/** Seconds that a person has for an answer. */
export const answerSeconds = { code: 300, link: 300 } as const;
/** Answers to npm in one release: npm locks accounts that answer wrongly more often. */
export const maxTries = 3;
/** Questions in one release, answered or not: each of them calls a person. */
export const maxAsked = 8;
/** Seconds that an answer waits for a runner that doesn't come for it. */
const fetchSeconds = 60;

type Timed = Pick<Challenge, "state" | "expiresAt">;

/** The state as time has made it: nobody has to be there at the instant of expiry. */
export function stateNow({ state, expiresAt }: Timed, now: Date): ChallengeState {
  const late = now.getTime() - expiresAt.getTime();
  if (state === "open" && late >= 0) return "expired";
  if (state === "answered" && late >= fetchSeconds * 1000) return "expired";
  return state;
}

/** True while the runner may still get something from it. */
export function isPending(state: ChallengeState): boolean {
  return state === "open" || state === "answered";
}

/**
 * The number of the next try, given all challenges of a release so far; null where there is none any more. Where several packages are
 * published, each has its own tries (`name`), but wrong answers count for all of them: npm locks the account, not the package.
 */
export function nextTry(
  before: ReadonlyArray<Pick<Challenge, "state"> & Partial<Pick<Challenge, "subject">>>,
  name: string | null = null,
): number | null {
  const own = before.filter(({ subject }) => name === null || subject?.name === name);
  const answered = own.filter(({ state }) => ["taken", "accepted", "refused"].includes(state)).length;
  const refused = before.filter(({ state }) => state === "refused").length;
  return answered >= maxTries || refused >= maxTries || own.length >= maxAsked ? null : answered + 1;
}

/**
 * The address of npm's page for a passkey, as it may be shown: on one of these origins, without a name or password in it.
 * Null for any other text.
 */
export function readLink(text: string, origins: readonly string[]): string | null {
  if (text.length > 2000 || !URL.canParse(text)) return null;
  const url = new URL(text);
  return origins.includes(url.origin) && url.username === "" && url.password === "" ? url.href : null;
}

/** True for base64 of a sealed box (48 bytes and more) that is at most 4 KB of text. */
export function isSealed(text: string): boolean {
  if (text.length > 4096 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return false;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return (text.length / 4) * 3 - padding > 48;
}

/** True for base64 of 32 bytes: an X25519 public key. */
export function isPublicKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(text);
}
