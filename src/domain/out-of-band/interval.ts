const minuteMs = 60_000;

/** Milliseconds between two looks at a package: the least, after something happened, and the most, where nothing does. */
export const lookMs = { least: 5 * minuteMs, most: 60 * minuteMs } as const;

/** Looks of one minute at all packages together, by all instances. */
export const looksAMinute = 100;
/** What of them the quiet ones may take: the rest is for those where something happens. */
const quietLooksAMinute = 80;

/** Of the time since something happened, the next look takes this part: an hour later it is five minutes, half a day later an hour. */
const quietParts = 12;

/** A registry's own word on when to come back is followed for a day at most. */
const longestPauseMs = 24 * 60 * minuteMs;

/** What the next look depends on. All in milliseconds. */
export interface Looked {
  /** Since something last happened: a release, a version, a sighting. */
  quietMs: number;
  /** Looks that failed one after another; 0: the last was answered. */
  failures: number;
  /** What the registry asked for with its refusal (`Retry-After`); null: nothing. */
  retryAfterMs: number | null;
  /** Packages that are watched in all. */
  watched: number;
}

/** The longest time between two looks: an hour, or as long as all packages take at the budget. */
export function longestLookMs(watched: number): number {
  return Math.max(lookMs.most, Math.ceil((watched * minuteMs) / quietLooksAMinute));
}

/**
 * How long until a package is looked at again: a twelfth of the time for which nothing happened, never less than five minutes, nor
 * more than an hour or what the budget allows. After failures twice as long each time, and never before the registry asked to. Pure.
 */
export function nextLookMs({ quietMs, failures, retryAfterMs, watched }: Looked): number {
  const longest = longestLookMs(watched);
  const usual = Math.min(longest, Math.max(lookMs.least, quietMs / quietParts));
  if (failures === 0) return Math.round(usual);
  const backOff = Math.min(longest, lookMs.least * 2 ** Math.min(20, failures - 1));
  return Math.round(Math.max(usual, backOff, Math.min(longestPauseMs, retryAfterMs ?? 0)));
}
