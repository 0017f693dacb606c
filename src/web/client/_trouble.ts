import { say, tell } from "./_dom.ts";
import { livePage } from "./_fresh.ts";
import { serverTime } from "./_times.ts";

// What a page says when it can't be kept current: nothing where all is well.

let off = false;
let losses = 0;
/** When the server last said that the page is as it has it; null: when the page was made. */
let asOf: Date | null = null;

/** Whether news can't be heard. */
export function setOff(now: boolean): void {
  if (off === now) return;
  off = now;
  sayTrouble();
}

/** Whether the page could be had when it was asked for; once is nothing, a server may be starting anew. */
export function tried(good: boolean): void {
  losses = good ? 0 : losses + 1;
  if (good) asOf = serverTime();
  sayTrouble();
}

const out = "You are signed out. Reload this page to sign in.";

/** Says that the person is signed out, on a page that doesn't find out by itself. */
export function saySignedOut(): void {
  put(out, true);
}

/** Takes that back. */
export function saySignedIn(): void {
  if (document.getElementById("line")?.textContent === out) sayTrouble();
}

function sayTrouble(): void {
  const page = livePage();
  const at = asOf ?? new Date(document.body.dataset["now"] ?? "");
  if (page === null) put(null, false);
  else if (losses > 1)
    put(`Countersign gives no fresh page now. This one is as it was at ${at.toISOString().slice(11, 19)} UTC.`, true);
  else put(off ? `Live updates are off. This page asks by itself every ${page.seconds} seconds.` : null, false);
}

function put(sentence: string | null, loud: boolean): void {
  const place = document.getElementById("line");
  if (place === null || (place.hidden ? null : place.textContent) === sentence) return;
  place.classList.toggle("loud", loud);
  say(place, sentence);
  tell(sentence ?? "Live updates are back.");
}
