import { Chronicle } from "./chronicle.ts";
import { Crowd } from "./crowd.ts";
import { inMemory } from "./database.ts";
import type { OpenDatabase } from "./database.ts";
import { Instances } from "./instances.ts";
import { randomOf } from "./random.ts";
import { Scheduler } from "./scheduler.ts";
import { drawLot, isQueued } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { finishJob, freeRunner, sendWebhook } from "./surroundings.ts";
import { dueAt, Time } from "./time.ts";
import { Watcher } from "./watcher.ts";
import { openWorld } from "./world.ts";

/** What came of one seed. */
export interface Outcome {
  seed: number;
  /** What must stay true, and didn't. */
  violations: string[];
  /** Everything that happened, in order. */
  history: string[];
  /** What was injected, and how often. */
  injected: Map<string, number>;
  /** States of release and lease that were met together. */
  states: Set<string>;
  /** How each release ended. */
  ends: string[];
}

/** An hour of calm comes to rest long before this. */
const mostSteps = 20_000;

/**
 * One run of the simulation: the app's own code, with GitHub, registry, runner and people around it. A seed decides what people do,
 * what fails, who is killed, and in which order everything goes on. After it an hour without faults, and then everything must be in
 * order. On rows in memory the seed decides all of it.
 */
export async function simulate(seed: number, openDatabase: OpenDatabase = inMemory): Promise<Outcome> {
  const random = randomOf(seed);
  const lot = drawLot(random);
  const database = await openDatabase();
  const chronicle = new Chronicle();
  const scheduler = new Scheduler(async () => await database.settle());
  const world = await openWorld(async (request) => await run.instances.arrive(request));
  const stage: Stage = { random, lot, scheduler, database, world, chronicle, calm: false };
  const people = await database.connect("people");
  const run = new Run(stage, people.store);
  const { cast, clock, github } = world;
  github.core.queueHeld = lot.queueHeld;
  // It has run before: whoever has no bookmark yet takes nothing for missed.
  await people.store.bookmarks.set("deliveries", clock.now());
  await world.sealToken(people.store, cast.alice);
  await world.sealToken(people.store, cast.carol);
  try {
    await run.play();
  } finally {
    await run.instances.endAll();
    await people.kill();
    await world.close();
  }
  await database.refresh();
  const ends = [...database.look("Release")].map(({ state, endCode }) => `${state} ${endCode ?? ""}`.trim());
  const { history, violations } = chronicle;
  return { seed, violations, history, injected: lot.fates.injected, states: run.watcher.states, ends };
}

/** Something that could happen next, and how likely it is beside the rest. */
interface Choice {
  weight: number;
  happen: () => Promise<void> | void;
}

class Run {
  readonly #stage: Stage;
  readonly #time: Time;
  readonly #crowd: Crowd;
  readonly instances: Instances;
  readonly watcher: Watcher;

  constructor(stage: Stage, people: ConstructorParameters<typeof Crowd>[1]) {
    this.#stage = stage;
    this.instances = new Instances(stage, (late) => this.#time.landsLate(late));
    const working = () => this.instances.working();
    this.#time = new Time(stage, working);
    this.#crowd = new Crowd(stage, people, working);
    this.watcher = new Watcher(stage, this.#crowd.saw);
  }

  async play(): Promise<void> {
    await this.instances.begin();
    for (let turn = 0; this.#stage.lot.plan.length > 0 && turn < mostSteps; turn += 1) await this.#turn();
    await this.#hourOfCalm();
  }

  /** Everything that can go on has gone on, and is seen. */
  async #quiet(): Promise<void> {
    await this.#stage.scheduler.quiet();
    await this.#stage.database.refresh();
  }

  /** One thing happens: of all that could, one is drawn. */
  async #turn(): Promise<void> {
    await this.#quiet();
    this.watcher.look();
    const choices = this.#choices();
    let drawn = this.#stage.random.next() * choices.reduce((sum, { weight }) => sum + weight, 0);
    for (const { weight, happen } of choices) {
      drawn -= weight;
      if (drawn < 0) return await happen();
    }
  }

  #choices(): Choice[] {
    const { scheduler, database, world, lot } = this.#stage;
    const [instances, time] = [this.instances, this.#time];
    const waiting = scheduler.waiting();
    const busy = waiting.filter(({ what }) => what !== "idle").length;
    const idle = waiting.length - busy;
    const due = dueAt(database) <= time.now;
    const { held } = world.github.hooks;
    const running = world.runner.jobs.length;
    const calm = busy === 0 && held.length === 0 && !(due && idle > 0);
    const faults = this.#stage.calm ? 0 : 1;
    const missing = instances.count < lot.wanted;
    return [
      { weight: busy * 8, happen: () => this.#give((what) => what !== "idle") },
      { weight: idle * (due ? 4 : 0.02), happen: () => this.#give((what) => what === "idle") },
      { weight: held.length * 2, happen: () => sendWebhook(this.#stage) },
      { weight: running * 0.4, happen: () => finishJob(this.#stage) },
      { weight: time.lateOnes * 0.01, happen: () => time.land() },
      { weight: calm ? 3 : 0.15, happen: () => time.pass(calm) },
      { weight: faults * (calm ? 2 : this.#isDelicate() ? 1.5 : 0.05), happen: () => this.#crowd.act() },
      { weight: faults * Math.sign(lot.kills) * instances.count * 0.06, happen: () => instances.kill() },
      { weight: faults * Math.sign(lot.jumps) * 0.03, happen: () => time.jump() },
      { weight: isQueued(this.#stage) ? 0.08 : 0, happen: () => freeRunner(this.#stage) },
      { weight: faults * Math.sign(lot.cuts) * 0.05, happen: () => instances.cut() },
      { weight: missing ? (instances.count === 0 ? 2 : 0.3) : 0, happen: () => instances.begin() },
    ];
  }

  /** Something is being armed, or its job waits for a runner: what people do now is most likely to do harm. */
  #isDelicate(): boolean {
    const arming = this.#stage.scheduler
      .waiting()
      .some(({ what }) => /putEnvironmentSecret|answerGate|leases.take|insert Lease|GitHub dispatch/.test(what));
    return arming || isQueued(this.#stage);
  }

  #give(fits: (what: string) => boolean): void {
    const { scheduler, random, chronicle } = this.#stage;
    const places = scheduler.waiting().flatMap(({ what }, index) => (fits(what) ? [index] : []));
    const place = random.pick(places);
    const given = scheduler.waiting()[place];
    if (given !== undefined && given.what !== "idle") chronicle.note(`${given.who} ${given.what}`);
    scheduler.give(place);
  }

  /** Nothing fails any more, an instance is there, and an hour passes. */
  async #hourOfCalm(): Promise<void> {
    const { lot, chronicle } = this.#stage;
    this.#stage.calm = true;
    lot.fates.rate = 0;
    chronicle.note("calm");
    this.#time.over = this.#time.now + 3_600_000;
    for (let turn = 0; this.#time.now < this.#time.over || this.#isRestless(); turn += 1) {
      if (turn > mostSteps) return chronicle.violate("It doesn't come to rest.");
      await this.#turn();
      await this.#quiet();
    }
    this.watcher.atRest(this.instances.unanswered);
  }

  #isRestless(): boolean {
    const { scheduler, database, world } = this.#stage;
    const busy = scheduler.waiting().some(({ what }) => what !== "idle");
    return busy || world.github.hooks.held.length > 0 || dueAt(database) <= this.#time.now;
  }
}
