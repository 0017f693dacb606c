import type { Priority } from "./types.ts";

/**
 * GitHub's secondary limits (docs, "Rate limits for the REST API"): 900 points a minute, a read costs 1 and a write 5; 80 pieces
 * of content a minute; 100 requests at once. We stay below each, and let what removes a secret go first.
 */
const limits = { points: 850, content: 75, atOnce: 60, windowMs: 60_000 };
const order: Priority[] = ["disarm", "arm", "read", "comment"];

export interface Cost {
  priority: Priority;
  points: number;
  /** Creates a comment or the like. */
  content: boolean;
}

interface Waiting {
  cost: Cost;
  go: () => void;
}

/** Spends one installation's budget in the order disarm, arm and gate, reads, comments. Times are in milliseconds. */
export class Limiter {
  readonly #now: () => number;
  readonly #later: (run: () => void, ms: number) => void;
  readonly #waiting: Waiting[] = [];
  #spent: Array<{ at: number; points: number; content: boolean }> = [];
  #running = 0;
  #closedUntil = 0;
  #timer = false;

  constructor(
    now: () => number,
    later: (run: () => void, ms: number) => void = (run, ms) => void setTimeout(run, ms).unref(),
  ) {
    this.#now = now;
    this.#later = later;
  }

  /** GitHub said to wait: nothing but the removal of secrets is sent before that. */
  closeUntil(at: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, at);
  }

  /** Runs a request when its turn has come. */
  async run<T>(cost: Cost, request: () => Promise<T>): Promise<T> {
    await new Promise<void>((go) => {
      this.#waiting.push({ cost, go });
      this.#waiting.sort((a, b) => order.indexOf(a.cost.priority) - order.indexOf(b.cost.priority));
      this.#admit();
    });
    try {
      return await request();
    } finally {
      this.#running -= 1;
      this.#admit();
    }
  }

  #admit(): void {
    const now = this.#now();
    this.#spent = this.#spent.filter((one) => now - one.at < limits.windowMs);
    while (this.#waiting[0] !== undefined && this.#mayGo(this.#waiting[0].cost, now)) {
      const { cost, go } = this.#waiting.shift() as Waiting;
      this.#running += 1;
      this.#spent.push({ at: now, points: cost.points, content: cost.content });
      go();
    }
    if (this.#waiting.length > 0 && !this.#timer) {
      this.#timer = true;
      this.#later(() => {
        this.#timer = false;
        this.#admit();
      }, 250);
    }
  }

  #mayGo(cost: Cost, now: number): boolean {
    // Removing a secret never waits behind our own budget; GitHub itself may still say no.
    if (cost.priority === "disarm") return true;
    if (now < this.#closedUntil || this.#running >= limits.atOnce) return false;
    const points = this.#spent.reduce((sum, one) => sum + one.points, 0);
    const content = this.#spent.filter((one) => one.content).length;
    return points + cost.points <= limits.points && (!cost.content || content < limits.content);
  }
}
