import { Refusal } from "../../domain/errors.ts";
import { longestDays } from "../../domain/token.ts";
import type { TokenRules } from "../../domain/token-rules.ts";

const day = 86_400_000;

/** Refuses an end that is over, or later than npm or the rules let a token live. A day is given without its hour, so one more passes. */
export function refuseExpiry(expiresAt: Date, now: Date, { maxDays }: Pick<TokenRules, "maxDays">): void {
  const left = expiresAt.getTime() - now.getTime();
  if (Number.isNaN(left)) throw new Refusal("bad-input", "Give the day on which npm lets the token expire.");
  if (left <= 0)
    throw new Refusal("bad-input", "That day is over: a token that has expired can't publish. Make a new one.");
  if (left > longestDays * day)
    throw new Refusal(
      "bad-input",
      `npm lets no publishing token live longer than ${longestDays} days: look at its expiry again.`,
    );
  if (left > (maxDays + 1) * day)
    throw new Refusal(
      "bad-input",
      `A token for this package may live ${maxDays} days at most (\`token.maxDays\`): make one with \`--expires ${maxDays}\`.`,
    );
}
