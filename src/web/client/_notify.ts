import type { Call } from "../handlers/waiting.ts";
import { isTyping } from "./_fresh.ts";
import { keep, recall, recallValue } from "./_kept.ts";

/** What a person can know of notifications in this browser, before it is asked for anything. */
export type State = "unsupported" | "insecure" | "blocked" | "not-asked" | "off" | "on";

/** Names under which the browser keeps the choice, and what was told already. */
const kept = { choice: "notify", told: "told" };

/** More than so many at once are told in one. */
const most = 3;

/** Notifications on screen that this page has shown, by their key. */
const shown = new Map<string, Notification>();

/** Some browsers show them for installed apps only, and say so no earlier than when one is made. */
let impossible = false;

export function notifyState(): State {
  if (!isSecureContext) return "insecure";
  if (!("Notification" in window) || !("locks" in navigator) || impossible) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  if (Notification.permission === "default") return "not-asked";
  return recall(kept.choice) === "on" ? "on" : "off";
}

/** Asks the browser where it has to be asked, and remembers the choice. What waits already is not told. */
export async function turnOn(): Promise<State> {
  const answer = await Notification.requestPermission();
  if (answer === "granted") {
    keep(kept.told, null);
    keep(kept.choice, "on");
    sample();
  }
  return notifyState();
}

export function turnOff(): State {
  keep(kept.choice, null);
  keep(kept.told, null);
  for (const key of [...shown.keys()]) hide(key);
  return notifyState();
}

/** One to see whether they appear. */
export function sample(): void {
  show({ key: "sample", title: "Countersign can call you here", text: "This is how it looks.", path: "/" });
}

/**
 * Tells what has come up since it was told last, each thing once in this browser, and takes away what is dealt with. Only one page
 * of a browser may be `holding` at a time; any may be the first, which takes down what waits already and tells nothing of it.
 */
export function notify(calls: Call[], count: number, holding: boolean): void {
  if (notifyState() !== "on") return;
  const told = readTold();
  if (told !== null && !holding) return;
  keep(kept.told, JSON.stringify(calls.map(({ key }) => key)));
  for (const key of shown.keys()) if (key !== "sample" && !calls.some((one) => one.key === key)) hide(key);
  if (told === null) return;
  const fresh = calls.filter(({ key }) => !told.includes(key));
  if (fresh.length <= most) return fresh.forEach(show);
  const names = fresh.map(({ title, text }) => `${title}: ${text}`);
  show({ key: "many", title: `${count} things wait for you`, text: names.slice(0, most).join("\n"), path: "/" });
}

/** Says once that nothing will be told any more. */
export function notifySignedOut(): void {
  if (notifyState() !== "on" || readTold() === null) return;
  keep(kept.told, null);
  show({
    key: "signed-out",
    title: "You are signed out of Countersign",
    text: "It calls you here no more.",
    path: "/sign-in",
  });
}

function readTold(): string[] | null {
  const told = recallValue(kept.told);
  return Array.isArray(told) ? told.map(String) : null;
}

function show({ key, title, text, path }: Call): void {
  let one: Notification;
  try {
    // The same tag replaces; npm's question ends in minutes, so it stays until somebody looks.
    one = new Notification(title, { body: text, tag: key, requireInteraction: key.startsWith("challenge-") });
  } catch {
    impossible = true;
    return void turnOff();
  }
  shown.set(key, one);
  one.onclose = () => shown.delete(key);
  one.onclick = () => {
    focus();
    hide(key);
    // What somebody is filling in stays.
    if (isTyping()) open(path, "_blank");
    else location.assign(path);
  };
}

function hide(key: string): void {
  shown.get(key)?.close();
  shown.delete(key);
}
