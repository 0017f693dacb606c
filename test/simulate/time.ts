import { askDeliveries, askReconcile } from "../../src/jobs/schedule.ts";
import type { Rows } from "./database.ts";
import type { Late } from "./github.ts";
import type { Instance } from "./instance.ts";
import type { Stage } from "./stage.ts";

const began = Date.UTC(2026, 10, 23, 8);

/** How time goes by in one run, and what happens because it does. */
export class Time {
  readonly #stage: Stage;
  readonly #working: () => Instance | null;
  /** What GitHub took in, and does later. */
  #late: Late[] = [];
  #minute = 0;
  /** When the calm hour is over, in milliseconds. */
  over = Infinity;

  constructor(stage: Stage, working: () => Instance | null) {
    this.#stage = stage;
    this.#working = working;
  }

  get now(): number {
    return this.#stage.world.clock.now().getTime();
  }

  get lateOnes(): number {
    return this.#late.length;
  }

  landsLate(late: Late): void {
    this.#late.push(late);
  }

  /** The first of what GitHub took in happens. */
  land(): void {
    const [late] = this.#late.sort((one, other) => one.until.getTime() - other.until.getTime()).splice(0, 1);
    if (late === undefined) return;
    this.#stage.chronicle.note(late.what);
    late.land();
  }

  /** Time goes on: far where nothing is under way, a little where something is. */
  pass(calm: boolean): void {
    const { random, database } = this.#stage;
    // Most of the calm hour goes by in strides: what is to be settled by the minute is settled in its first quarter.
    const stride = this.over - this.now < 2_700_000 ? 900_000 : 60_000;
    const next = dueAt(database) - this.now;
    this.#advance(calm ? Math.max(200, Math.min(next, stride)) : random.pick([100, 500, 2_000]));
  }

  /** The machine slept, or its clock was put right. */
  jump(): void {
    const { lot, random } = this.#stage;
    lot.jumps -= 1;
    lot.fates.count("clock jumped");
    this.#advance(random.pick([20_000, 120_000, 1_800_000]));
  }

  #advance(ms: number): void {
    const { clock, github } = this.#stage.world;
    const then = this.now + ms;
    while (this.#late.some(({ until }) => until.getTime() <= then)) this.land();
    clock.advance(ms);
    this.#stage.chronicle.note(`${(this.now - began) / 1000} s`);
    github.engine.tick();
    const [minute, before] = [Math.floor(then / 60_000), this.#minute];
    if (minute === before) return;
    this.#minute = minute;
    const working = this.#working();
    if (working === null) return;
    void askReconcile(working.parts).catch(() => undefined);
    if (Math.floor(minute / 5) !== Math.floor(before / 5)) void askDeliveries(working.parts).catch(() => undefined);
  }
}

/** When the next piece of work is due. */
export function dueAt(database: Rows): number {
  let due = Infinity;
  for (const table of ["Delivery", "Task"] as const)
    for (const row of database.look(table))
      if (row.state === "waiting") due = Math.min(due, Math.max(row.nextAt.getTime(), row.lockedUntil?.getTime() ?? 0));
  return due;
}
