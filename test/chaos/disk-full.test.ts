import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Bench } from "./bench.ts";
import { smallDisk } from "./small-disk.ts";
import type { SmallDisk } from "./small-disk.ts";

let disk: SmallDisk;
let bench: Bench;

beforeEach(async () => {
  disk = await smallDisk();
  bench = await Bench.open(disk.store);
});

afterEach(async () => {
  await bench.close();
  bench.judge.assertClean();
});

/** A webhook of so many bytes that nobody handles; resolves to the answer's status. */
async function push(bytes: number): Promise<number> {
  const body = JSON.stringify({ noise: randomBytes(bytes / 2).toString("hex") });
  const signature = createHmac("sha256", bench.cast.app.webhookSecret).update(body).digest("hex");
  const answer = await fetch(`${bench.publicUrl}/api/github/webhooks`, {
    method: "POST",
    body,
    headers: {
      ...{ "content-type": "application/json", "x-github-event": "ping", "x-github-delivery": randomUUID() },
      "x-hub-signature-256": `sha256=${signature}`,
    },
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** A comment that takes space: GitHub's longest. */
const long = (): string => randomBytes(32_000).toString("hex");

describe("the disk of the embedded store is full", { timeout: 120_000 }, () => {
  test("intake refuses, so that GitHub's log says it; with space again what was refused is fetched, and all goes on", async () => {
    await bench.untilRunning();
    const { pid } = bench.app;
    // So that there are tables above a file's limit, where that is how the disk gets full.
    for (let times = 0; times < 3; times += 1) expect(await push(8_000_000)).toBe(202);
    await disk.fill();
    let refused: number | undefined = 202;
    for (let tries = 0; tries < 20 && refused === 202; tries += 1) {
      const word = bench.say(bench.cast.dave, `/status\n\n${long()}`, bench.places[1]);
      await bench.until(() => bench.delivered(word) !== undefined, "GitHub's log");
      refused = bench.delivered(word);
    }
    expect(refused).toBe(503);
    bench.finishJob();
    await bench.until(() => bench.github.idle(), "the webhooks to be sent");

    await disk.free();
    // What was refused is a minute old when GitHub is asked for it.
    await bench.pass(65_000);
    await bench.clockwork();
    await bench.until(() => bench.status().startsWith("### ✅ Published"), "the release to be published");
    await bench.until(() => bench.github.environmentSecrets().length === 0, "the secret to go");
    await bench.until(async () => (await bench.neverArrived()).length === 0, "every webhook to arrive");
    expect(bench.app.pid).toBe(pid);
  });

  test("where even the log of PostgreSQL finds no space the server ends; it is started again, and all goes on", async () => {
    await bench.untilRunning();
    const { pid } = bench.app;
    await disk.fillForTheLog();
    await bench.until(() => bench.app.output.join("").includes("The embedded PostgreSQL ended"), "the server to end");
    expect(await bench.ask("/healthz")).toBe(200);
    if (disk.how === "a file system of its own") {
      expect(await bench.ask("/readyz")).toBe(503);
      const word = bench.say(bench.cast.bob, "/status", bench.places[1]);
      await bench.until(() => bench.delivered(word) !== undefined, "GitHub's log");
      expect(bench.delivered(word)).toBe(503);
    }
    bench.finishJob();
    await bench.until(() => bench.github.idle(), "the webhooks to be sent");

    await disk.free();
    await bench.until(async () => (await bench.ask("/readyz")) === 200, "the server to run again", 40_000);
    await bench.pass(65_000);
    await bench.clockwork();
    await bench.until(() => bench.status().startsWith("### ✅ Published"), "the release to be published");
    await bench.until(() => bench.github.environmentSecrets().length === 0, "the secret to go");
    await bench.until(async () => (await bench.neverArrived()).length === 0, "every webhook to arrive");
    expect(bench.app.pid).toBe(pid);
  });
});
