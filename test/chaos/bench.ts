import { join } from "node:path";
import { askDeliveries, askReconcile } from "../../src/jobs/schedule.ts";
import { quiet } from "../../src/store/log.ts";
import { openStore } from "../../src/store/open.ts";
import { AppProcess } from "../support/child.ts";
import { freePort } from "../support/story.ts";
import { appEnv } from "../world/app-env.ts";
import type { Cast } from "../world/cast.ts";
import { startGitHub } from "../world/github/index.ts";
import type { GitHub } from "../world/github/index.ts";
import type { CommentState, UserState } from "../world/github/state.ts";
import { createJudge } from "../world/judge/index.ts";
import type { Judge } from "../world/judge/index.ts";
import { startPaperRegistry } from "../world/paper/registry.ts";
import type { PaperRegistry } from "../world/paper/registry.ts";
import { createPaperRunner } from "../world/paper/runner.ts";
import type { PaperRunner } from "../world/paper/runner.ts";
import { startBalancer } from "./balancer.ts";
import type { Balancer } from "./balancer.ts";
import { JumpingClock } from "./clock.ts";
import { look } from "./look.ts";
import type { Rows } from "./look.ts";
import { sealTokens, setScene } from "./scene.ts";
import type { Place } from "./scene.ts";
import type { StoryStore } from "./stores.ts";

/** The app as a process, with a world around it whose parts can be taken away. GitHub's API lies behind a door of its own. */
export class Bench {
  readonly judge: Judge = createJudge();
  readonly runner: PaperRunner = createPaperRunner();
  readonly clock = new JumpingClock((clockAhead) => this.app.send({ clockAhead }));
  github!: GitHub;
  /** Shut, GitHub refuses connections. */
  door!: Balancer;
  registry!: PaperRegistry;
  cast!: Cast;
  places!: Place[];
  app!: AppProcess;
  store!: StoryStore;
  publicUrl = "";

  static async open(store: StoryStore): Promise<Bench> {
    const bench = new Bench();
    bench.store = store;
    bench.publicUrl = `http://127.0.0.1:${await freePort()}`;
    bench.registry = await startPaperRegistry();
    const { judge, runner } = bench;
    bench.github = await startGitHub({ now: () => bench.clock.now(), judge, runner });
    const inside = bench.github.url;
    bench.door = await startBalancer(() => [inside]);
    bench.github.core.url = bench.door.url;
    Object.assign(bench, setScene(bench.github, bench.publicUrl, ["gadget", "gizmo"]));
    for (const place of bench.places) bench.registry.write(place.package, "1.0.0");
    await store.before(async (open) => await sealTokens(open, bench.cast, bench.places, bench.clock.now()));
    const env = appEnv(bench, bench.cast, bench.publicUrl);
    const preload = join(import.meta.dirname, "preload.ts");
    bench.app = new AppProcess({ ...env, ...store.env }, { preload });
    await bench.start();
    return bench;
  }

  async start(): Promise<void> {
    await this.app.start({ CLOCK_AHEAD: String(this.clock.ahead) });
  }

  say(by: UserState, words: string, place = this.places[0]): CommentState {
    if (place === undefined) throw new Error("there is no such place");
    return this.github.comment(place.repository, place.issue, by, words);
  }

  /** The newest status comment of a place. */
  status(place = this.places[0]): string {
    if (place === undefined) return "";
    const found = this.github
      .comments(place.repository, place.issue)
      .findLast((one) => one.userId === this.cast.app.botId && one.body.includes("<!-- countersign"));
    return found?.body ?? "";
  }

  /** What GitHub's log says of the last attempt to deliver a comment. */
  delivered(comment: CommentState): number | undefined {
    return this.github.core.state.deliveries.findLast(({ payload }) => payload.includes(`"id":${comment.id},`))
      ?.statusCode;
  }

  async until(holds: () => boolean | Promise<boolean>, what: string, ms = 30_000): Promise<void> {
    const end = performance.now() + ms;
    while (!(await holds())) {
      if (performance.now() > end)
        throw new Error(`${what} did not happen\n${this.status()}\n${this.app.output.join("").slice(-3000)}`);
      await new Promise((turn) => setTimeout(turn, 20));
    }
  }

  /** Asked for, approved, and its job has the token. */
  async untilRunning(version = "1.2.0"): Promise<void> {
    this.say(this.cast.alice, `/release ${version}`);
    await this.untilAnnounced();
    this.approve();
    await this.until(() => this.runner.jobs.length > 0 && this.status().startsWith("### 🚀"), "the job");
  }

  /** The status comment is there, and the app knows that it is: a word that comes sooner is too early. */
  async untilAnnounced(place = this.places[0]): Promise<void> {
    await this.until(async () => {
      if (!this.status(place).startsWith("### ✋")) return false;
      const releases = (await this.rows())?.releases ?? [];
      const newest = releases.findLast((one) => one.repositoryId === place?.repository.id);
      return newest !== undefined && newest.statusCommentId !== null;
    }, "the announcement");
  }

  approve(): CommentState {
    return this.say(this.cast.bob, `/approve ${/`([0-9a-f]{7})`/.exec(this.status())?.[1] ?? ""}`);
  }

  /** The running job publishes and ends. */
  finishJob(version = "1.2.0"): void {
    this.registry.write("@acme/widget", version);
    this.runner.jobs.at(-1)?.finish("success");
  }

  /** What the clockwork asks for every minute and every five, now: real minutes would be waited for otherwise. */
  async clockwork(): Promise<void> {
    const databaseUrl = await this.store.url();
    if (databaseUrl === null) throw new Error("the database isn't there");
    const store = await openStore({ databaseUrl, log: quiet });
    const ids = { next: () => `clockwork-${performance.now()}` };
    await askReconcile({ store, clock: this.clock, ids });
    await askDeliveries({ store, clock: this.clock, ids });
    await store.close();
  }

  /** Time passes for everybody, and the workers look. */
  async pass(ms: number): Promise<void> {
    this.clock.jump(ms);
    this.github.engine.tick();
    await new Promise((turn) => setTimeout(turn, 50));
  }

  /** Everything that is due by the clock has been tried. */
  async nothingDue(): Promise<void> {
    await this.until(async () => {
      const rows = await this.rows();
      const now = this.clock.now();
      return rows !== null && rows.tasks.every((one) => one.state === "dead" || one.nextAt > now);
    }, "what is due to be tried");
  }

  /** Comments whose webhook isn't stored. */
  async neverArrived(): Promise<string[]> {
    const stored = new Set((await this.rows())?.deliveries.map(({ guid }) => guid));
    return this.github.core.state.deliveries
      .filter(({ event, guid }) => event === "issue_comment" && !stored.has(guid))
      .map(({ guid }) => guid);
  }

  async rows(): Promise<Rows | null> {
    return await look(await this.store.url());
  }

  /** The status of one of our own addresses; 0: nobody listens. */
  async ask(path: string): Promise<number> {
    return await fetch(`${this.publicUrl}${path}`).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => 0,
    );
  }

  async close(): Promise<void> {
    await this.app.kill();
    await this.door.shut();
    await this.github.close();
    await this.registry.close();
    await this.store.drop();
  }
}
