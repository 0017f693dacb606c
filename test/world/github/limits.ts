import { Answer } from "./errors.ts";
import type { Caller } from "./handlers/types.ts";

interface Window {
  start: number;
  used: number;
}

const hour = 3_600_000;
const minute = 60_000;
const writesContent = ["issues/create-comment", "issues/create"];

/**
 * GitHub's limits (docs, "Rate limits for the REST API"): so many requests an hour for each installation, person and app, and
 * the secondary ones, which are off until a test sets a number.
 */
export class Limits {
  /** Requests an hour for each one who asks; GitHub's least is 5,000. */
  hourly = 5000;
  /** Comments and issues a minute; GitHub's is 80. */
  contentPerMinute: number | null = null;
  /** Points a minute, 1 for a read and 5 for a write; GitHub's is 900. */
  pointsPerMinute: number | null = null;
  readonly #windows = new Map<string, Window>();

  /** Counts a request. Says which headers its answer has, and which answer it gets where a limit is passed. */
  count(
    caller: Caller,
    method: string,
    operationId: string | null,
    now: Date,
  ): { headers: Record<string, string>; refusal: Answer | null } {
    const who = nameOf(caller);
    const primary = this.#window(`${who} hour`, hour, now);
    const full = primary.used >= this.hourly;
    if (!full && operationId !== "rate-limit/get") primary.used += 1;
    const headers = this.#headers(primary);
    if (full) return { headers, refusal: new Answer(403, `API rate limit exceeded for ${who}.`, { headers }) };
    return { headers, refusal: this.#secondary(who, method, operationId, now) };
  }

  /** Limit and use of one who asks, as `GET /rate_limit` tells it. */
  standing(caller: Caller, now: Date): { limit: number; used: number; remaining: number; reset: number } {
    const { start, used } = this.#window(`${nameOf(caller)} hour`, hour, now);
    return { limit: this.hourly, used, remaining: this.hourly - used, reset: Math.ceil((start + hour) / 1000) };
  }

  #headers({ start, used }: Window): Record<string, string> {
    return {
      "x-ratelimit-limit": String(this.hourly),
      "x-ratelimit-remaining": String(Math.max(0, this.hourly - used)),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": String(Math.ceil((start + hour) / 1000)),
      "x-ratelimit-resource": "core",
    };
  }

  #secondary(who: string, method: string, operationId: string | null, now: Date): Answer | null {
    const points = ["GET", "HEAD", "OPTIONS"].includes(method) ? 1 : 5;
    const content = operationId !== null && writesContent.includes(operationId) ? 1 : 0;
    const passed = [
      this.#spend(`${who} points`, points, this.pointsPerMinute, now),
      this.#spend(`${who} content`, content, this.contentPerMinute, now),
    ].find((seconds) => seconds !== null);
    if (passed === undefined) return null;
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    return new Answer(403, message, { headers: { "retry-after": String(passed) } });
  }

  /** Seconds to wait where the limit is passed, else null. */
  #spend(key: string, amount: number, limit: number | null, now: Date): number | null {
    if (limit === null || amount === 0) return null;
    const window = this.#window(key, minute, now);
    if (window.used + amount > limit) return Math.max(1, Math.ceil((window.start + minute - now.getTime()) / 1000));
    window.used += amount;
    return null;
  }

  #window(key: string, length: number, now: Date): Window {
    const known = this.#windows.get(key);
    if (known !== undefined && now.getTime() - known.start < length) return known;
    const fresh = { start: now.getTime(), used: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

/** In whose name a request is counted. */
function nameOf(caller: Caller): string {
  switch (caller.kind) {
    case "installation":
      return `installation ID ${caller.installation.id}`;
    case "person":
      return `user ID ${caller.user.id}`;
    case "job":
      return `repository ID ${caller.repositoryId}`;
    case "none":
      return "127.0.0.1";
    default:
      return `app ID ${caller.app.id}`;
  }
}
