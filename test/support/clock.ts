import type { Clock } from "../../src/domain/clock.ts";

/** A clock that stands until a test moves it. */
export class TestClock implements Clock {
  #now: number;
  constructor(start: Date = new Date()) {
    this.#now = start.getTime();
  }
  now(): Date {
    return new Date(this.#now);
  }
  advance(ms: number): void {
    this.#now += ms;
  }
}
