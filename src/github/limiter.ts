import type { Priority } from "./types.ts";

/**
 * GitHub's secondary limits (docs, "Rate limits for the REST API"): 900 points a minute, a read costs 1 and a write 5; 80 pieces
 * of content a minute; 100 requests at once. We stay below each, and let what removes a secret go first.
 */
const limits = { points: 850, content: 75, atOnce: 60, windowMs: 60_000 };
const order: Priority[] = ["disarm", "arm", "read", "comment"];
/**
 * Requests of the hour's budget that are left to those with a higher priority, so that a secret can be removed in any hour. GitHub
 * tells the rest of the budget with every answer, whichever of our instances asks.
 */
const keptBack: Record<Priority, number> = { disarm: 0, arm: 50, read: 100, comment: 200 };

/**
 * Points of the minute's budget that are left to those with a higher priority. Reading what a release rests on takes about 17, putting
 * its secret and opening its gate 12: whatever got through its reading then doesn't stand there with its secret and wait.
 */
const keptOfMinute: Record<Priority, number> = { disarm: 0, arm: 0, read: 350, comment: 400 };

export interface Cost {
  priority: Priority;
  points: number;
  /** Creates a comment or the like. */
  content: boolean;
  /** A turn that comes at this instant or later is of no use any more. */
  until: number;
}

/** The turn of a request didn't come in time. `retryAt`: GitHub wants nothing before that; null: our own queue was long. */
export class TooLate extends Error {
  readonly retryAt: Date | null;
  constructor(retryAt: Date | null) {
    super("its turn did not come in time");
    this.retryAt = retryAt;
  }
}

interface Waiting {
  cost: Cost;
  go: () => void;
  fail: (error: TooLate) => void;
}

/**
 * Spends one installation's budget in the order disarm, arm and gate, reads, comments. Several instances have equal parts of the
 * minute's points and content: together they stay within it without asking each other at each call. Times are in milliseconds.
 */
export class Limiter {
  /** How many instances spend the minute's budget: each takes its part of it. */
  readonly #sharers: () => number;
  readonly #now: () => number;
  readonly #later: (run: () => void, ms: number) => void;
  #waiting: Waiting[] = [];
  #spent: Array<{ at: number; points: number; content: boolean }> = [];
  #running = 0;
  #closedUntil = 0;
  #left = { requests: Infinity, resetAt: 0 };
  #draining = false;
  #timer = false;

  constructor(
    now: () => number,
    later: (run: () => void, ms: number) => void = (run, ms) => void setTimeout(run, ms).unref(),
    sharers: () => number = () => 1,
  ) {
    this.#sharers = sharers;
    this.#now = now;
    this.#later = later;
  }

  /**
   * The process is to end: what can't be sent at once, and isn't part of an arming or a removal under way, is told to come again. It
   * could wait for longer than the process may take.
   */
  drain(): void {
    this.#draining = true;
    this.#admit();
  }

  /** Requests that GitHub said are left in this hour; null: it hasn't said, or that hour is over. */
  left(): number | null {
    const { requests, resetAt } = this.#left;
    return Number.isFinite(requests) && resetAt > this.#now() ? Math.max(0, requests) : null;
  }

  /** GitHub said to wait: nothing but the removal of secrets is sent before that. */
  closeUntil(at: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, at);
  }

  /** GitHub said how many requests the hour still has. Answers overtake each other: within an hour the least counts. */
  heard(requests: number, resetAt: number): void {
    if (resetAt < this.#left.resetAt) return;
    if (resetAt === this.#left.resetAt) requests = Math.min(requests, this.#left.requests);
    this.#left = { requests, resetAt };
  }

  /**
   * Runs a request when its turn has come.
   * @throws TooLate where it can't come, or hasn't come, before `cost.until`
   */
  async run<T>(cost: Cost, request: () => Promise<T>): Promise<T> {
    const opens = this.#opensAt(cost.priority);
    if (opens > this.#now() && opens >= cost.until) throw new TooLate(new Date(opens));
    await new Promise<void>((go, fail) => {
      this.#waiting.push({ cost, go, fail });
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
    this.#sendAway(now);
    for (let next = this.#waiting[0]; next !== undefined && this.#mayGo(next.cost, now); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#running += 1;
      this.#left.requests -= 1;
      this.#spent.push({ at: now, points: next.cost.points, content: next.cost.content });
      next.go();
    }
    if (this.#draining) this.#refuse(({ priority }) => priority === "read" || priority === "comment", now);
    if (this.#waiting.length > 0 && !this.#timer) {
      this.#timer = true;
      this.#later(() => {
        this.#timer = false;
        this.#admit();
      }, 250);
    }
  }

  #sendAway(now: number): void {
    this.#refuse(({ priority, until }) => priority !== "disarm" && until <= now, now);
  }

  #refuse(which: (cost: Cost) => boolean, now: number): void {
    const refused = this.#waiting.filter(({ cost }) => which(cost));
    if (refused.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => !refused.includes(one));
    for (const { cost, fail } of refused) {
      const opens = this.#opensAt(cost.priority);
      fail(new TooLate(opens > now ? new Date(opens) : null));
    }
  }

  /** When GitHub lets requests of a priority in again; in the past: now. */
  #opensAt(priority: Priority): number {
    // Removing a secret never waits behind our own budget; GitHub itself may still say no.
    if (priority === "disarm") return 0;
    const short = this.#left.requests <= keptBack[priority];
    return Math.max(this.#closedUntil, short ? this.#left.resetAt : 0);
  }

  #mayGo(cost: Cost, now: number): boolean {
    if (cost.priority === "disarm") return true;
    if (now < this.#opensAt(cost.priority) || this.#running >= limits.atOnce) return false;
    const points = this.#spent.reduce((sum, one) => sum + one.points, 0);
    const content = this.#spent.filter((one) => one.content).length;
    const part = 1 / Math.max(1, this.#sharers());
    const room = (limits.points - keptOfMinute[cost.priority]) * part;
    // Where it has spent nothing, one request goes whatever its part: no number of instances stops them all.
    if (points > 0 && points + cost.points > room) return false;
    return !cost.content || content === 0 || content < Math.floor(limits.content * part);
  }
}
