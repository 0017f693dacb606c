import type { Chronicle } from "./chronicle.ts";
import type { RunDatabase } from "./database.ts";
import { Fates } from "./fates.ts";
import { planOf } from "./people.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { World } from "./world.ts";

/** What a seed allots to a run. What is counted here is used up. */
export interface Lot {
  /** What people do, in order. */
  plan: string[];
  fates: Fates;
  kills: number;
  cuts: number;
  /** Webhooks that are lost. */
  lost: number;
  /** How many instances there are to be. */
  wanted: number;
  /** Jumps of the clock. */
  jumps: number;
  /** Runners are busy: jobs stay queued. */
  queueHeld: boolean;
  slowCancel: boolean;
  /** How many PUTs land although GitHub didn't answer. */
  latePuts: number;
}

/** What the parts of one run share. */
export interface Stage {
  random: Random;
  lot: Lot;
  scheduler: Scheduler;
  database: RunDatabase;
  world: World;
  chronicle: Chronicle;
  /** Nothing fails any more. */
  calm: boolean;
}

export function drawLot(random: Random): Lot {
  const plan = planOf(random);
  const fates = new Fates(random, random.pick([0, 0, 0.01, 0.03, 0.1]), 1 + random.below(8));
  const kills = random.pick([0, 0, 1, 1, 2, 3]);
  const cuts = random.pick([0, 0, 0, 1, 2]);
  const lost = random.pick([0, 0, 0, 1, 3, 10]);
  const wanted = random.pick([1, 1, 2]);
  const jumps = random.pick([0, 0, 0, 1]);
  // Busy runners and slow cancellations come together: what is to be stopped hasn't begun, and may yet.
  const queueHeld = random.chance(0.4);
  const slowCancel = random.chance(queueHeld ? 0.8 : 0.1);
  const latePuts = random.pick([0, 0, 0, 0, 1]);
  return { plan, fates, kills, cuts, lost, wanted, jumps, queueHeld, slowCancel, latePuts };
}

/** A job waits for a runner. */
export function isQueued({ world: { github, cast } }: Pick<Stage, "world">): boolean {
  if (!github.core.queueHeld) return false;
  return [...cast.widget.runs.values()].some((run) =>
    run.attempts.at(-1)?.jobs.some(({ status }) => status === "queued"),
  );
}
