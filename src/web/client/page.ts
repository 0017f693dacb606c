import { lasting, relative, timeLeft } from "../time-words.ts";

// Every page works without this: it keeps times current, copies commands, and takes a fresh page where something happened.

/** How far the server's clock is ahead of ours, in milliseconds. */
let ahead = 0;

function tick(): void {
  const now = new Date(Date.now() + ahead);
  for (const time of document.querySelectorAll<HTMLTimeElement>("time")) {
    const at = new Date(time.dateTime);
    const { ago, left, since } = time.dataset;
    if (ago !== undefined) time.textContent = relative(at, now);
    if (left !== undefined) time.textContent = timeLeft(at, now);
    if (since !== undefined) time.textContent = lasting((now.getTime() - at.getTime()) / 1000);
  }
}

/** What has to be done for content that has just come. */
function settle(from: Document): void {
  const said = from.body.dataset["now"];
  if (said !== undefined) ahead = new Date(said).getTime() - Date.now();
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    button.hidden = false;
    button.onclick = () => void copy(button);
  }
  tick();
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const words = button.querySelector("span") ?? button;
  const before = words.textContent;
  await navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(
    () => (words.textContent = "Copied"),
    () => (words.textContent = "Select and copy it"),
  );
  tell(words.textContent);
  setTimeout(() => (words.textContent = before), 2_000);
}

function tell(sentence: string): void {
  const place = document.getElementById("said");
  if (place !== null) place.textContent = sentence;
}

/** Asks for the page again; the server says 204 while it would be the same. */
async function refresh(main: HTMLElement): Promise<void> {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { "x-live": main.dataset["digest"] ?? "" } }).catch(
    () => null,
  );
  if (response === null || response.status === 204 || response.status >= 500) return;
  if (isTyping(main)) return tell("This page has changed. Reload it when you are done.");
  // Somewhere else now, signed out or gone: let the browser show it whole.
  if (response.redirected) return location.assign(response.url);
  if (!response.ok) return location.reload();
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const next = fresh.getElementById("main");
  if (next === null || next.dataset["digest"] === main.dataset["digest"]) return;
  replace(main, next);
  document.title = fresh.title;
  settle(fresh);
  tell(`Updated. ${fresh.title}`);
}

function replace(main: HTMLElement, next: HTMLElement): void {
  const focused = main.contains(document.activeElement) ? document.activeElement : null;
  main.dataset["digest"] = next.dataset["digest"] ?? "";
  keepOpen(main, next);
  if (next.dataset["live"] === undefined) delete main.dataset["live"];
  main.replaceChildren(...next.childNodes);
  if (focused === null) return;
  if (focused instanceof HTMLElement && focused.isConnected) return focused.focus();
  const same = focused.id === "" ? null : document.getElementById(focused.id);
  (same ?? main).focus();
}

/** What somebody has opened stays open, with what was loaded into it. */
function keepOpen(main: HTMLElement, next: HTMLElement): void {
  for (const before of main.querySelectorAll<HTMLDetailsElement>("details[id]")) {
    const after = next.querySelector<HTMLDetailsElement>(`#${CSS.escape(before.id)}`);
    if (after === null) continue;
    after.open = before.open;
    if (before.dataset["loaded"] === undefined) continue;
    after.dataset["loaded"] = "";
    after.replaceChildren(...before.childNodes);
  }
}

function isTyping(main: HTMLElement): boolean {
  const fields = [
    ...main.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, input:not([type=hidden])"),
  ];
  const options = [...main.querySelectorAll("option")];
  return (
    fields.some((field) => field.value !== field.defaultValue) ||
    // A list without a choice of the page's own shows its first entry.
    options.some((one) => one.selected !== one.defaultSelected && one.index > 0)
  );
}

/** The page on screen where it is one that changes. */
function livePage(): { main: HTMLElement; seconds: number; about: string } | null {
  const main = document.getElementById("main");
  const { live: seconds, about } = main?.dataset ?? {};
  return main === null || seconds === undefined ? null : { main, seconds: Number(seconds), about: about ?? "" };
}

let source: EventSource | null = null;
/** News that came while a page was being asked for: it is asked for once more. */
let busy = false;
let again = false;

async function look(): Promise<void> {
  const page = livePage();
  if (page === null) return;
  if (busy) return void (again = true);
  busy = true;
  await refresh(page.main).finally(() => (busy = false));
  if (again) {
    again = false;
    await look();
  }
}

/** Listens while the page is looked at; a browser keeps only a few connections to one site open. */
function listen(): void {
  if (livePage() === null || document.hidden) {
    source?.close();
    source = null;
    return;
  }
  if (source !== null) return;
  source = new EventSource("/live");
  source.onmessage = ({ data }: MessageEvent<string>) => {
    const about = livePage()?.about;
    if (data === "" || about === "" || about === data) void look();
  };
}

/** Where nothing can be heard the page asks by itself; once a round is over the next one is planned. */
function ask(): void {
  const page = livePage();
  if (page === null) return listen();
  const heard = source?.readyState === EventSource.OPEN;
  setTimeout(() => void look().finally(ask), page.seconds * 1000 * (heard ? 12 : 1));
}

/** A part that is opened is taken from the page that it links to; where that fails the link stays. */
async function loadPart(part: HTMLDetailsElement): Promise<void> {
  const path = part.dataset["part"];
  if (!part.open || path === undefined || part.dataset["loaded"] !== undefined) return;
  part.dataset["loaded"] = "";
  const response = await fetch(path).catch(() => null);
  const fresh =
    response?.ok === true && !response.redirected
      ? new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-content]")
      : null;
  if (fresh === null) return void delete part.dataset["loaded"];
  part.querySelector("summary")?.after(fresh);
  for (const one of [...part.children]) if (one !== fresh && one.localName !== "summary") one.remove();
  tell("Loaded.");
}

document.addEventListener(
  "toggle",
  ({ target }) => void (target instanceof HTMLDetailsElement && loadPart(target)),
  // This event doesn't rise to the document.
  { capture: true },
);
settle(document);
setInterval(tick, 1_000);
document.addEventListener("visibilitychange", () => {
  listen();
  if (!document.hidden) void look();
});
listen();
ask();
