import type { RunConnection } from "./database.ts";
import type { Late } from "./github.ts";
import { startInstance } from "./instance.ts";
import type { Instance, InstanceParts } from "./instance.ts";
import type { Stage } from "./stage.ts";
import { databaseRefused } from "./store/index.ts";

interface Living {
  instance: Instance | null;
  connection: RunConnection;
  name: string;
  /** Rejects when it is killed: whoever talks to it hears nothing more. */
  gone: PromiseWithResolvers<never>;
}

/** The instances of the app in one run: how they begin, what they are reached by, and how they end. */
export class Instances {
  readonly #stage: Stage;
  readonly #landsLate: (late: Late) => void;
  #living: Living[] = [];
  #started = 0;
  #ids = 0;
  /** Comments to which GitHub refused a reaction. */
  readonly unanswered = new Set<number>();

  constructor(stage: Stage, landsLate: (late: Late) => void) {
    this.#stage = stage;
    this.#landsLate = landsLate;
  }

  get count(): number {
    return this.#living.length;
  }

  /** The first that is at work. */
  working(): Instance | null {
    return this.#living.find(({ instance }) => instance?.working === true)?.instance ?? null;
  }

  async begin(): Promise<void> {
    const { chronicle, database } = this.#stage;
    this.#started += 1;
    const name = `app-${this.#started}`;
    chronicle.note(`${name} starts`);
    const gone = Promise.withResolvers<never>();
    gone.promise.catch(() => undefined);
    const connection = await database.connect(name, async (what, when) => await this.#step(name, what, when));
    const living: Living = { name, connection, gone, instance: null };
    this.#living.push(living);
    living.instance = await startInstance(this.#partsOf(living));
  }

  async kill(): Promise<void> {
    const { random, lot, chronicle } = this.#stage;
    const one = random.pick(this.#living);
    lot.kills -= 1;
    lot.fates.count("killed");
    chronicle.note(`${one.name} is killed`);
    await this.#end(one);
  }

  async cut(): Promise<void> {
    const { lot, chronicle } = this.#stage;
    const one = this.#living[0];
    if (one === undefined) return;
    lot.cuts -= 1;
    lot.fates.count("connections cut");
    chronicle.note(`the connections of ${one.name} are cut`);
    await one.connection.cut();
  }

  /** A webhook reaches whichever instance is there; nobody: GitHub's log says that it failed. */
  async arrive(request: Request): Promise<Response> {
    const ready = this.#living.filter(({ instance }) => instance !== null);
    if (ready.length === 0) throw new Error("nobody listens");
    const { instance, gone } = this.#stage.random.pick(ready);
    return await Promise.race([instance?.hear(request) ?? gone.promise, gone.promise]);
  }

  async endAll(): Promise<void> {
    for (const one of this.#living) await this.#end(one);
  }

  async #end(living: Living): Promise<void> {
    const { scheduler } = this.#stage;
    scheduler.kill(living.name);
    living.gone.reject(new Error("killed"));
    this.#living = this.#living.filter((one) => one !== living);
    await scheduler.outside(async () => await living.connection.kill());
  }

  /** A statement of the database, which may refuse. */
  async #step(name: string, what: string, when: "before" | "after"): Promise<void> {
    const { calm, scheduler, random, chronicle } = this.#stage;
    const { fates } = this.#stage.lot;
    // Without faults it matters no more what comes between two statements; between two calls of GitHub it still does.
    if (calm) return;
    await scheduler.step(name, `${what} (${when})`);
    if (fates.rate === 0 || !random.chance(0.0003)) return;
    fates.count(`database ${when}`);
    chronicle.note(`the database refuses ${name} ${what} (${when})`);
    throw databaseRefused(what);
  }

  #partsOf(living: Living): InstanceParts {
    const { scheduler, lot, random, chronicle, world } = this.#stage;
    const { clock, cast, github, publicUrl, registry } = world;
    return {
      ...{ who: living.name, scheduler, fates: lot.fates, clock, cast, publicUrl, registry },
      githubUrl: github.url,
      fetch: async (request) => await github.fetch(request),
      store: living.connection.store,
      nextId: () => `id${String((this.#ids += 1)).padStart(6, "0")}`,
      died: () => {
        chronicle.note(`${living.name} could not begin`);
        void this.#end(living);
      },
      violate: (wrong) => chronicle.violate(wrong),
      landsLate: this.#landsLate,
      putLate: (environment, secret) => () => {
        const held = cast.widget.environments.find((one) => one.name === environment);
        if (held !== undefined) github.putSecret(held.secrets, secret, "npm_landed-late");
      },
      cancelLate: (runId) => () => {
        const run = cast.widget.runs.get(runId);
        if (run !== undefined) github.cancelRun(cast.widget, run);
      },
      putsLate: () => !this.#stage.calm && lot.latePuts > 0 && (lot.latePuts -= 1) >= 0,
      unanswered: this.unanswered,
      cancelsSlowly: () => lot.slowCancel && random.chance(0.9),
    };
  }
}
