import { GitHubError } from "../../src/github/types.ts";
import { RegistryError } from "../../src/npm/types.ts";
import type { Random } from "./random.ts";

/** What becomes of one call: as asked, or failed before or after it took effect. */
export type Fate = "pass" | "lost" | "answer-lost" | "refused" | "limited" | "late";

/** What a release's safety hangs on fails more often. */
const delicate: ReadonlySet<string> = new Set([
  "putEnvironmentSecret",
  "answerGate",
  "deleteEnvironmentSecret",
  "holdsSecret",
  "dispatch",
  "cancelRun",
]);

/** Draws the fate of each call, as often as a run allows. Counts what it injected. */
export class Fates {
  readonly #random: Random;
  readonly injected = new Map<string, number>();
  /** How likely a call fails; 0: none does. */
  rate: number;
  #left: number;

  constructor(random: Random, rate: number, most: number) {
    this.#random = random;
    this.rate = rate;
    this.#left = most;
  }

  draw(verb: string, among: readonly Fate[]): Fate {
    const rate = delicate.has(verb) ? Math.min(0.4, this.rate * 6) : this.rate;
    if (rate === 0 || this.#left === 0 || !this.#random.chance(rate)) return "pass";
    this.#left -= 1;
    const fate = this.#random.pick(among);
    this.count(`${verb}: ${fate}`);
    return fate;
  }

  count(what: string): void {
    this.injected.set(what, (this.injected.get(what) ?? 0) + 1);
  }
}

/** A failure as the room for GitHub tells it. */
export function gitHubFailure(fate: Exclude<Fate, "pass">, verb: string, now: Date): GitHubError {
  if (fate === "refused") return new GitHubError("forbidden", verb, "GitHub says no.", { status: 403 });
  if (fate === "limited")
    return new GitHubError("limited", verb, "GitHub asks us to wait.", { retryAt: new Date(now.getTime() + 2000) });
  return new GitHubError("unavailable", verb, "GitHub didn't answer.");
}

export function registryFailure(): RegistryError {
  return new RegistryError("unavailable", "The registry didn't answer.");
}
