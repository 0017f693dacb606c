import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { AppProcess } from "../support/child.ts";
import { freePort } from "../support/story.ts";
import { appEnv } from "../world/app-env.ts";
import { startBalancer } from "./balancer.ts";
import type { Balancer } from "./balancer.ts";
import { Bench } from "./bench.ts";
import { makeNewer } from "./newer.ts";
import { onServer } from "./stores.ts";

let bench: Bench;
let newer: AppProcess;
let balancer: Balancer;
const undo: Array<() => Promise<void>> = [];

/** An older instance that runs, and a newer version beside it that isn't started yet; webhooks go to both in turn. */
async function open(): Promise<void> {
  const { url, drop } = await freshDatabase();
  bench = await Bench.open(onServer(url, drop));
  const { root, remove } = await makeNewer();
  const port = String(await freePort());
  const env = { ...appEnv(bench, bench.cast, bench.publicUrl), ...bench.store.env, PORT: port };
  newer = new AppProcess(env, { root, preload: join(import.meta.dirname, "preload.ts") });
  balancer = await startBalancer(() => [bench.publicUrl, `http://127.0.0.1:${port}`]);
  bench.github.setHook(bench.cast.app, balancer.url);
  undo.push(
    () => newer.kill(),
    remove,
    () => balancer.shut(),
  );
}

afterEach(async () => {
  for (const each of undo.splice(0)) await each();
  await bench.close();
  bench.judge.assertClean();
});

describe("an upgrade, one instance after another", () => {
  test("old and new work side by side, and what the old one began the new one ends", async () => {
    await open();
    await bench.untilRunning();
    await newer.start({ CLOCK_AHEAD: String(bench.clock.ahead) });

    // Both have webhooks of both kinds now, and the tables have columns that the older one doesn't know.
    const [, gadget, gizmo] = bench.places;
    bench.say(bench.cast.alice, "/release 1.2.0", gadget);
    await bench.untilAnnounced(gadget);
    const words = Array.from({ length: 6 }, () => bench.say(bench.cast.bob, "/status", gizmo));
    await bench.until(() => words.every((one) => one.reactions.has("+1")), "every word to be answered");
    expect(bench.app.running).toBe(true);
    expect(newer.running).toBe(true);
    expect(bench.app.output.join("")).not.toMatch(/"level":(?:50|60)/);

    expect(await bench.app.stop()).toBe(0);
    bench.finishJob();
    await bench.until(() => bench.status().startsWith("### ✅ Published"), "the release to be published");
    await bench.until(() => bench.github.environmentSecrets().length === 0, "the secret to go");

    bench.say(bench.cast.bob, `/approve ${/`([0-9a-f]{7})`/.exec(bench.status(gadget))?.[1] ?? ""}`, gadget);
    await bench.until(() => bench.status(gadget).startsWith("### 🚀"), "the second release to run");
    bench.registry.write("@acme/gadget", "1.2.0");
    bench.runner.jobs.at(-1)?.finish("success");
    await bench.until(() => bench.status(gadget).startsWith("### ✅ Published"), "the second release to be published");
    expect(await newer.stop()).toBe(0);
  });

  test("an old one that is killed meanwhile loses nothing, and isn't started on the newer tables again", async () => {
    await open();
    await newer.start({ CLOCK_AHEAD: String(bench.clock.ahead) });
    await bench.untilRunning();
    await bench.app.kill();
    // What it held is taken over a minute later, by the clock that all have.
    bench.clock.jump(65_000);
    newer.send({ clockAhead: bench.clock.ahead });
    await expect(bench.start()).rejects.toThrow(/was migrated by a newer Countersign \(29990101000000_added_later\)/);
    bench.finishJob();
    await bench.until(() => bench.status().startsWith("### ✅ Published"), "the release to be published", 90_000);
    await bench.until(() => bench.github.environmentSecrets().length === 0, "the secret to go");
  }, 150_000);
});
