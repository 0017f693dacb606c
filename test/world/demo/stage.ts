import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, launchChromium } from "../../support/browser.ts";
import { createLog } from "../../../src/settings/log.ts";
import { readSettings } from "../../../src/settings/settings.ts";
import { startCountersign } from "../../../src/start.ts";
import type { Countersign } from "../../../src/start.ts";
import { AppProcess } from "../../support/child.ts";
import { Recorder } from "../../support/recorder.ts";
import { freePort } from "../../support/story.ts";
import { createCast } from "../cast.ts";
import type { Cast } from "../cast.ts";
import { startWorld } from "../index.ts";
import type { World } from "../index.ts";
import type { UserState } from "../github/state.ts";
import { browserHands, nodeHands } from "./hands.ts";
import type { Hands } from "./hands.ts";

/** Everything that a story needs, running. */
export interface Stage {
  world: World;
  cast: Cast;
  app: AppProcess;
  url: string;
  /** Where the app's data lies, and its heap snapshots. */
  folder: string;
  /** What went to the app and came from it, where it was to be recorded. */
  traffic(): string;
  /** Null: no Chromium here, so the pages are used over HTTP. */
  browser: string | null;
  handsOf(person: UserState): Promise<Hands>;
  /** The app's process gives way to one in this process, on the same data, whose clock is so many days ahead, and comes back. */
  daysLater(days: number, work: (app: Countersign) => Promise<void>): Promise<void>;
  strike(): Promise<void>;
}

/** The policy of the demo: the token is revoked after the run. */
const revoking = "    revoke: true\n";

export interface StageOptions {
  /** A file of test/world/workflows. */
  workflow?: string;
  /** A server in place of the embedded database. */
  databaseUrl?: string;
  withoutBrowser?: boolean;
  /** Lines below the package's, in place of `revoke: true`. */
  policyLines?: string;
  logLevel?: string;
  /** With the second environment, for policies with `stageApproval`. */
  approvesStages?: boolean;
  /** Another policy than the stories' own. */
  policy?: string;
  /** More files in the repository. */
  files?: Record<string, string>;
  /** Everything that goes to the app and comes from it is kept. */
  recorded?: boolean;
}

export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-demo-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const port = options.recorded === true ? await freePort() : Number(new URL(url).port);
  const recorder = options.recorded === true ? new Recorder(port) : null;
  await recorder?.listen(Number(new URL(url).port));
  const world = await startWorld();
  const cast = createCast(world, {
    publicUrl: url,
    ...(options.policy === undefined ? { policyLines: options.policyLines ?? revoking } : { policy: options.policy }),
    ...(options.files === undefined ? {} : { files: options.files }),
    workflow: options.workflow ?? "publish.yml",
    registryUrl: world.registry.url,
    approvesStages: options.approvesStages === true,
  });
  await world.registry.seed("@acme/widget", "1.0.0");
  const env = {
    PUBLIC_URL: url,
    PORT: String(port),
    GITHUB_URL: world.github.url,
    OIDC_ISSUER: world.runner.issuer,
    APP_ID: String(cast.app.id),
    PRIVATE_KEY: cast.app.privateKey,
    CLIENT_ID: cast.app.clientId,
    CLIENT_SECRET: cast.app.clientSecret,
    WEBHOOK_SECRET: cast.app.webhookSecret,
    ...(options.databaseUrl === undefined
      ? { COUNTERSIGN_DATA: join(folder, "data") }
      : { DATABASE_URL: options.databaseUrl, COUNTERSIGN_KEYS: `k:${Buffer.alloc(32, 7).toString("base64")}` }),
    NPM_REGISTRY: world.registry.url,
    LOG_LEVEL: options.logLevel ?? "info",
  };
  const app = new AppProcess(env, { cwd: folder });
  await app.start();
  const path = options.withoutBrowser === true ? null : findChromium();
  const browser = path === null ? null : await launchChromium(path);
  return {
    world,
    cast,
    app,
    url,
    folder,
    traffic: () => recorder?.text() ?? "",
    browser: browser === null ? null : `Chromium ${browser.version()}`,
    async handsOf(person) {
      const where = { countersign: url, github: world.github.url, login: person.login };
      return browser === null ? nodeHands(where) : await browserHands(browser, where);
    },
    async daysLater(days, work) {
      await app.stop();
      const later = await startLater(env, days);
      try {
        await work(later);
      } finally {
        await later.stop();
      }
      await app.start();
    },
    async strike() {
      await browser?.close();
      await app.stop();
      await recorder?.close();
      await world.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startLater(env: Record<string, string>, days: number): Promise<Countersign> {
  const read = readSettings(env);
  if (!read.ok) throw new Error(read.problems.join(" "));
  return await startCountersign({
    settings: read.settings,
    secrets: read.secrets,
    clock: { now: () => new Date(Date.now() + days * 86_400_000) },
    log: createLog("error", { write: () => undefined }),
  });
}
