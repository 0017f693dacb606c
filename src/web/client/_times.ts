import { lasting, relative, timeLeft } from "../time-words.ts";

/** How far the server's clock is ahead of ours, in milliseconds. */
let ahead = 0;

/** Goes by the clock of a page that the server has just made. */
export function setClock(said: string | undefined): void {
  if (said !== undefined) ahead = new Date(said).getTime() - Date.now();
}

/** The server's time. */
export function serverTime(): Date {
  return new Date(Date.now() + ahead);
}

/** Keeps what the page says of times current. */
export function tick(): void {
  const now = serverTime();
  for (const time of document.querySelectorAll<HTMLTimeElement>("time")) {
    const at = new Date(time.dateTime);
    const { ago, left, since } = time.dataset;
    if (ago !== undefined) time.textContent = relative(at, now);
    if (left !== undefined) time.textContent = timeLeft(at, now);
    if (since !== undefined) time.textContent = lasting((now.getTime() - at.getTime()) / 1000);
  }
}
