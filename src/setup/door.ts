import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Who may set up: whoever has the link from the log, and of them the first browser. The link is good once; what it gives is a cookie.
 */
export class Door {
  readonly #link: string;
  readonly #random: () => string;
  #browser: string | null = null;

  /** `random`: 32 bytes as base64url. */
  constructor(random: () => string) {
    this.#random = random;
    this.#link = random();
  }

  /** The last part of the link. */
  get link(): string {
    return this.#link;
  }

  /** The cookie's value for the first who brings the link; `used` where somebody did before, `wrong` for another link. */
  enter(given: string): { cookie: string } | "used" | "wrong" {
    if (!same(given, this.#link)) return "wrong";
    if (this.#browser !== null) return "used";
    this.#browser = this.#random();
    return { cookie: this.#browser };
  }

  /** Whether a cookie is the one that was given. */
  knows(cookie: string | null): boolean {
    return cookie !== null && this.#browser !== null && same(cookie, this.#browser);
  }
}

function same(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
