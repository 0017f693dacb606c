import { createHash } from "node:crypto";
import pino from "pino";
import { createApp } from "../../src/app.ts";
import { createGitHub } from "../../src/github/app.ts";
import { createIntake } from "../../src/inbox/intake.ts";
import { createWorker } from "../../src/inbox/worker.ts";
import type { Registry } from "../../src/npm/types.ts";
import type { Store } from "../../src/store/types.ts";
import { handlersOf, takeOver } from "../../src/work.ts";
import type { WorkParts } from "../../src/work.ts";
import type { Cast } from "../world/cast.ts";
import { registryFailure } from "./fates.ts";
import { betweenGitHub } from "./github.ts";
import type { Between } from "./github.ts";

/** One instance of the app: all of it but pages, on a store that others share. */
export interface Instance {
  name: string;
  parts: WorkParts;
  /** A webhook arrives. */
  hear(request: Request): Promise<Response>;
  /** What a crash left is settled, and its worker works. */
  working: boolean;
}

export interface InstanceParts extends Between {
  store: Store;
  cast: Cast;
  githubUrl: string;
  /** GitHub in this process. */
  fetch: (request: Request) => Promise<Response>;
  publicUrl: string;
  registry: Registry;
  nextId: () => string;
  /** It could not begin (the database refused): the process ends. */
  died: () => void;
}

const silent = pino({ level: "silent" });

/** Starts an instance, as `startCountersign` does, in the same order. */
export async function startInstance(of: InstanceParts): Promise<Instance> {
  const { store, cast, clock, scheduler, who } = of;
  const { app } = cast;
  const { github, probot } = createGitHub({
    appId: app.id,
    privateKey: () => app.privateKey,
    clientId: app.clientId,
    clientSecret: () => app.clientSecret,
    webhookSecret: () => app.webhookSecret,
    githubUrl: of.githubUrl,
    fetch: of.fetch,
    now: () => clock.now(),
    log: silent,
  });
  const parts: WorkParts = {
    ...{ store, clock, log: silent, publicUrl: of.publicUrl },
    github: betweenGitHub(github, of),
    registry: betweenRegistry(of),
    ids: { next: of.nextId },
    sealer: { seal: (text) => ({ keyId: "sim", sealed: text }), open: (_id, sealed) => sealed },
    sender: { send: () => Promise.resolve() } as unknown as WorkParts["sender"],
    randomBytes: (size) => createHash("sha512").update(of.nextId()).digest().subarray(0, size),
  };
  await probot.load(createApp(parts));
  const intake = createIntake({ store, secrets: [app.webhookSecret], clock, log: silent });
  const worker = createWorker({ store, clock, id: who, log: silent, ...handlersOf(probot, parts) });
  const instance: Instance = { name: who, parts, working: false, hear: async (request) => await intake.fetch(request) };
  void (async () => {
    await store.present(who);
    await takeOver(parts, silent);
    instance.working = true;
    for (;;) {
      await scheduler.step(who, "idle");
      // Where it could not read its queue it looks again.
      await worker.settle().catch(() => undefined);
    }
  })().catch(of.died);
  return instance;
}

function betweenRegistry({ who, scheduler, fates, registry }: InstanceParts): WorkParts["registry"] {
  const asked = async <T>(verb: string, ask: () => Promise<T>): Promise<T> => {
    await scheduler.step(who, `registry ${verb}: asked`);
    if (fates.draw(`registry ${verb}`, ["lost"]) !== "pass") throw registryFailure();
    const answer = await ask();
    await scheduler.step(who, `registry ${verb}: answered`);
    return answer;
  };
  return {
    package: async (name) => await asked("package", async () => await registry.package(name)),
    version: async (name, version) => await asked("version", async () => await registry.version(name, version)),
    status: async (name, version) => await asked("status", async () => await registry.status(name, version)),
    history: () => Promise.resolve(null),
    look: () => Promise.resolve(null),
    provenance: () => Promise.resolve(null),
    address: () => registry.address(),
    webOrigins: () => registry.webOrigins(),
  };
}
