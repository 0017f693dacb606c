import type { SealedToken, TokenSeen } from "./release-types.ts";
import type { TokenRules } from "./token-rules.ts";

/** What the step reports of a token. null: the registry doesn't tell. */
export interface TokenReport extends Pick<TokenSeen, "npmUser" | "mayWrite" | "expiresAt" | "bypass2fa"> {
  /** The registry refuses it (401), for whatever is asked. */
  dead: boolean;
  /** Of several packages the one that it may only read. */
  package?: string;
}

/** Why a token isn't used: a code for the audit, and a sentence. */
export interface TokenRefusal {
  code: "other-user" | "dead" | "ended" | "bypass" | "too-long" | "read-only";
  why: string;
  /** It holds for the npm token wherever it is sealed, whatever the rules are there. */
  everywhere: boolean;
}

const dayMs = 86_400_000;
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/**
 * Whether what the registry tells of a token forbids its use; what it doesn't tell forbids nothing. Names of npm users are
 * compared letter by letter, as npm does (`npm owner`, lib/commands/owner.js): those of old accounts may have capitals.
 */
export function refuseSeen(
  token: Pick<SealedToken, "npmUser" | "sealedAt">,
  seen: TokenReport,
  rules: Pick<TokenRules, "maxDays" | "bypass2fa">,
  packageName: string,
  now: Date,
): TokenRefusal | null {
  if (seen.dead) return refusal("dead", "npm doesn't know it any more (401): it was revoked there, or it ended.", true);
  if (seen.npmUser !== null && seen.npmUser !== token.npmUser)
    return refusal("other-user", otherUser(token.npmUser, seen.npmUser), true);
  const end = seen.expiresAt === null ? null : new Date(seen.expiresAt);
  if (end !== null && end <= now) return refusal("ended", `It ended on ${dayOf(end)}, as npm says.`, true);
  if (seen.bypass2fa === true && rules.bypass2fa === null)
    return refusal("bypass", `It bypasses 2FA, as npm says, which isn't allowed for ${packageName}.`, false);
  // A day is given without its hour when a token is sealed, so one more passes.
  if (end !== null && end.getTime() - token.sealedAt.getTime() > (rules.maxDays + 1) * dayMs)
    return refusal(
      "too-long",
      `It lives until ${dayOf(end)}, as npm says, longer than the ${rules.maxDays} days that a token may live for ${packageName}.`,
      false,
    );
  if (seen.mayWrite === false)
    return refusal("read-only", `It may read ${packageName} but not write it, as npm says.`, false);
  return null;
}

/** What was seen, for people; what the registry didn't tell is unknown, never fine. No report at all: said, too. */
export function seenText(seen: TokenSeen | null | undefined): string {
  if (seen === null || seen === undefined) return "not reported";
  const word = (value: boolean | null): string => (value === null ? "unknown" : value ? "yes" : "no");
  return [
    seen.npmUser === null ? "npm user: unknown" : `npm user ${seen.npmUser}`,
    `may write the package: ${word(seen.mayWrite)}`,
    `expires: ${seen.expiresAt === null ? "unknown" : dayOf(new Date(seen.expiresAt))}`,
    `bypasses 2FA: ${word(seen.bypass2fa)}`,
  ].join(", ");
}

function refusal(code: TokenRefusal["code"], why: string, everywhere: boolean): TokenRefusal {
  return { code, why, everywhere };
}

/** A name of a strange form is not repeated: it comes from the registry, and goes into comments. */
function otherUser(declared: string, seen: string): string {
  const name = /^[a-z0-9-][a-z0-9._-]{0,213}$/i.test(seen) ? `npm user ${seen}` : "another npm user";
  const capitals = seen.toLowerCase() === declared.toLowerCase() ? " (npm tells capitals apart)" : "";
  return `It belongs to ${name}, and was sealed as one of ${declared}${capitals}.`;
}
