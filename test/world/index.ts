import { join } from "node:path";
import { createJudge } from "./judge/index.ts";
import type { Judge } from "./judge/index.ts";
import { startGitHub } from "./github/index.ts";
import type { GitHub } from "./github/index.ts";
import { startRegistry } from "./registry/index.ts";
import { createRunner } from "./runner/index.ts";
import type { JobRunner } from "./types.ts";

export type Registry = Awaited<ReturnType<typeof startRegistry>>;

/** A GitHub, a registry and a runner on loopback, and the judge that watches what is said to and by GitHub. */
export interface World {
  github: GitHub;
  judge: Judge;
  registry: Registry;
  runner: JobRunner;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** The world's clock; real time where none is given. */
  now?: () => Date;
  /** Another runner, e.g. one that only tells what it was given. */
  runner?: JobRunner;
}

const root = join(import.meta.dirname, "..", "..");

/** Starts all of it. Where one part doesn't start, or the world is closed, what is open is closed, the last first. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const now = options.now ?? ((): Date => new Date());
  const judge = createJudge();
  const open: Array<{ close(): Promise<void> }> = [];
  const close = async (): Promise<void> => {
    while (open.length > 0) await open.pop()?.close();
  };
  const opened = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    open.push(part);
    return part;
  };
  try {
    const registry = opened(await startRegistry({ now }));
    const runner = opened(options.runner ?? (await createRunner({ now })));
    const github = opened(await startGitHub({ now, judge, runner }));
    registry.github({ issuer: runner.issuer, server: github.url });
    github.core.hostEnv = { NPM_CONFIG_REGISTRY: registry.url };
    github.core.actions.set("countersign/countersign", join(root, "action"));
    return { github, judge, registry, runner, close };
  } catch (error) {
    await close();
    throw error;
  }
}
