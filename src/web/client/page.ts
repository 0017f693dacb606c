import { offerChoice } from "./_choices.ts";
import { livePage, refresh } from "./_fresh.ts";
import { hold, isHolding, letGo } from "./_hold.ts";
import { person } from "./_kept.ts";
import { createLine } from "./_line.ts";
import { notifySignedOut } from "./_notify.ts";
import { loadPart, offerButtons } from "./_parts.ts";
import { setClock, tick } from "./_times.ts";
import { saySignedIn, saySignedOut, setOff, tried } from "./_trouble.ts";
import { askWaiting, count, shareCount } from "./_waiting.ts";

// Every page works without this: it keeps times and the title's count current, copies commands, takes a fresh page where something
// happened, and notifies where it may.

/** What has to be done for content that has just come. */
function settle(from: Document): void {
  setClock(from.body.dataset["now"]);
  const { waiting } = from.body.dataset;
  if (waiting !== undefined) count(Number(waiting));
  offerButtons();
  tick();
}

/** Runs one at a time: what is asked for meanwhile is done once more after it. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let busy = false;
  let again = false;
  return async function run(): Promise<void> {
    if (busy) return void (again = true);
    busy = true;
    await work().finally(() => (busy = false));
    if (!again) return;
    again = false;
    await run();
  };
}

/** The server doesn't take this browser for whom the page is about. */
let signedOut = false;

const look = oneAtATime(async () => {
  const page = livePage();
  if (page === null || document.hidden) return;
  const outcome = await refresh(page.main, settle);
  if (outcome !== "leaving") tried(outcome === "current");
});

const ask = oneAtATime(async () => {
  if (!wanted()) return;
  // The queue says itself how much waits.
  if (document.body.dataset["waiting"] !== undefined && !document.hidden && !isHolding()) return;
  const answer = await askWaiting(isHolding());
  if (answer === "over") return over();
  // Signed in again, on another page.
  if (answer === "current") saySignedIn();
});

let planned = false;

/** Soon, but not at once: a release has several news in a second, and many pages hear them. */
function askSoon(): void {
  if (planned) return;
  planned = true;
  const wait = 300 + Math.random() * 700;
  setTimeout(() => {
    planned = false;
    void ask();
  }, wait);
}

/** A browser keeps only a few connections to one site: pages listen while they are looked at, and one of them always. */
function wanted(): boolean {
  return person !== null && !signedOut && (!document.hidden || isHolding());
}

const line = createLine((about) => {
  const page = livePage();
  if (page !== null && (about === "" || page.about === "" || page.about === about)) void look();
  askSoon();
}, setOff);

function listen(): void {
  if (wanted()) line.open();
  else line.close();
}

function takeHold(): void {
  hold(() => {
    listen();
    askSoon();
  });
}

function over(): void {
  signedOut = true;
  listen();
  if (isHolding()) notifySignedOut();
  letGo();
  if (livePage() === null) saySignedOut();
  else void look();
}

/** Where nothing can be heard the page asks by itself; once a round is over the next one is planned. */
function pollPage(): void {
  const page = livePage();
  if (page === null) return;
  setTimeout(() => void look().finally(pollPage), page.seconds * 1000 * (line.heard() ? 12 : 1));
}

function pollWaiting(): void {
  setTimeout(() => void ask().finally(pollWaiting), line.heard() ? 60_000 : 20_000);
}

document.addEventListener(
  "toggle",
  ({ target }) => void (target instanceof HTMLDetailsElement && loadPart(target)),
  // This event doesn't rise to the document.
  { capture: true },
);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    signedOut = false;
    takeHold();
    void look();
    askSoon();
  }
  listen();
});

settle(document);
setInterval(tick, 1_000);
if (person !== null) {
  shareCount();
  offerChoice(askSoon);
  takeHold();
  listen();
  pollPage();
  pollWaiting();
}
