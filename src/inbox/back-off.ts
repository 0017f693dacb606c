/** How often something is tried before it is set aside for a person. */
export const mostAttempts = 12;

const longest = 600_000;

/** When to try again after the given number of attempts: 1 s, 2 s, 4 s, … 10 minutes; null: no more. */
export function nextTry(attempts: number, now: Date): Date | null {
  if (attempts >= mostAttempts) return null;
  return new Date(now.getTime() + Math.min(longest, 1000 * 2 ** (Math.max(1, attempts) - 1)));
}
