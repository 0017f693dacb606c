import type { Waiting } from "../handlers/waiting.ts";
import { tell } from "./_dom.ts";
import { keep, person, recallValue, whenKept } from "./_kept.ts";
import { notify } from "./_notify.ts";
import { setCount } from "./_title.ts";

/** A count that another page wrote down is good for so many milliseconds. */
const fresh = 60_000;

let last: Waiting | null = null;

/** What became of asking: `over` where nobody, or somebody else, is signed in now. */
export type Answer = "current" | "lost" | "over";

/** Asks what waits for whoever is signed in; `holding` where this page is the one that notifies. */
export async function askWaiting(holding: boolean): Promise<Answer> {
  const response = await fetch("/waiting", { headers: { "x-live": last?.digest ?? "" } }).catch(() => null);
  if (response?.status === 401) return "over";
  if (response === null || !response.ok) return "lost";
  if (response.status !== 204) last = (await response.json()) as Waiting;
  if (last === null) return "lost";
  if (last.person !== person) return "over";
  count(last.count);
  keep("count", JSON.stringify({ count: last.count, at: Date.now() }));
  notify(last.calls, last.count, holding);
  return "current";
}

/** Puts the count into the title; one that has grown is read out. */
export function count(now: number): void {
  const before = setCount(now);
  if (before !== null && now > before) tell(`Something new waits for you: ${now} in all.`);
}

/** Takes the count that another page of this browser has learned. */
export function shareCount(): void {
  const take = (): void => {
    const said = recallValue("count") as { count: number; at: number } | null;
    if (said !== null && Date.now() - said.at < fresh) setCount(said.count);
  };
  take();
  whenKept("count", take);
}
