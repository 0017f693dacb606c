import { join } from "node:path";
import { AppProcess } from "../support/child.ts";
import { freePort } from "../support/story.ts";
import { randomOf } from "../simulate/random.ts";
import type { Random } from "../simulate/random.ts";
import { startGitHub } from "../world/github/index.ts";
import type { GitHub } from "../world/github/index.ts";
import { createJudge } from "../world/judge/index.ts";
import type { Judge } from "../world/judge/index.ts";
import { startPaperRegistry } from "../world/paper/registry.ts";
import type { PaperRegistry } from "../world/paper/registry.ts";
import { startBalancer } from "./balancer.ts";
import type { Balancer } from "./balancer.ts";
import { secretsNow, secretsWithoutLease, strayComments, unsettled, wrongAtRest } from "./checks.ts";
import type { Seen } from "./checks.ts";
import { JumpingClock } from "./clock.ts";
import { Instances } from "./instances.ts";
import { look } from "./look.ts";
import type { Rows } from "./look.ts";
import { People } from "./people.ts";
import { createQuickRunner } from "./runner.ts";
import type { QuickRunner } from "./runner.ts";
import { sealTokens, setScene, tokenBeginning } from "./scene.ts";
import type { StoreKind, StoryStore } from "./stores.ts";

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

/** Calls at which it hurts most to die. */
const tender = [
  "issues/create-comment",
  "issues/update-comment",
  "actions/create-workflow-dispatch",
  "actions/create-or-update-environment-secret",
  "actions/review-custom-gates-for-run",
  "actions/delete-environment-secret",
  "actions/get-environment-secret",
];

/** One turn of people and checks, in milliseconds of the wall clock. */
const turnMs = 40;
/** How long a GitHub call is waited for before the kill comes all the same, in milliseconds. */
const killPatienceMs = 2_500;
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
  readonly #judge: Judge = createJudge();
  readonly #history: string[] = [];
  readonly #violations: string[] = [];
  readonly #began = performance.now();
  #github!: GitHub;
  #registry!: PaperRegistry;
  #runner!: QuickRunner;
  #balancer: Balancer | null = null;
  #apps!: Instances;
  #people: People[] = [];
  #seen!: Seen;
  #playing = true;
  #rows: Rows | null = null;
  /** Texts that no log may hold. */
  #secret: string[] = [];

  constructor(options: StoryOptions) {
    this.#options = options;
    this.#random = randomOf(options.seed);
    this.#clock = new JumpingClock((clockAhead) => this.#apps.tell({ clockAhead }));
  }

  async play(): Promise<Outcome> {
    await this.#open();
    try {
      this.#apps.begin(0);
      for (let index = 1; index < this.#apps.all.length; index += 1) this.#apps.begin(index);
      await this.#apps.ready();
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
      await this.#close();
    }
    return this.#outcome();
  }

  async #open(): Promise<void> {
    const { seed, store, instances = 1 } = this.#options;
    const random = randomOf(seed + 1_000_000);
    const ports = await Promise.all(Array.from({ length: instances }, freePort));
    const targets = ports.map((port) => `http://127.0.0.1:${port}`);
    if (instances > 1) this.#balancer = await startBalancer(() => targets, await freePort());
    const publicUrl = this.#balancer?.url ?? targets[0] ?? "";
    this.#registry = await startPaperRegistry();
    const versions = new Set<string>();
    this.#runner = createQuickRunner({
      milliseconds: () => 30 + random.below(1200),
      fails: () => random.chance(0.1),
      note: (what) => this.#note(what),
      publish: ({ repository, event: { inputs } }) => {
        const name = `@acme/${repository.name}`;
        const version = inputs["version"] ?? "";
        if (versions.has(`${name} ${version}`)) this.#violate(`npm was asked to publish ${name} ${version} twice.`);
        versions.add(`${name} ${version}`);
        this.#registry.write(name, version);
        return true;
      },
    });
    this.#github = await startGitHub({ now: () => this.#clock.now(), judge: this.#judge, runner: this.#runner });
    const { cast, places } = setScene(this.#github, publicUrl, ["gadget", "gizmo"]);
    for (const place of places) this.#registry.write(place.package, "1.0.0");
    this.#seen = { github: this.#github, cast, places, runner: this.#runner };
    await store.before(async (open) => await sealTokens(open, cast, places, this.#clock.now()));
    this.#people = places.map(
      (place) =>
        new People({
          ...{ place, github: this.#github, cast },
          random: randomOf(this.#random.below(2 ** 30)),
          note: (what) => this.#note(what),
        }),
    );
    const { app } = cast;
    this.#secret = [tokenBeginning, app.clientSecret, app.webhookSecret, app.privateKey.split("\n")[1] ?? "-----BEGIN"];
    const env = {
      PUBLIC_URL: publicUrl,
      GITHUB_URL: this.#github.url,
      OIDC_ISSUER: this.#runner.issuer,
      APP_ID: String(app.id),
      PRIVATE_KEY: app.privateKey,
      CLIENT_ID: app.clientId,
      CLIENT_SECRET: app.clientSecret,
      WEBHOOK_SECRET: app.webhookSecret,
      NPM_REGISTRY: this.#registry.url,
      LOG_LEVEL: "debug",
      MUTANT: this.#options.mutant ?? "",
      ...store.env,
    };
    const preload = join(import.meta.dirname, "preload.ts");
    this.#apps = new Instances(
      ports.map((port) => new AppProcess({ ...env, PORT: String(port) }, { preload })),
      () => ({ CLOCK_AHEAD: String(this.#clock.ahead) }),
      (what) => this.#note(what),
    );
  }

  /** People do what they do, and what must hold at any point is looked at, until the story is over. */
  async #turns(): Promise<void> {
    for (let turn = 0; this.#playing; turn += 1) {
      for (const one of this.#people) one.turn(this.#wanting);
      if (turn % 5 === 0) await this.#look();
      await pause(turnMs);
    }
  }

  get #wanting(): boolean {
    return this.#calmAt === null;
  }
  #calmAt: number | null = null;

  async #look(): Promise<Rows | null> {
    const before = secretsNow(this.#seen.places);
    const rows = await look(await this.#options.store.url());
    if (rows === null) return null;
    this.#rows = rows;
    for (const wrong of secretsWithoutLease(before, rows, this.#seen)) this.#violate(wrong);
    return rows;
  }

  async #killThem(): Promise<void> {
    const kills = this.#options.kills ?? 18 + this.#random.below(10);
    while (this.#apps.kills < kills) {
      this.#apps.lookForTheDead();
      const index = this.#random.below(this.#apps.all.length);
      const where = await this.#moment(index);
      await this.#apps.kill(index, where);
      await this.#jump(this.#random.pick([0, 0, 2_000, 10_000, 25_000]));
      this.#apps.begin(index);
    }
  }

  /** Waits for the moment of the next kill: somewhere in time, or at a call to GitHub. Returns its name. */
  async #moment(index: number): Promise<string> {
    const drawn = this.#random.next();
    const ms = this.#random.below(3_000);
    if (drawn < 0.45) {
      await pause(ms);
      return `after ${ms} ms`;
    }
    const operation = drawn < 0.65 ? null : this.#random.pick(tender);
    const nth = 1 + this.#random.below(operation === null ? 25 : 2);
    const when = this.#random.pick(["before", "after", "instead of"] as const);
    const came = Promise.withResolvers<string>();
    const name = `${when} ${operation ?? "any call"} (${nth})`;
    // GitHub's answer waits until the process is dead.
    const dead = async (): Promise<void> => {
      came.resolve(name);
      await this.#apps.kill(index, name);
    };
    const off = this.#github.core.faults.on({
      ...(operation === null ? {} : { operation }),
      ...{ nth, times: 1 },
      ...(when === "after" ? { after: dead } : { before: dead, dropRequest: when === "instead of" }),
    });
    const timer = setTimeout(() => came.resolve(`after ${killPatienceMs} ms without ${name}`), killPatienceMs);
    const where = await came.promise;
    clearTimeout(timer);
    off();
    return where;
  }

  /** Time goes on, for GitHub and every instance, once no request is under way: none of them takes as long as that. */
  async #jump(ms: number): Promise<void> {
    if (ms === 0) return;
    for (let tries = 0; tries < 20; tries += 1) {
      await pause(10);
      if (this.#github.core.log.every(({ status, at }) => status !== 0 || this.#since(at) > 1_000)) break;
    }
    this.#clock.jump(ms);
    this.#note(`${ms / 1000} s pass`);
    this.#github.engine.tick();
  }

  #since(at: Date): number {
    return this.#clock.now().getTime() - at.getTime();
  }

  /** Nobody is killed any more, and time passes until everything has come to rest. */
  async #calm(): Promise<void> {
    this.#calmAt = performance.now();
    this.#note("calm");
    for (let jumps = 0; ; jumps += 1) {
      this.#apps.lookForTheDead();
      await this.#apps.ready();
      const left = await this.#quiet();
      if (left.length === 0 && this.#people.every((one) => one.content)) return;
      if (jumps === (this.#options.patience ?? mostJumps)) {
        this.#violate("It doesn't come to rest.");
        for (const what of left) this.#violate(what);
        return;
      }
      await this.#jump(25_000);
      // What was lost is asked for at a start; the five-minute clockwork does the same, in real time only.
      if (jumps % 3 === 2) for (let index = 0; index < this.#apps.all.length; index += 1) await this.#restart(index);
    }
  }

  async #restart(index: number): Promise<void> {
    await this.#apps.drain(index);
    this.#apps.begin(index);
    await this.#apps.ready();
  }

  /** What is unsettled when nothing has moved for a while. */
  async #quiet(): Promise<string[]> {
    let before = "";
    for (const began = performance.now(); ;) {
      const rows = await this.#look();
      const left = rows === null ? ["no database"] : unsettled(rows, this.#seen, this.#clock.now());
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
    else for (const wrong of wrongAtRest(rows, this.#seen)) this.#violate(wrong);
    for (const name of secretsNow(this.#seen.places).keys()) this.#violate(`${name} is left.`);
    for (let index = 0; index < this.#apps.all.length; index += 1) await this.#apps.drain(index);
    for (const wrong of this.#apps.wrong) this.#violate(wrong);
    const said = this.#apps.all.flatMap(({ output }) => output).join("");
    for (const text of this.#secret) if (said.includes(text)) this.#violate(`A log holds ${text.slice(0, 12)}….`);
    for (const { kind, of, sentence } of this.#judge.violations) this.#violate(`${kind} ${of}: ${sentence}`);
  }

  async #close(): Promise<void> {
    for (const app of this.#apps.all) await app.kill();
    await this.#balancer?.shut();
    await this.#github.close();
    await this.#registry.close();
    await this.#options.store.drop();
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
    const { kills, killedStarting, drains } = this.#apps;
    return {
      ...{ seed, store: store.kind, instances, kills, killedStarting, drains },
      ...{ releases: rows.releases.length, ends },
      published: this.#runner.done.filter((job) => job.published).length,
      secretsLeft: has(/ is left\.$|no lease is open/),
      lost: has(/never answered|hasn't come to an end|never arrived|doesn't say so/),
      twice: has(/twice/),
      strayComments: strayComments(rows, this.#seen),
      redelivered: this.#github.core.state.deliveries.filter((one) => one.redelivery).length,
      gitHubCalls: this.#github.core.log.length,
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

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}
