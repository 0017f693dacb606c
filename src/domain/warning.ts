/** When people are warned that a token ends: days before the end, most first. Zero is the end itself. */
export const warnDays = [14, 7, 3, 1, 0] as const;
export type WarnDays = (typeof warnDays)[number];

/** At which hour of which zone a repository's people are warned. */
export interface WarningTime {
  /** 0 to 23. */
  hour: number;
  /** IANA name, e.g. `Europe/Berlin`. */
  zone: string;
}

type Life = { sealedAt: Date; expiresAt: Date };

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Zones are off by quarters of an hour, so their full hours fall on UTC's quarters. */
const quarterMs = hourMs / 4;

/**
 * The instant from which a warning holds: the last time that clocks in the zone show the hour while the token still has so many
 * days. null: this token isn't warned so early, since a warning in the first half of a short life would say nothing but that it
 * was made. Where only the hour falls into the first half, it is the next one. The end holds from the end on, at any hour.
 */
export function warningFrom({ sealedAt, expiresAt }: Life, days: WarnDays, time: WarningTime): Date | null {
  if (days === 0) return expiresAt;
  const half = sealedAt.getTime() + (expiresAt.getTime() - sealedAt.getTime()) / 2;
  const latest = new Date(expiresAt.getTime() - days * dayMs);
  if (latest.getTime() < half) return null;
  const before = hourUpTo(latest, time);
  if (before.getTime() >= half) return before;
  const next = hourFrom(latest, time);
  return next < expiresAt ? next : null;
}

/** The most urgent warning that holds by now, and only that: whoever was away is not sent those that were missed. null: none. */
export function warningNow(life: Life, now: Date, time: WarningTime): WarnDays | null {
  // Most urgent first: the first that holds is the one.
  for (const days of warnDays.toReversed()) {
    const from = warningFrom(life, days, time);
    if (from !== null && from <= now) return days;
  }
  return null;
}

/** When somebody is to be looked at next, after an instant. null: nothing more is to come. */
export function nextWarning(life: Life, after: Date, time: WarningTime): Date | null {
  for (const days of warnDays) {
    const from = warningFrom(life, days, time);
    if (from !== null && from > after) return from;
  }
  return null;
}

/** The first full hour, from an instant on, at which clocks in the zone show the hour. Where a change of time skips it: the one after. */
export function hourFrom(from: Date, time: WarningTime): Date {
  return find(Math.ceil(from.getTime() / quarterMs) * quarterMs, quarterMs, time);
}

/** The last full hour, up to an instant, at which clocks in the zone show the hour. Where a change of time skips it: the one after. */
export function hourUpTo(until: Date, time: WarningTime): Date {
  return find(Math.floor(until.getTime() / quarterMs) * quarterMs, -quarterMs, time);
}

function find(start: number, step: number, { hour, zone }: WarningTime): Date {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  for (let at = start; Math.abs(at - start) < 2 * dayMs; at += step) {
    const [h, m] = format.format(at).split(":").map(Number);
    if (m === 0 && (h === hour || (h === (hour + 1) % 24 && skipped(format, at, hour)))) return new Date(at);
  }
  return new Date(start);
}

/** Whole days until the end: 0 on the last one, less once it has ended. */
export function daysLeft({ expiresAt }: Pick<Life, "expiresAt">, now: Date): number {
  return Math.floor((expiresAt.getTime() - now.getTime()) / dayMs);
}

/** Whether the clocks jumped over the hour, just before an instant. */
function skipped(format: Intl.DateTimeFormat, at: number, hour: number): boolean {
  return Number(format.format(at - hourMs).split(":")[0]) === (hour + 23) % 24;
}

/** Whether a text names a zone that this machine knows. */
export function isZone(name: string): boolean {
  try {
    return (
      new Intl.DateTimeFormat("en-GB", { timeZone: name }).resolvedOptions().timeZone !== "" && /^[A-Za-z]/.test(name)
    );
  } catch {
    return false;
  }
}
