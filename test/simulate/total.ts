import type { Outcome } from "./run.ts";

/** What many runs came to. */
export interface Total {
  add(outcome: Outcome): void;
  violated(): number;
  lines(): string[];
}

export function total(): Total {
  const began = performance.now();
  const injected = new Map<string, number>();
  const ends = new Map<string, number>();
  const states = new Set<string>();
  let [runs, steps, violated] = [0, 0, 0];
  const count = (counts: Map<string, number>, what: string, by: number): void =>
    void counts.set(what, (counts.get(what) ?? 0) + by);
  const sorted = (counts: Map<string, number>): string[] =>
    [...counts].toSorted((one, other) => other[1] - one[1]).map(([what, times]) => `${times} ${what}`);
  return {
    add(outcome) {
      runs += 1;
      steps += outcome.history.length;
      if (outcome.violations.length > 0) violated += 1;
      for (const [what, times] of outcome.injected) count(injected, what, times);
      for (const end of outcome.ends) count(ends, end, 1);
      for (const state of outcome.states) states.add(state);
    },
    violated: () => violated,
    lines() {
      const faults = [...injected.values()].reduce((sum, times) => sum + times, 0);
      return [
        `${runs} runs, ${steps} steps, ${faults} faults of ${injected.size} kinds, ${states.size} pairs of states, ${violated} runs with violations`,
        `releases: ${sorted(ends).join(", ")}`,
        `faults: ${sorted(injected).slice(0, 12).join(", ")} …`,
        `${((performance.now() - began) / 1000).toFixed(1)} s`,
      ];
    },
  };
}
