const dayMs = 86_400_000;

/**
 * The instant at which a day that a person gave ends, in UTC; but no later than `mostDays` from now, where the day's end is that
 * far by less than a day: a day is given without its hour. An invalid date where the text is no day (`2026-12-23`).
 */
export function endOfDay(text: string, now: Date, mostDays: number): Date {
  const end = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T23:59:59Z`) : new Date(Number.NaN);
  const latest = now.getTime() + mostDays * dayMs;
  return end.getTime() > latest && end.getTime() - latest < dayMs ? new Date(latest) : end;
}
