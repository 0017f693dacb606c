import { inTheEnd, next, wrongIn } from "./lease-model.ts";
import type { State } from "./lease-model.ts";

export interface Explored {
  states: number;
  /** What is wrong somewhere, and the shortest way there. */
  wrong: string[];
}

/** Every state that can be reached, the nearest first, until something is wrong. */
export function explore(from: State): Explored {
  const seen = new Map<string, { before: string | null; name: string }>();
  const way = (of: string): string => {
    const names: string[] = [];
    for (let at: string | null = of; at !== null; at = seen.get(at)?.before ?? null)
      names.unshift(seen.get(at)?.name ?? "");
    return names.join(" → ");
  };
  seen.set(JSON.stringify(from), { before: null, name: "start" });
  for (let ring = [from]; ring.length > 0;) {
    const following: State[] = [];
    for (const state of ring) {
      const key = JSON.stringify(state);
      const wrong = wrongIn(state) ?? restlessness(state);
      if (wrong !== null) return { states: seen.size, wrong: [`${wrong}: ${way(key)}`] };
      for (const { name, state: then } of next(state)) {
        const known = JSON.stringify(then);
        if (seen.has(known)) continue;
        seen.set(known, { before: key, name });
        following.push(then);
      }
    }
    ring = following;
  }
  return { states: seen.size, wrong: [] };
}

function restlessness(state: State): string | null {
  const { row, secret } = inTheEnd(state);
  if (row.state === "closed" && !row.locked && !secret) return null;
  return `it comes to rest as ${JSON.stringify(row)}, ${secret ? "with" : "without"} a secret`;
}
