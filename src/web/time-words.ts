/** Words for times, shared by the pages and their scripts. Pure; every text is English and says its zone. */

const units = [
  { name: "day", seconds: 86_400 },
  { name: "hour", seconds: 3_600 },
  { name: "minute", seconds: 60 },
] as const;

/** `3 minutes ago`, `in 2 days`, `just now`: whole units, rounded down. */
export function relative(at: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000);
  const size = Math.abs(seconds);
  const unit = units.find((one) => size >= one.seconds);
  if (unit === undefined) return seconds < 0 ? "in less than a minute" : "just now";
  const count = Math.floor(size / unit.seconds);
  const words = `${count} ${unit.name}${count === 1 ? "" : "s"}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

/** What is left until an instant: `4 min 05 s`, `2 h 03 min`; `no time left` from the instant on. */
export function timeLeft(until: Date, now: Date): string {
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1000);
  return seconds <= 0 ? "no time left" : lasting(seconds);
}

/** A length of time, in seconds: `45 s`, `4 min 05 s`, `2 h 03 min`, `3 d 04 h`. */
export function lasting(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)} h ${two(Math.floor((whole % 3_600) / 60))} min`;
  return `${Math.floor(whole / 86_400)} d ${two(Math.floor((whole % 86_400) / 3_600))} h`;
}

/** `23 Nov 2026, 09:00:12 UTC` */
export function exact(at: Date): string {
  return `${dayOf(at)}, ${at.toISOString().slice(11, 19)} UTC`;
}

/** `23 Nov 2026` */
export function dayOf(at: Date): string {
  const month = at.toLocaleString("en", { month: "short", timeZone: "UTC" });
  return `${at.getUTCDate()} ${month} ${at.getUTCFullYear()}`;
}
