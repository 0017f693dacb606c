import type { SealedToken } from "./release-types.ts";

/**
 * What is known of a sealed token: `alive`; `expiring` within two weeks, or in the last half of a shorter life; `expired` by the
 * day its owner gave; `refused` by the runner; `key-rotated` (GitHub changed the environment's key: seal it again); `revoked` as
 * the runner confirmed; `gone` for every other way in which it was forgotten.
 */
export const tokenStates = ["alive", "expiring", "expired", "refused", "key-rotated", "revoked", "gone"] as const;
export type TokenState = (typeof tokenStates)[number];

/** npm's longest life of a token that may publish, in days (npm docs, "About access tokens"). */
export const longestDays = 90;

const dayMs = 86_400_000;
/** A token is to be renewed from so long before its end. */
export const soonMs = 14 * dayMs;

/** @param keyId the environment's key as it is now; null where it was not read */
export function tokenState(
  token: Pick<SealedToken, "removedAt" | "removedWhy" | "refusedAt" | "expiresAt" | "sealedAt" | "keyId">,
  now: Date,
  keyId: string | null = null,
): TokenState {
  if (token.removedAt !== null) return token.removedWhy === "revoked" ? "revoked" : "gone";
  if (token.refusedAt !== null) return "refused";
  const left = token.expiresAt.getTime() - now.getTime();
  if (left <= 0) return "expired";
  if (keyId !== null && token.keyId !== keyId) return "key-rotated";
  const half = (token.expiresAt.getTime() - token.sealedAt.getTime()) / 2;
  return left <= Math.min(soonMs, half) ? "expiring" : "alive";
}

/** Whether a release could use it by now. */
export function isUsable(state: TokenState): boolean {
  return state === "alive" || state === "expiring";
}
