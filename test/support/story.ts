import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import sodium from "libsodium-wrappers";
import { Secret } from "../../src/settings/secret.ts";
import { createLog } from "../../src/settings/log.ts";
import type { Settings, Secrets } from "../../src/settings/settings.ts";
import { startCountersign } from "../../src/start.ts";
import type { Countersign } from "../../src/start.ts";
import { statusPauseMs } from "../../src/desk/after.ts";
import type { Release } from "../../src/domain/release-types.ts";
import type { MemoryDatabase } from "../simulate/store/index.ts";
import { createCast } from "../world/cast.ts";
import type { Cast, CastOptions } from "../world/cast.ts";
import { startGitHub } from "../world/github/index.ts";
import type { GitHub } from "../world/github/index.ts";
import type { CommentState, EnvironmentState, RunState, UserState } from "../world/github/state.ts";
import { createJudge } from "../world/judge/index.ts";
import type { Judge } from "../world/judge/index.ts";
import { startPaperRegistry } from "../world/paper/registry.ts";
import type { PaperRegistry } from "../world/paper/registry.ts";
import { createPaperRunner } from "../world/paper/runner.ts";
import type { PaperRunner } from "../world/paper/runner.ts";
import { TestClock } from "./clock.ts";
import { freshDatabase } from "./database.ts";
import { aToken } from "./rows.ts";

/**
 * A port of loopback that was free a moment ago: the workflow has to name our address before we listen. Below those that a system
 * gives to connections by itself, so that none of them takes it meanwhile.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = createServer();
    const free = await new Promise<boolean>((done) => {
      server.once("error", () => done(false));
      server.listen(port, "127.0.0.1", () => done(true));
    });
    if (!free) continue;
    await new Promise<void>((done) => server.close(() => done()));
    return port;
  }
}

export type StoryOptions = Partial<CastOptions> & {
  mail?: string;
  /** `METRICS_TOKEN` */
  metrics?: string;
  memory?: MemoryDatabase;
  /** A database that is there; without it the story makes one of its own. */
  databaseUrl?: string;
};

/** The whole app in this process, on a database of its own, with a simulated GitHub and a runner and registry on paper. */
export class Story {
  readonly clock = new TestClock();
  readonly judge: Judge = createJudge();
  readonly runner: PaperRunner = createPaperRunner();
  readonly logLines: string[] = [];
  github!: GitHub;
  registry!: PaperRegistry;
  cast!: Cast;
  app!: Countersign;
  publicUrl = "";
  /** `SMTP_URL`, where the story has a mail server. */
  mail: string | null = null;
  /** `METRICS_TOKEN`, where the story has one. */
  metrics: string | null = null;
  /** `WEBHOOK_SECRET`, where it isn't the one that GitHub has. */
  webhookSecrets: string[] | null = null;
  /** A store in memory in place of PostgreSQL; each start of the app connects anew. */
  memory: MemoryDatabase | null = null;
  #databaseUrl = "";
  #port = 0;
  #drop: () => Promise<void> = () => Promise.resolve();

  static async open({ mail, metrics, memory, databaseUrl, ...options }: StoryOptions = {}): Promise<Story> {
    const story = new Story();
    story.mail = mail ?? null;
    story.metrics = metrics ?? null;
    story.memory = memory ?? null;
    await sodium.ready;
    story.#port = await freePort();
    story.publicUrl = `http://127.0.0.1:${story.#port}`;
    if (databaseUrl !== undefined) story.#databaseUrl = databaseUrl;
    else if (story.memory === null) {
      const database = await freshDatabase();
      story.#databaseUrl = database.url;
      story.#drop = database.drop;
    }
    story.registry = await startPaperRegistry();
    story.registry.write("@acme/widget", "1.0.0");
    story.github = await startGitHub({ now: () => story.clock.now(), judge: story.judge, runner: story.runner });
    story.cast = createCast(story, { workflow: "publish-quick.yml", ...options, publicUrl: story.publicUrl });
    await story.startApp();
    return story;
  }

  async startApp(): Promise<void> {
    const { settings, secrets } = this.settings();
    this.app = await startCountersign({
      settings,
      secrets,
      clock: this.clock,
      clockwork: false,
      ...(this.memory === null ? {} : { store: this.memory.connect("app").store }),
      log: createLog("debug", { write: (line) => void this.logLines.push(line) }),
    });
    await this.settle();
  }

  settings(): { settings: Settings; secrets: Secrets } {
    const { app } = this.cast;
    return {
      settings: {
        publicUrl: this.publicUrl,
        githubUrl: this.github.url,
        oidcIssuer: this.runner.issuer,
        appId: app.id,
        clientId: app.clientId,
        host: "127.0.0.1",
        port: this.#port,
        logLevel: "debug",
        dataFolder: "",
        registry: this.registry.url,
        action: null,
        mailFrom: this.mail === null ? null : "Countersign <countersign@acme.test>",
      },
      secrets: {
        privateKey: new Secret(app.privateKey),
        clientSecret: new Secret(app.clientSecret),
        webhookSecrets: (this.webhookSecrets ?? [app.webhookSecret]).map((one) => new Secret(one)),
        databaseUrl: new Secret(this.#databaseUrl),
        keys: [{ id: "test", key: new Uint8Array(32).fill(7) }],
        smtpUrl: this.mail === null ? null : new Secret(this.mail),
        metricsToken: this.metrics === null ? null : new Secret(this.metrics),
      },
    };
  }

  /** Everything that is due by the clock has been done, and no delivery is on its way. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      await this.app.worker.settle();
      if (this.github.hooks.idle()) quiet += 1;
      else {
        quiet = 0;
        await this.github.until(() => this.github.hooks.idle(), "deliveries to arrive");
      }
      // Jobs start in a later turn of the loop.
      await new Promise((turn) => setImmediate(turn));
    }
  }

  /** Moves the clock in steps, doing what becomes due at each. */
  async pass(ms: number, steps = 1): Promise<void> {
    for (let step = 0; step < steps; step += 1) {
      this.clock.advance(ms / steps);
      this.github.engine.tick();
      await this.settle();
    }
  }

  /** A person writes a comment, and everything that follows from it at once happens. */
  async say(by: UserState, body: string): Promise<CommentState> {
    // GitHub's times have whole seconds; what was still to be written is written before somebody answers it.
    await this.pass(1000);
    const comment = this.github.comment(this.cast.widget, this.cast.issue, by, body);
    await this.settle();
    return comment;
  }

  /** The newest words of the app in the thread. */
  lastWords(): string {
    const bot = this.cast.app.botId;
    return (
      this.github
        .comments(this.cast.widget, this.cast.issue)
        .filter((one) => one.userId === bot)
        .at(-1)?.body ?? ""
    );
  }

  /** The status comment of the present release, once it has been written anew. */
  async status(): Promise<string> {
    await this.pass(statusPauseMs);
    const { statusCommentId } = await this.release();
    return this.cast.widget.comments.get(statusCommentId ?? 0)?.body ?? "";
  }

  /** A person's token, sealed to an environment's key as the page would, put on file. */
  async sealToken(by: UserState, token: string, environment: EnvironmentState = this.cast.npm): Promise<void> {
    const ciphertext = Buffer.from(sodium.crypto_box_seal(sodium.from_string(token), environment.publicKey)).toString(
      "base64",
    );
    const now = this.clock.now();
    const id = `token-${by.login}-${now.getTime()}`;
    await this.app.parts.store.tokens.put(
      aToken({
        ...{ id, groupId: id, repositoryId: this.cast.widget.id, personId: by.id, personLogin: by.login },
        ...{ environmentId: environment.id, environmentName: environment.name, npmUser: `${by.login}-npm` },
        ...{ label: "release", keyId: environment.keyId, ciphertext },
        ...{ sealedAt: now, expiresAt: new Date(now.getTime() + 30 * 86_400_000) },
        slot: `${this.cast.widget.id}/${environment.id}/${by.id}`,
      }),
    );
  }

  /** The newest release. */
  async release(): Promise<Release> {
    const [newest] = await this.app.parts.store.releases.recent([this.cast.widget.id], 1);
    if (newest === undefined) throw new Error("there is no release");
    return newest;
  }

  run(): RunState {
    return this.github.runs(this.cast.widget).at(-1) as RunState;
  }

  /** Asked for, approved, job started. */
  async untilRunning(version = "1.2.0"): Promise<void> {
    const tokens = await this.app.parts.store.tokens.ofPerson(this.cast.alice.id);
    if (tokens.length === 0) await this.sealToken(this.cast.alice, "npm_the-token-of-alice");
    await this.say(this.cast.alice, `/release ${version}`);
    await this.say(this.cast.bob, "/approve");
  }

  /** The running job ends; where it succeeded its package is on the registry. */
  async finishJob(conclusion: "success" | "failure" = "success", version = "1.2.0"): Promise<void> {
    if (conclusion === "success") this.registry.write("@acme/widget", version);
    this.runner.jobs.at(-1)?.finish(conclusion);
    await this.github.until(() => this.github.engine.idle(), "the job to end");
    await this.settle();
  }

  async close(): Promise<void> {
    await this.app.stop();
    await this.github.close();
    await this.registry.close();
    await this.#drop();
  }
}
