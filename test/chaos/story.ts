import { randomOf } from "../simulate/random.ts";
import type { Random } from "../simulate/random.ts";
import { secretsNow, secretsWithoutLease, strayComments, unsettled, wrongAtRest } from "./checks.ts";
import { JumpingClock } from "./clock.ts";
import { look } from "./look.ts";
import type { Rows } from "./look.ts";
import { nextMoment, pause } from "./moments.ts";
import type { StoreKind, StoryStore } from "./stores.ts";
import { openChaosWorld } from "./world.ts";
import type { ChaosWorld } from "./world.ts";

export interface StoryOptions {
  seed: number;
  store: StoryStore;
  instances?: number;
  /** SIGKILLs, at least; a seed decides where it isn't given. */
  kills?: number;
  /** A build that is broken on purpose (test/simulate/mutants.ts). */
  mutant?: string;
  /** How often time jumps ahead before a story that hasn't come to rest is given up. */
  patience?: number;
}

/** What became of one story. */
export interface Outcome {
  seed: number;
  store: StoreKind;
  instances: number;
  kills: number;
  killedStarting: number;
  drains: number;
  releases: number;
  ends: Record<string, number>;
  published: number;
  secretsLeft: number;
  lost: number;
  twice: number;
  strayComments: number;
  redelivered: number;
  gitHubCalls: number;
  seconds: number;
  violations: string[];
  history: string[];
}

/** One turn of people and checks, in milliseconds of the wall clock. */
const turnMs = 40;
/** The last of GitHub's redeliveries comes half an hour after the first attempt (src/domain/deliveries.ts). */
const mostJumps = 120;

/** Plays one story to its end. The seed decides what people want and when who is killed; the machine decides the rest. */
export async function playStory(options: StoryOptions): Promise<Outcome> {
  return await new ChaosStory(options).play();
}

class ChaosStory {
  readonly #options: StoryOptions;
  readonly #random: Random;
  readonly #clock: JumpingClock;
  readonly #history: string[] = [];
  readonly #violations: string[] = [];
  readonly #began = performance.now();
  #world!: ChaosWorld;
  #playing = true;
  /** Nobody is killed any more, and people want nothing new. */
  #isCalm = false;
  #rows: Rows | null = null;

  constructor(options: StoryOptions) {
    this.#options = options;
    this.#random = randomOf(options.seed);
    this.#clock = new JumpingClock((clockAhead) => this.#world.apps.tell({ clockAhead }));
  }

  async play(): Promise<Outcome> {
    const { store, instances = 1, mutant = "" } = this.#options;
    this.#world = await openChaosWorld({
      ...{ random: this.#random, clock: this.#clock, store, instances, mutant },
      note: (what) => this.#note(what),
      violate: (wrong) => this.#violate(wrong),
    });
    const { apps } = this.#world;
    try {
      for (const index of apps.all.keys()) apps.begin(index);
      await apps.ready();
      const turns = this.#turns();
      try {
        await this.#killThem();
        await this.#calm();
      } finally {
        this.#playing = false;
        await turns;
      }
      await this.#end();
    } finally {
      await this.#world.close();
    }
    return this.#outcome();
  }

  /** People do what they do, and what must hold at any point is looked at, until the story is over. */
  async #turns(): Promise<void> {
    for (let turn = 0; this.#playing; turn += 1) {
      for (const one of this.#world.people) one.turn(!this.#isCalm);
      if (turn % 5 === 0) await this.#look();
      await pause(turnMs);
    }
  }

  async #look(): Promise<Rows | null> {
    const before = secretsNow(this.#world.places);
    const rows = await look(await this.#options.store.url());
    if (rows === null) return null;
    this.#rows = rows;
    for (const wrong of secretsWithoutLease(before, rows, this.#world)) this.#violate(wrong);
    return rows;
  }

  async #killThem(): Promise<void> {
    const { apps, github } = this.#world;
    const kills = this.#options.kills ?? 18 + this.#random.below(10);
    while (apps.kills < kills) {
      apps.lookForTheDead();
      const index = this.#random.below(apps.all.length);
      // Mostly in the middle of work; else also while it starts.
      if (this.#random.chance(0.75)) await apps.ready();
      const where = await nextMoment(this.#random, github, (at) => apps.kill(index, at));
      await apps.kill(index, where);
      await this.#jump(this.#random.pick([0, 0, 2_000, 10_000, 25_000]));
      apps.begin(index);
    }
  }

  /** Time goes on, for GitHub and every instance, once no request is under way: none of them takes as long as that. */
  async #jump(ms: number): Promise<void> {
    if (ms === 0) return;
    for (let tries = 0; tries < 20; tries += 1) {
      await pause(10);
      if (this.#world.github.core.log.every(({ status, at }) => status !== 0 || this.#since(at) > 1_000)) break;
    }
    this.#clock.jump(ms);
    this.#note(`${ms / 1000} s pass`);
    this.#world.github.engine.tick();
  }

  #since(at: Date): number {
    return this.#clock.now().getTime() - at.getTime();
  }

  /** Nobody is killed any more, and time passes until everything has come to rest. */
  async #calm(): Promise<void> {
    this.#isCalm = true;
    this.#note("calm");
    for (let jumps = 0; ; jumps += 1) {
      this.#world.apps.lookForTheDead();
      await this.#world.apps.ready();
      const left = await this.#quiet();
      if (left.length === 0 && this.#world.people.every((one) => one.content)) return;
      if (jumps === (this.#options.patience ?? mostJumps)) {
        this.#violate("It doesn't come to rest.");
        for (const what of left) this.#violate(what);
        return;
      }
      // What was lost is a minute old by then, and asked for at a start; the five-minute clockwork does the same, in real time only.
      if (jumps % 3 === 0) await this.#restart(65_000);
      else await this.#jump(25_000);
    }
  }

  /** All of them end as they should, and start again later. */
  async #restart(later: number): Promise<void> {
    const { apps } = this.#world;
    for (const index of apps.all.keys()) await apps.drain(index);
    await this.#jump(later);
    for (const index of apps.all.keys()) apps.begin(index);
    await apps.ready();
  }

  /** What is unsettled when nothing has moved for a while. */
  async #quiet(): Promise<string[]> {
    let before = "";
    for (const began = performance.now(); ;) {
      const rows = await this.#look();
      const left = rows === null ? ["no database"] : unsettled(rows, this.#world, this.#clock.now());
      const now = left.join("\n");
      if (left.length === 0 || performance.now() - began > 10_000) return left;
      if (now === before && !left.some((what) => /busy|jobs run|^task/.test(what))) return left;
      before = now;
      await pause(500);
    }
  }

  async #end(): Promise<void> {
    const rows = this.#rows;
    if (rows === null) this.#violate("The database couldn't be read.");
    else for (const wrong of wrongAtRest(rows, this.#world)) this.#violate(wrong);
    for (const name of secretsNow(this.#world.places).keys()) this.#violate(`${name} is left.`);
    for (let index = 0; index < this.#world.apps.all.length; index += 1) await this.#world.apps.drain(index);
    for (const wrong of this.#world.apps.wrong) this.#violate(wrong);
    const said = this.#world.apps.all.flatMap(({ output }) => output).join("");
    for (const text of this.#world.secret) if (said.includes(text)) this.#violate(`A log holds ${text.slice(0, 12)}….`);
    for (const { kind, of, sentence } of this.#world.judge.violations) this.#violate(`${kind} ${of}: ${sentence}`);
  }

  #outcome(): Outcome {
    const { seed, store, instances = 1 } = this.#options;
    const rows = this.#rows ?? { releases: [], leases: [], approvals: [], deliveries: [], tasks: [] };
    const ends: Record<string, number> = {};
    for (const { state, endCode } of rows.releases) {
      const end = endCode === null || endCode === state ? state : `${state} ${endCode}`;
      ends[end] = (ends[end] ?? 0) + 1;
    }
    const has = (pattern: RegExp): number => this.#violations.filter((wrong) => pattern.test(wrong)).length;
    const { kills, killedStarting, drains } = this.#world.apps;
    return {
      ...{ seed, store: store.kind, instances, kills, killedStarting, drains },
      ...{ releases: rows.releases.length, ends },
      published: this.#world.runner.done.filter((job) => job.published).length,
      secretsLeft: has(/ is left\.$|no lease is open/),
      lost: has(/never answered|hasn't come to an end|never arrived|doesn't say so/),
      twice: has(/twice/),
      strayComments: strayComments(rows, this.#world),
      redelivered: this.#world.github.core.state.deliveries.filter((one) => one.redelivery).length,
      gitHubCalls: this.#world.github.core.log.length,
      seconds: (performance.now() - this.#began) / 1000,
      ...{ violations: this.#violations, history: this.#history },
    };
  }

  #violate(wrong: string): void {
    if (this.#violations.includes(wrong)) return;
    this.#violations.push(wrong);
    this.#note(`VIOLATION: ${wrong}`);
  }

  #note(what: string): void {
    const at = ((performance.now() - this.#began) / 1000).toFixed(2).padStart(7);
    this.#history.push(`${at} +${Math.round(this.#clock.ahead / 1000)}  ${what}`);
  }
}
