import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createQuickRunner } from "../../test/chaos/runner.ts";
import { sealTokens, setScene } from "../../test/chaos/scene.ts";
import type { Place } from "../../test/chaos/scene.ts";
import { onFolder } from "../../test/chaos/stores.ts";
import { AppProcess } from "../../test/support/child.ts";
import { freePort } from "../../test/support/story.ts";
import { appEnv } from "../../test/world/app-env.ts";
import type { Cast } from "../../test/world/cast.ts";
import { startGitHub } from "../../test/world/github/index.ts";
import type { GitHub } from "../../test/world/github/index.ts";
import { createJudge } from "../../test/world/judge/index.ts";
import { startPaperRegistry } from "../../test/world/paper/registry.ts";
import type { Bench, Figure } from "./figure.ts";

const sizes = [1, 10, 50] as const;
const patienceMs = 900_000;

export const calls: Bench = {
  name: "calls",
  about:
    "releases in repositories of one installation, asked for and approved at once, until each receipt stands: GitHub's calls, counted by the simulator, whose secondary limits are GitHub's (900 points and 80 contents a minute)",
  async run() {
    const figures: Figure[] = [];
    for (const size of sizes) figures.push(...(await releases(size)));
    return figures;
  },
};

async function releases(size: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
  const publicUrl = `http://127.0.0.1:${await freePort()}`;
  const registry = await startPaperRegistry();
  const runner = createQuickRunner({
    ...{ milliseconds: () => 2_000, fails: () => false, note: () => undefined },
    publish({ repository, event: { inputs } }) {
      registry.write(`@acme/${repository.name}`, inputs["version"] ?? "");
      return true;
    },
  });
  const judge = createJudge();
  const github = await startGitHub({ now: () => new Date(), judge, runner });
  const names = Array.from({ length: size - 1 }, (_, index) => `gadget-${index}`);
  const { cast, places } = setScene(github, publicUrl, names);
  for (const place of places) registry.write(place.package, "1.0.0");
  const store = onFolder(folder, async () => await rm(folder, { recursive: true, force: true }));
  await store.before(async (open) => await sealTokens(open, cast, places, new Date()));
  const app = new AppProcess({
    ...appEnv({ github, runner, registry }, cast, publicUrl),
    ...store.env,
    LOG_LEVEL: "error",
  });
  try {
    await app.start();
    // What it asks at its start isn't a release's.
    await new Promise((turn) => setTimeout(turn, 3_000));
    github.core.limits.pointsPerMinute = 900;
    github.core.limits.contentPerMinute = 80;
    const from = github.core.log.length;
    const began = performance.now();
    await releaseAll(github, cast, places);
    const seconds = (performance.now() - began) / 1000;
    judge.assertClean();
    return figuresOf(size, github, from, seconds);
  } finally {
    await app.stop();
    await github.close();
    await registry.close();
    await store.drop();
  }
}

function figuresOf(size: number, github: GitHub, from: number, seconds: number): Figure[] {
  const log = github.core.log.slice(from);
  const writes = log.filter(({ method }) => method !== "GET").length;
  const refused = log.filter(({ status }) => status === 403 || status === 429).length;
  const name = size === 1 ? "one release" : `${size} releases at once`;
  return [
    { what: `${name}: calls for each`, value: log.length / size, unit: "calls", below: 20.5 },
    { what: `${name}: of them writes`, value: writes / size, unit: "calls", below: 10.5 },
    { what: `${name}: refused for a limit`, value: refused, unit: "calls", below: 1 },
    { what: `${name}: until each receipt stands`, value: seconds, unit: "s" },
  ];
}

/** Everybody asks and approves as soon as they can; over when every thread has a receipt whose secret's absence was read twice. */
async function releaseAll(github: GitHub, cast: Cast, places: readonly Place[]): Promise<void> {
  const began = performance.now();
  for (const { repository, issue } of places) github.comment(repository, issue, cast.alice, "/release 1.2.0");
  const approved = new Set<Place>();
  for (;;) {
    let over = 0;
    for (const place of places) {
      const status = statusOf(github, cast, place);
      if (status.includes("absence read twice")) over += 1;
      if (/^### (?:❌|⛔)/u.test(status)) throw new Error(`a release of the bench failed: ${status.slice(0, 400)}`);
      if (!status.includes("Waiting") || approved.has(place)) continue;
      github.comment(place.repository, place.issue, cast.bob, "/approve");
      approved.add(place);
    }
    if (over === places.length) return;
    if (performance.now() - began > patienceMs) throw new Error(`only ${over} of ${places.length} releases ended`);
    await new Promise((turn) => setTimeout(turn, 100));
  }
}

function statusOf(github: GitHub, { app }: Cast, { repository, issue }: Place): string {
  const ours = github.comments(repository, issue).filter(({ userId }) => userId === app.botId);
  return ours.findLast(({ body }) => body.includes("<!-- countersign"))?.body ?? "";
}
