import { join } from "node:path";
import { randomOf } from "../simulate/random.ts";
import type { Random } from "../simulate/random.ts";
import { AppProcess } from "../support/child.ts";
import { freePort } from "../support/story.ts";
import { appEnv } from "../world/app-env.ts";
import { startGitHub } from "../world/github/index.ts";
import { createJudge } from "../world/judge/index.ts";
import type { Judge } from "../world/judge/index.ts";
import { startPaperRegistry } from "../world/paper/registry.ts";
import type { PaperRegistry } from "../world/paper/registry.ts";
import { startBalancer } from "./balancer.ts";
import type { Seen } from "./checks.ts";
import type { JumpingClock } from "./clock.ts";
import { Instances } from "./instances.ts";
import { People } from "./people.ts";
import { createQuickRunner } from "./runner.ts";
import type { QuickRunner } from "./runner.ts";
import { sealTokens, setScene, tokenBeginning } from "./scene.ts";
import type { StoryStore } from "./stores.ts";

/** What outlives the app's processes, and the processes. */
export interface ChaosWorld extends Seen {
  judge: Judge;
  people: People[];
  apps: Instances;
  /** Texts that no log may hold. */
  secret: string[];
  close(): Promise<void>;
}

export interface ChaosWorldOptions {
  random: Random;
  store: StoryStore;
  instances: number;
  mutant: string;
  clock: JumpingClock;
  note: (what: string) => void;
  violate: (wrong: string) => void;
}

/** Three repositories, their people, tokens on file, and the app's processes, which aren't started yet. */
export async function openChaosWorld(options: ChaosWorldOptions): Promise<ChaosWorld> {
  const { random, store, clock, note } = options;
  const ports = await Promise.all(Array.from({ length: options.instances }, freePort));
  const targets = ports.map((port) => `http://127.0.0.1:${port}`);
  const balancer = ports.length > 1 ? await startBalancer(() => targets, await freePort()) : null;
  const publicUrl = balancer?.url ?? targets[0] ?? "";
  const judge = createJudge();
  const registry = await startPaperRegistry();
  const runner = runnerOf(options, registry);
  const github = await startGitHub({ now: () => clock.now(), judge, runner });
  const { cast, places } = setScene(github, publicUrl, ["gadget", "gizmo"]);
  for (const place of places) registry.write(place.package, "1.0.0");
  await store.before(async (open) => await sealTokens(open, cast, places, clock.now()));
  const env = { ...appEnv({ github, runner, registry }, cast, publicUrl), LOG_LEVEL: "debug", MUTANT: options.mutant };
  const apps = ports.map((port) => new AppProcess({ ...env, ...store.env, PORT: String(port) }, { preload }));
  const { clientSecret, webhookSecret, privateKey } = cast.app;
  return {
    ...{ github, cast, places, runner, judge },
    people: places.map((place) => new People({ place, github, cast, note, random: randomOf(random.below(2 ** 30)) })),
    apps: new Instances(apps, () => ({ CLOCK_AHEAD: String(clock.ahead) }), note),
    secret: [tokenBeginning, clientSecret, webhookSecret, privateKey.split("\n")[1] ?? privateKey],
    async close() {
      for (const app of apps) await app.kill();
      await balancer?.shut();
      await github.close();
      await registry.close();
      await store.drop();
    },
  };
}

const preload = join(import.meta.dirname, "preload.ts");

/** Jobs take up to a second, and one of ten fails; npm takes a version once. */
function runnerOf({ random, note, violate }: ChaosWorldOptions, registry: PaperRegistry): QuickRunner {
  const own = randomOf(random.below(2 ** 30));
  const versions = new Set<string>();
  return createQuickRunner({
    milliseconds: () => 30 + own.below(1200),
    fails: () => own.chance(0.1),
    note,
    publish: ({ repository, event: { inputs } }) => {
      const name = `@acme/${repository.name}`;
      const version = inputs["version"] ?? "";
      if (versions.has(`${name} ${version}`)) violate(`npm was asked to publish ${name} ${version} twice.`);
      versions.add(`${name} ${version}`);
      registry.write(name, version);
      return true;
    },
  });
}
