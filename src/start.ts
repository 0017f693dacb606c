import { randomBytes, randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { serve } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import { Hono } from "hono";
import type { Logger } from "pino";
import packageJson from "../package.json" with { type: "json" };
import { createApp } from "./app.ts";
import { after } from "./desk/after.ts";
import { createChannelDesk } from "./desk/channels/index.ts";
import { createDesk } from "./desk/index.ts";
import { keyTaken } from "./desk/key-taken.ts";
import { createPanicDesk } from "./desk/panic/index.ts";
import { createRelay } from "./desk/relay/index.ts";
import type { DeskParts } from "./desk/types.ts";
import type { Clock, Ids } from "./domain/clock.ts";
import { isLoopback } from "./domain/loopback.ts";
import { createGitHub } from "./github/app.ts";
import { keyRefused } from "./github/failure.ts";
import { createIntake } from "./inbox/intake.ts";
import { createWorker } from "./inbox/worker.ts";
import type { Worker } from "./inbox/worker.ts";
import { startSchedule } from "./jobs/schedule.ts";
import { createSender } from "./notify/sender.ts";
import { createMetrics } from "./metrics/index.ts";
import type { Metrics } from "./metrics/index.ts";
import { metricsRoute } from "./metrics/route.ts";
import { createRegistry } from "./npm/registry.ts";
import { actionOfClone } from "./settings/own-action.ts";
import { ownKeys } from "./settings/files.ts";
import type { Secrets, Settings } from "./settings/settings.ts";
import { createSealer } from "./store/access-token.ts";
import { openStore } from "./store/open.ts";
import type { Store } from "./store/types.ts";
import { createWeb } from "./web/index.ts";
import { createLive } from "./web/live.ts";
import type { Live } from "./web/live.ts";
import { handlersOf, takeOver } from "./work.ts";
import type { WorkParts } from "./work.ts";
import { createIdTokenVerifier, createRunnerRoutes } from "./web/runner/index.ts";

/** What may be put in from outside: time and ids (tests own them), an open store. */
export interface StartOptions {
  settings: Settings;
  secrets: Secrets;
  log: Logger;
  clock?: Clock;
  /** What is asked for by the wall clock, every minute and more seldom; false where a test asks for it by its own. */
  clockwork?: boolean;
  ids?: Ids;
  /** Another than the settings name. */
  store?: Store;
}

/** A running Countersign. */
export interface Countersign {
  url: string;
  parts: DeskParts;
  worker: Worker;
  /** Stops taking in, finishes what was begun, leaves the rest in the inbox. */
  stop(): Promise<void>;
}

const systemClock: Clock = { now: () => new Date() };
/** Sortable by time (48 bits of milliseconds), then random; lower case, safe in URLs. */
const systemIds: Ids = { next: () => Date.now().toString(36).padStart(9, "0") + randomBytes(8).toString("hex") };

/** The path that GitHub sends webhooks to. */
export const webhookPath = "/api/github/webhooks";

/**
 * Starts everything in the safe order: store, then the sweep of open leases, then the worker, so that nothing is armed before
 * what a crash left is being removed. Webhooks are taken in from the beginning: storing them needs nobody.
 */
export async function startCountersign(options: StartOptions): Promise<Countersign> {
  const { settings, secrets, log } = options;
  const clock = options.clock ?? systemClock;
  const metrics = secrets.metricsToken === null ? null : createMetrics({ clock, version: packageJson.version });
  const opened = options.store ?? (await openNamed(options));
  const store = metrics === null ? opened : metrics.watch(opened);
  const key: KeyState = { refused: false };
  const sharers = { count: 1 };
  const { github, probot, budgets, drain } = createGitHub({
    appId: settings.appId,
    privateKey: () => secrets.privateKey.reveal(),
    clientId: settings.clientId,
    clientSecret: () => secrets.clientSecret.reveal(),
    webhookSecret: () => secrets.webhookSecrets[0]?.reveal() ?? randomUUID(),
    githubUrl: settings.githubUrl,
    now: () => clock.now(),
    log,
    sharers: () => sharers.count,
    ...(metrics === null ? {} : { onAnswer: metrics.gitHub }),
    onKey: (taken) => hearKey(taken, key, parts, log),
    onMoved: ({ installationId }) => void learnMoved(parts, installationId),
  });
  const registry = createRegistry(settings.registry === null ? {} : { defaultRegistry: settings.registry });
  const parts: DeskParts = {
    store,
    github,
    registry,
    clock,
    ids: options.ids ?? systemIds,
    log: logOf(log),
    publicUrl: settings.publicUrl,
  };
  const work = workParts(options, parts);
  metrics?.from({ store, budgets });
  await probot.load(createApp(parts));
  const id = randomUUID();
  await store.present(id);
  const stopCounting = await countSharers(store, sharers, log);
  const worker = createWorker({
    store,
    clock,
    id,
    log,
    onWork: metrics?.work,
    ...handlersOf(probot, work),
  });
  const swept = { yet: false };
  const live = createLive(store);
  const server = await listen(settings, routes(options, work, { swept, key, metrics }, live));
  const address = server.address() as AddressInfo;
  await takeOver(work, log);
  swept.yet = true;
  await worker.start();
  const stopSchedule = options.clockwork === false ? null : startSchedule(parts);
  log.info({ port: address.port, publicUrl: settings.publicUrl }, "Countersign is ready.");
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    parts,
    worker,
    async stop() {
      await stopSchedule?.();
      stopCounting();
      live.close();
      await closeServer(server);
      drain();
      await worker.stop();
      await store.close();
    },
  };
}

/** The store that the settings name: a server's, or one of our own. */
async function openNamed({ settings, secrets, log }: StartOptions): Promise<Store> {
  return await openStore({
    ...(secrets.databaseUrl === null
      ? { dataFolder: settings.dataFolder }
      : { databaseUrl: secrets.databaseUrl.reveal() }),
    log,
  });
}

/** pino as the use cases know it. */
function logOf(log: Logger): DeskParts["log"] {
  return {
    info: (object, sentence) => log.info(object, sentence),
    warn: (object, sentence) => log.warn(object, sentence),
    error: (object, sentence) => log.error(object, sentence),
  };
}

/** What sending messages needs besides: the keys that addresses are sealed with, and the way out. */
function workParts({ settings, secrets }: StartOptions, parts: DeskParts): WorkParts {
  const { mailFrom: from, publicUrl } = settings;
  const mail = secrets.smtpUrl === null || from === null ? null : { url: secrets.smtpUrl.reveal(), from };
  return {
    ...parts,
    sealer: createSealer(secrets.keys ?? ownKeys(settings.dataFolder)),
    sender: createSender({ clock: parts.clock, loopback: isLoopback(publicUrl), mail }),
    randomBytes: (size) => new Uint8Array(randomBytes(size)),
  };
}

/** Whether GitHub refused the app's key when it was last used. */
interface KeyState {
  refused: boolean;
}

/** One sentence in the log for each change, and what waited for a key that GitHub takes goes on. */
function hearKey(taken: boolean, key: KeyState, parts: DeskParts, log: Logger): void {
  if (key.refused === !taken) return;
  key.refused = !taken;
  if (!taken) return log.error({}, `${keyRefused} Work waits for it, and nothing is lost.`);
  log.info({}, "GitHub takes the app's key again.");
  void keyTaken(parts).catch(() => log.warn({}, "What waited for the key goes on at its next try."));
}

async function learnMoved(parts: DeskParts, installationId: number): Promise<void> {
  const cause = `moved-${parts.clock.now().toISOString().slice(0, 16)}`;
  await after(parts, "repositories", String(installationId), cause).catch(() => undefined);
}

/** Milliseconds between two looks at how many instances are at work. */
const countEvery = 10_000;

/** Keeps how many instances share GitHub's budget; where that can't be asked, the last answer holds. Returns what ends it. */
async function countSharers(store: Store, sharers: { count: number }, log: Logger): Promise<() => void> {
  const look = async (): Promise<void> => {
    sharers.count = await store.instances().catch(() => sharers.count);
  };
  await look();
  if (sharers.count > 1)
    log.info({ instances: sharers.count }, "Other instances are at work: GitHub's budget is shared.");
  const timer = setInterval(() => void look(), countEvery);
  timer.unref();
  return () => clearInterval(timer);
}

interface States {
  swept: { yet: boolean };
  key: KeyState;
  metrics: Metrics | null;
}

function routes(options: StartOptions, parts: WorkParts, { swept, key, metrics }: States, live: Live): Hono {
  const { settings, secrets } = options;
  const { sealer, clock, randomBytes } = parts;
  const relay = createRelay(parts);
  const verifyIdToken = createIdTokenVerifier({
    issuer: settings.oidcIssuer,
    publicUrl: settings.publicUrl,
    clock: systemClock,
  });
  const app = new Hono();
  app.route(
    webhookPath,
    createIntake({
      store: parts.store,
      secrets: secrets.webhookSecrets.map((one) => one.reveal()),
      clock,
      log: options.log,
      onAnswer: metrics?.delivery,
    }),
  );
  if (metrics !== null && secrets.metricsToken !== null)
    app.route("/metrics", metricsRoute(metrics, secrets.metricsToken.reveal()));
  // Webhooks are only stored; everything else could arm, and waits for the sweep.
  app.use("*", async (context, next) => {
    if (swept.yet || context.req.path === "/healthz") return await next();
    return context.text("Countersign is starting: try again in a moment.", 503, { "retry-after": "2" });
  });
  app.route(
    "/api/v1/runner",
    createRunnerRoutes({
      relay,
      verifyIdToken,
      store: parts.store,
      clock,
      publicUrl: settings.publicUrl,
      log: parts.log,
    }),
  );
  app.route(
    "/",
    createWeb({
      desk: createDesk(parts),
      channels: createChannelDesk(parts),
      panic: createPanicDesk(parts),
      relay,
      store: parts.store,
      github: parts.github,
      sealer,
      clock,
      publicUrl: settings.publicUrl,
      about: {
        version: packageJson.version,
        clientId: settings.clientId,
        githubUrl: settings.githubUrl,
        action: settings.action ?? actionOfClone(dirname(import.meta.dirname), settings.githubUrl),
      },
      log: parts.log,
      live,
      randomBytes,
      probes: { readyz: async () => await ready(parts.store, key) },
    }),
  );
  return app;
}

/** A key that GitHub refuses doesn't make us unready: webhooks are still to be taken in, and would be lost elsewhere. */
async function ready(store: Store, key: KeyState): Promise<{ ok: boolean; detail: Record<string, string> }> {
  const database = await store.ping().then(
    () => "ok",
    () => "not reachable",
  );
  return { ok: database === "ok", detail: { database, github: key.refused ? keyRefused : "ok" } };
}

async function listen(settings: Settings, app: Hono): Promise<ServerType> {
  return await new Promise<ServerType>((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: settings.host, port: settings.port }, () => resolve(server));
    server.once("error", reject);
  });
}

async function closeServer(server: ServerType): Promise<void> {
  await new Promise<void>((done) => {
    server.close(() => done());
    if ("closeIdleConnections" in server) server.closeIdleConnections();
    setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), 2000).unref();
  });
}
