import { tell } from "./_dom.ts";
import { person } from "./_kept.ts";
import { setTitle } from "./_title.ts";

/** The page on screen where it is one that changes. */
export function livePage(): { main: HTMLElement; seconds: number; about: string } | null {
  const main = document.getElementById("main");
  const { live: seconds, about } = main?.dataset ?? {};
  return main === null || seconds === undefined ? null : { main, seconds: Number(seconds), about: about ?? "" };
}

/** What became of asking for the page again: it is as the server has it, it couldn't be had, or it is being left. */
export type Outcome = "current" | "lost" | "leaving";

/** Asks for the page again; the server says 204 while it would be the same. `settle` is given one that has taken its place. */
export async function refresh(main: HTMLElement, settle: (from: Document) => void): Promise<Outcome> {
  const response = await fetch(location.href, { headers: { "x-live": main.dataset["digest"] ?? "" } }).catch(
    () => null,
  );
  if (response === null || response.status >= 500) return "lost";
  if (response.status === 204) return "current";
  if (isTyping()) {
    tell("This page has changed. Reload it when you are done.");
    return "current";
  }
  // Somewhere else now, signed out or gone: let the browser show it whole.
  if (response.redirected) return leave(() => location.assign(response.url));
  if (!response.ok) return leave(() => location.reload());
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const next = fresh.getElementById("main");
  if (next === null || next.dataset["digest"] === main.dataset["digest"]) return "current";
  // Somebody else has signed in beside this page.
  if ((fresh.body.dataset["person"] ?? null) !== person) return leave(() => location.reload());
  replace(main, next);
  settle(fresh);
  setTitle(fresh.title);
  tell(`Updated. ${document.title}`);
  return "current";
}

function leave(go: () => void): Outcome {
  go();
  return "leaving";
}

function replace(main: HTMLElement, next: HTMLElement): void {
  const focused = main.contains(document.activeElement) ? document.activeElement : null;
  main.dataset["digest"] = next.dataset["digest"] ?? "";
  keepOpen(main, next);
  // What is said of the line is about this page, whatever is on it.
  const line = document.getElementById("line");
  if (line !== null) next.querySelector("#line")?.replaceWith(line);
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

/** Whether somebody has filled in or chosen something that isn't sent yet. */
export function isTyping(): boolean {
  const main = document.getElementById("main");
  if (main === null) return false;
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
