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

/**
 * The instant from which a warning holds. null: this token isn't warned so early, since a warning in the first half of a short
 * life would say nothing but that it was made.
 */
export function warningFrom({ sealedAt, expiresAt }: Life, days: WarnDays): Date | null {
  const at = expiresAt.getTime() - days * dayMs;
  const half = sealedAt.getTime() + (expiresAt.getTime() - sealedAt.getTime()) / 2;
  return days > 0 && at < half ? null : new Date(at);
}

/** The most urgent warning that holds by now, and only that: whoever was away is not sent those that were missed. null: none. */
export function warningNow(life: Life, now: Date): WarnDays | null {
  const due = warnDays.filter((days) => (warningFrom(life, days)?.getTime() ?? Infinity) <= now.getTime());
  return due.at(-1) ?? null;
}

/**
 * When somebody is to be looked at next, after an instant: at the wanted hour, once the next warning holds. The end is told at
 * once. null: nothing more is to come.
 */
export function nextWarning(life: Life, after: Date, time: WarningTime): Date | null {
  const [next] = warnDays
    .map((days) => ({ days, from: warningFrom(life, days) }))
    .filter((one): one is { days: WarnDays; from: Date } => one.from !== null && one.from > after);
  if (next === undefined) return null;
  const at = next.days === 0 ? next.from : atHour(next.from, time);
  // A warning at its hour must not come after the end that it warns of.
  return at < life.expiresAt ? at : life.expiresAt;
}

/** The first full hour, from an instant on, at which clocks in the zone show the hour. Where a change of time skips it: the one after. */
export function atHour(from: Date, { hour, zone }: WarningTime): Date {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  // Zones are off by quarters of an hour, so their full hours fall on UTC's quarters.
  const quarter = hourMs / 4;
  let at = Math.ceil(from.getTime() / quarter) * quarter;
  for (let tries = 0; tries < 2 * 24 * 4; tries += 1, at += quarter) {
    const [h, m] = format.format(at).split(":").map(Number);
    if (m === 0 && (h === hour || (h === (hour + 1) % 24 && skipped(format, at, hour)))) return new Date(at);
  }
  return from;
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
