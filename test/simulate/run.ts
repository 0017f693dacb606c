import { askDeliveries, askReconcile } from "../../src/jobs/schedule.ts";
import { Fates } from "./fates.ts";
import type { Late } from "./github.ts";
import { startInstance } from "./instance.ts";
import type { Instance } from "./instance.ts";
import { approvedUnseen, atRest, freedTooEarly, jobStarted, secretWithoutLease } from "./invariants.ts";
import { deedOf, isPutOff, planOf } from "./people.ts";
import { randomOf } from "./random.ts";
import type { Random } from "./random.ts";
import { Scheduler } from "./scheduler.ts";
import { createMemoryDatabase, databaseRefused } from "./store/index.ts";
import type { MemoryConnection } from "./store/index.ts";
import { openWorld } from "./world.ts";
import type { World } from "./world.ts";

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

interface Living {
  instance: Instance | null;
  connection: MemoryConnection;
  name: string;
  /** Rejects when it is killed: whoever talks to it hears nothing more. */
  gone: PromiseWithResolvers<never>;
}

/**
 * One run of the simulation: the app's own code on a store in memory, with GitHub, registry, runner and people around it. A seed
 * decides what people do, what fails, who is killed, and in which order everything goes on. After it an hour without faults, and
 * then everything must be in order.
 */
export async function simulate(seed: number): Promise<Outcome> {
  return await new Run(seed).play();
}

class Run {
  readonly #seed: number;
  readonly #random: Random;
  readonly #scheduler = new Scheduler();
  readonly #fates: Fates;
  readonly #database = createMemoryDatabase();
  readonly #plan: string[];
  readonly #history: string[] = [];
  readonly #violations: string[] = [];
  readonly #states = new Set<string>();
  #world!: World;
  #living: Living[] = [];
  #late: Late[] = [];
  #kills: number;
  #cuts: number;
  #lost: number;
  /** Comments to which a reaction couldn't be given. */
  readonly #unanswered = new Set<number>();
  #jumps: number;
  readonly #slowCancel: boolean;
  /** How many PUTs land although GitHub didn't answer. */
  #latePuts: number;
  readonly #queueHeld: boolean;
  readonly #wanted: number;
  #started = 0;
  #ids = 0;
  readonly #jobs = new Set<number>();
  /** Which releases were announced when somebody wrote a comment. */
  readonly #saw = new Map<number, string[]>();
  /** How often people look in vain before they do what they want all the same. */
  #patience = 60;
  #minute = 0;
  #calm = false;
  /** When the calm hour is over, in milliseconds. */
  #over = Infinity;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = randomOf(seed);
    const random = this.#random;
    this.#plan = planOf(random);
    this.#fates = new Fates(random, random.pick([0, 0, 0.01, 0.03, 0.1]), 1 + random.below(8));
    this.#kills = random.pick([0, 0, 1, 1, 2, 3]);
    this.#cuts = random.pick([0, 0, 0, 1, 2]);
    this.#lost = random.pick([0, 0, 0, 1, 3, 10]);
    this.#wanted = random.pick([1, 1, 2]);
    this.#jumps = random.pick([0, 0, 0, 1]);
    // Busy runners and slow cancellations come together: what is to be stopped hasn't begun, and may yet.
    this.#queueHeld = random.chance(0.4);
    this.#slowCancel = random.chance(this.#queueHeld ? 0.8 : 0.1);
    this.#latePuts = random.pick([0, 0, 0, 0, 1]);
  }

  async play(): Promise<Outcome> {
    this.#world = await openWorld(async (request) => await this.#arrive(request));
    const { cast, github } = this.#world;
    github.core.queueHeld = this.#queueHeld;
    const people = this.#database.connect("people").store;
    // It has run before: whoever has no bookmark yet takes nothing for missed.
    await people.bookmarks.set("deliveries", this.#world.clock.now());
    await this.#world.sealToken(people, cast.alice);
    await this.#world.sealToken(people, cast.carol);
    try {
      await this.#begin();
      for (let turn = 0; this.#plan.length > 0 && turn < mostSteps; turn += 1) await this.#turn();
      await this.#hourOfCalm();
    } finally {
      for (const one of this.#living) this.#end(one);
      await this.#world.close();
    }
    const ends = this.#database.rows("Release").map(({ state, endCode }) => `${state} ${endCode ?? ""}`.trim());
    const { injected } = this.#fates;
    return {
      ...{ seed: this.#seed, violations: this.#violations, history: this.#history },
      injected,
      states: this.#states,
      ends,
    };
  }

  async #begin(): Promise<void> {
    this.#started += 1;
    const name = `app-${this.#started}`;
    this.#note(`${name} starts`);
    const gone = Promise.withResolvers<never>();
    gone.promise.catch(() => undefined);
    const connection = this.#database.connect(name, { step: async (what, when) => await this.#step(name, what, when) });
    const living: Living = { name, connection, gone, instance: null };
    this.#living.push(living);
    const { clock, cast, github, publicUrl, registry } = this.#world;
    living.instance = await startInstance({
      ...{ who: name, scheduler: this.#scheduler, fates: this.#fates, clock, cast, publicUrl, registry },
      ...{
        githubUrl: github.url,
        fetch: async (request) => await github.fetch(request),
        store: connection.store,
        nextId: () => `id${String((this.#ids += 1)).padStart(6, "0")}`,
      },
      died: () => {
        this.#note(`${name} could not begin`);
        this.#end(living);
      },
      violate: (wrong) => this.#violate(wrong),
      landsLate: (late) => void this.#late.push(late),
      putLate: (environment, secret) => () => {
        const held = cast.widget.environments.find((one) => one.name === environment);
        if (held !== undefined) github.putSecret(held.secrets, secret, "npm_landed-late");
      },
      cancelLate: (runId) => () => {
        const run = cast.widget.runs.get(runId);
        if (run !== undefined) github.cancelRun(cast.widget, run);
      },
      putsLate: () => !this.#calm && this.#latePuts > 0 && (this.#latePuts -= 1) >= 0,
      unanswered: this.#unanswered,
      cancelsSlowly: () => this.#slowCancel && this.#random.chance(0.9),
    });
  }

  /** A statement of the database, which may refuse. */
  async #step(name: string, what: string, when: "before" | "after"): Promise<void> {
    // Without faults it matters no more what comes between two statements; between two calls of GitHub it still does.
    if (this.#calm) return;
    await this.#scheduler.step(name, `${what} (${when})`);
    if (this.#fates.rate === 0 || !this.#random.chance(0.0003)) return;
    this.#fates.count(`database ${when}`);
    this.#note(`the database refuses ${name} ${what} (${when})`);
    throw databaseRefused(what);
  }

  /** A webhook reaches whichever instance is there; nobody: GitHub's log says that it failed. */
  async #arrive(request: Request): Promise<Response> {
    const ready = this.#living.filter(({ instance }) => instance !== null);
    if (ready.length === 0) throw new Error("nobody listens");
    const { instance, gone } = this.#random.pick(ready);
    return await Promise.race([instance?.hear(request) ?? gone.promise, gone.promise]);
  }

  #end(living: Living): void {
    this.#scheduler.kill(living.name);
    living.connection.kill();
    living.gone.reject(new Error("killed"));
    this.#living = this.#living.filter((one) => one !== living);
  }

  /** One thing happens: of all that could, one is drawn. */
  async #turn(): Promise<void> {
    await this.#scheduler.quiet();
    this.#look();
    const choices = this.#choices();
    let drawn = this.#random.next() * choices.reduce((sum, { weight }) => sum + weight, 0);
    for (const { weight, happen } of choices) {
      drawn -= weight;
      if (drawn < 0) return await happen();
    }
  }

  #choices(): Array<{ weight: number; happen: () => Promise<void> | void }> {
    const waiting = this.#scheduler.waiting();
    const busy = waiting.filter(({ what }) => what !== "idle").length;
    const idle = waiting.length - busy;
    const due = this.#due() <= this.#world.clock.now().getTime();
    const { held } = this.#world.github.hooks;
    const running = this.#world.runner.jobs.length;
    const calm = busy === 0 && held.length === 0 && !(due && idle > 0);
    const faults = this.#calm ? 0 : 1;
    return [
      { weight: busy * 8, happen: () => this.#give((what) => what !== "idle") },
      { weight: idle * (due ? 4 : 0.02), happen: () => this.#give((what) => what === "idle") },
      { weight: held.length * 2, happen: () => this.#webhook() },
      { weight: running * 0.4, happen: () => this.#finishJob() },
      { weight: this.#late.length * 0.01, happen: () => this.#land() },
      { weight: calm ? 3 : 0.15, happen: () => this.#time(calm) },
      { weight: faults * (calm ? 2 : this.#isDelicate() ? 1.5 : 0.05), happen: () => this.#people() },
      { weight: faults * Math.sign(this.#kills) * this.#living.length * 0.06, happen: () => this.#kill() },
      { weight: faults * Math.sign(this.#jumps) * 0.03, happen: () => this.#jump() },
      { weight: this.#isQueued() ? 0.08 : 0, happen: () => this.#freeRunner() },
      { weight: faults * Math.sign(this.#cuts) * 0.05, happen: () => this.#cut() },
      {
        weight: this.#living.length < this.#wanted ? (this.#living.length === 0 ? 2 : 0.3) : 0,
        happen: () => this.#begin(),
      },
    ];
  }

  /** Something is being armed, or its job waits for a runner: what people do now is most likely to do harm. */
  #isDelicate(): boolean {
    const arming = this.#scheduler
      .waiting()
      .some(({ what }) => /putEnvironmentSecret|answerGate|leases.take|GitHub dispatch/.test(what));
    return arming || this.#isQueued();
  }

  /** A job waits for a runner. */
  #isQueued(): boolean {
    const { github, cast } = this.#world;
    if (!github.core.queueHeld) return false;
    return [...cast.widget.runs.values()].some((run) =>
      run.attempts.at(-1)?.jobs.some(({ status }) => status === "queued"),
    );
  }

  #give(fits: (what: string) => boolean): void {
    const places = this.#scheduler.waiting().flatMap(({ what }, index) => (fits(what) ? [index] : []));
    const place = this.#random.pick(places);
    const given = this.#scheduler.waiting()[place];
    if (given !== undefined && given.what !== "idle") this.#note(`${given.who} ${given.what}`);
    this.#scheduler.give(place);
  }

  #webhook(): void {
    const { hooks } = this.#world.github;
    // Mostly in order, as GitHub does, and not always, as GitHub says.
    const one = this.#random.chance(0.7) ? hooks.held[0] : this.#random.pick(hooks.held);
    if (one === undefined) return;
    const lost = !this.#calm && this.#lost > 0 && this.#random.chance(0.15);
    if (lost) this.#lost -= 1;
    this.#note(`${one.event}.${one.action ?? ""} is ${lost ? "lost" : "sent"}`);
    if (lost) this.#fates.count("webhook lost");
    const again = !lost && !this.#calm && this.#random.chance(0.05);
    void hooks.sendHeld(one, lost ? "lose" : "send");
    if (!again) return;
    this.#fates.count("webhook doubled");
    hooks.held.push(one);
  }

  #finishJob(): void {
    const { runner } = this.#world;
    const job = runner.jobs.splice(this.#random.below(runner.jobs.length), 1)[0];
    if (job === undefined) return;
    const token = job.order.secrets["NPM_TOKEN"];
    const version = job.order.event.inputs["version"] ?? "";
    // npm's second factor is answered for the first attempt only; a token that passes without it needs no answer.
    const able = token !== undefined && this.#random.chance(job.order.runAttempt === 1 ? 0.8 : 0.4);
    const good = able && this.#world.publish(version, job.order.runId, token);
    this.#note(`the job of run ${job.order.runId} ends: ${good ? `published ${version}` : "failed"}`);
    job.finish(good ? "success" : "failure");
  }

  /** The first of what GitHub took in happens. */
  #land(): void {
    const [late] = this.#late.sort((one, other) => one.until.getTime() - other.until.getTime()).splice(0, 1);
    if (late === undefined) return;
    this.#note(late.what);
    late.land();
  }

  /** A runner takes jobs that stayed queued. */
  #freeRunner(): void {
    this.#note("a runner is free");
    this.#world.github.engine.releaseQueue();
  }

  /** The machine slept, or its clock was put right. */
  #jump(): void {
    this.#jumps -= 1;
    this.#fates.count("clock jumped");
    this.#advance(this.#random.pick([20_000, 120_000, 1_800_000]));
  }

  /** Time goes on: far where nothing is under way, a little where something is. */
  #time(calm: boolean): void {
    const now = this.#world.clock.now().getTime();
    // Most of the calm hour goes by in strides: what is to be settled by the minute is settled in its first quarter.
    const stride = this.#over - now < 2_700_000 ? 900_000 : 60_000;
    const ms = calm ? Math.max(200, Math.min(this.#due() - now, stride)) : this.#random.pick([100, 500, 2_000]);
    this.#advance(ms);
  }

  #advance(ms: number): void {
    const { clock, github } = this.#world;
    const then = clock.now().getTime() + ms;
    while (this.#late.some(({ until }) => until.getTime() <= then)) this.#land();
    clock.advance(ms);
    this.#note(`${(clock.now().getTime() - Date.UTC(2026, 10, 23, 8)) / 1000} s`);
    github.engine.tick();
    const [minute, before] = [Math.floor(then / 60_000), this.#minute];
    if (minute === before) return;
    this.#minute = minute;
    const working = this.#living.find(({ instance }) => instance?.working === true)?.instance;
    if (working === undefined || working === null) return;
    void askReconcile(working.parts).catch(() => undefined);
    if (Math.floor(minute / 5) !== Math.floor(before / 5)) void askDeliveries(working.parts).catch(() => undefined);
  }

  #people(): void {
    const [name] = this.#plan;
    if (name === undefined) return;
    const instance = this.#living.find((one) => one.instance?.working === true)?.instance ?? null;
    const store = this.#database.connect(`people-${this.#plan.length}`).store;
    const comments = [...this.#world.cast.widget.comments.values()];
    const announced = [...this.#database.look("Release")].filter(({ id }) =>
      comments.some(({ body }) => body.includes(`<!-- countersign ${this.#world.cast.widget.id} ${id} -->`)),
    );
    const waiting = announced.find(({ state }) => state === "waiting")?.sha ?? null;
    const queued = this.#queueHeld ? this.#isQueued() : null;
    const scene = { queued, world: this.#world, random: this.#random, store, instance, waiting };
    this.#patience -= 1;
    if (this.#patience > 0 && isPutOff(name, scene)) return;
    this.#plan.shift();
    const deed = deedOf(name, scene);
    this.#note(deed === null ? `${name}: not now` : name);
    deed?.();
    const written = [...this.#world.cast.widget.comments.values()].at(-1);
    if (written !== undefined)
      this.#saw.set(
        written.id,
        announced.map(({ id }) => id),
      );
  }

  #kill(): void {
    const one = this.#random.pick(this.#living);
    this.#kills -= 1;
    this.#fates.count("killed");
    this.#note(`${one.name} is killed`);
    this.#end(one);
  }

  #cut(): void {
    const one = this.#living[0];
    if (one === undefined) return;
    this.#cuts -= 1;
    this.#fates.count("connections cut");
    this.#note(`the connections of ${one.name} are cut`);
    one.connection.cut();
  }

  /** Nothing fails any more, an instance is there, and an hour passes. */
  async #hourOfCalm(): Promise<void> {
    this.#calm = true;
    this.#fates.rate = 0;
    this.#note("calm");
    this.#over = this.#world.clock.now().getTime() + 3_600_000;
    for (let turn = 0; this.#world.clock.now().getTime() < this.#over || this.#restless(); turn += 1) {
      if (turn > mostSteps) return this.#violate("It doesn't come to rest.");
      await this.#turn();
      await this.#scheduler.quiet();
    }
    this.#look();
    for (const wrong of atRest({ world: this.#world, database: this.#database }, this.#unanswered))
      this.#violate(wrong);
  }

  #restless(): boolean {
    const busy = this.#scheduler.waiting().some(({ what }) => what !== "idle");
    return busy || this.#world.github.hooks.held.length > 0 || this.#due() <= this.#world.clock.now().getTime();
  }

  /** When the next piece of work is due. */
  #due(): number {
    let due = Infinity;
    for (const table of ["Delivery", "Task"] as const)
      for (const row of this.#database.look(table))
        if (row.state === "waiting")
          due = Math.min(due, Math.max(row.nextAt.getTime(), row.lockedUntil?.getTime() ?? 0));
    return due;
  }

  /** What must hold at any point. */
  #look(): void {
    const seen = { world: this.#world, database: this.#database };
    const { jobs } = this.#world.runner;
    for (const { order } of jobs.filter((job) => !this.#jobs.has(job.order.jobId))) {
      this.#jobs.add(order.jobId);
      this.#note(`the job of run ${order.runId} starts`);
      this.#violate(jobStarted(seen, order));
    }
    this.#violate(approvedUnseen(seen, this.#saw));
    this.#violate(secretWithoutLease(seen));
    this.#violate(freedTooEarly(seen));
    const leases = new Map([...this.#database.look("Lease")].map((lease) => [lease.releaseId, lease.state]));
    for (const { id, state } of this.#database.look("Release"))
      this.#states.add(`${state}/${leases.get(id) ?? "none"}`);
  }

  #violate(wrong: string | null): void {
    if (wrong === null || this.#violations.includes(wrong)) return;
    this.#violations.push(wrong);
    this.#note(`VIOLATION: ${wrong}`);
  }

  #note(what: string): void {
    this.#history.push(what);
  }
}
