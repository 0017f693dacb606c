import type { Browser } from "playwright-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Release } from "../../src/domain/release-types.ts";
import { startCountersign } from "../../src/start.ts";
import type { Countersign } from "../../src/start.ts";
import { createLog } from "../../src/settings/log.ts";
import { findChromium, launchChromium } from "../support/browser.ts";
import { freePort, Story } from "../support/story.ts";
import type { UserState } from "../world/github/state.ts";

describe("two instances on one database", () => {
  let story: Story;
  let second: Countersign;
  let browser: Browser;
  beforeEach(async () => {
    story = await Story.open();
    await story.sealToken(story.cast.alice, "npm_the-token-of-alice");
    const { settings, secrets } = story.settings();
    const log = createLog("error", { write: () => undefined });
    second = await startCountersign({
      settings: { ...settings, port: await freePort() },
      secrets,
      clock: story.clock,
      log,
    });
    browser = await launchChromium(findChromium() ?? "");
  });
  afterEach(async () => {
    await browser.close();
    await second.stop();
    await story.close();
    story.judge.assertClean();
  });

  /** Whichever instance takes the delivery: the release is written down, and waits. */
  async function announced(): Promise<Release> {
    const found = async (): Promise<Release | undefined> =>
      (await story.app.parts.store.releases.inIssue(story.cast.widget.id, story.cast.issue.number)).find(
        (one) => one.state === "waiting" && one.gateAskedAt !== null,
      );
    await vi.waitUntil(async () => (await found()) !== undefined, { timeout: 8_000 });
    return (await found()) as Release;
  }

  /** Signs in at the one address that GitHub comes back to; a cookie knows no port, so it is good at the other, too. */
  async function pageOf(by: UserState, path: string, at: string) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const to = encodeURIComponent(`${story.publicUrl}/sign-in`);
    await page.goto(`${story.github.url}/as/${by.login}?to=${to}`);
    await page.waitForURL((url) => url.origin === story.publicUrl);
    await page.goto(`${at}${path}`);
    return page;
  }

  test("an approval through one appears on a page served by the other, without a question asked", async () => {
    const { alice, bob } = story.cast;
    await story.say(alice, "/release 1.2.0");
    const { id } = await announced();
    const asked: string[] = [];
    const watching = await pageOf(alice, `/releases/${id}`, second.url);
    await watching.waitForFunction(() => document.querySelector("main")?.textContent.includes("0 of 1 approvals"));
    watching.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const looked = watching.waitForRequest((request) => request.headers()["x-live"] !== undefined);
    await story.say(bob, "/approve");
    await looked;
    await watching.waitForFunction(
      () => document.querySelector("main")?.textContent.includes("1 of 1 approvals"),
      null,
      {
        timeout: 20_000,
      },
    );
    // Nothing but the page itself, and the count, which may come a moment later.
    expect(new Set(asked.filter((path) => path !== "/waiting"))).toEqual(new Set([`/releases/${id}`]));
    await vi.waitUntil(() => story.runner.jobs.length === 1, { timeout: 20_000 });
    await story.finishJob();
    await watching.waitForFunction(() => document.title.includes("published"), null, { timeout: 20_000 });
  }, 60_000);

  test("the queue's title counts what waits for its reader, and nobody hears of what they may not see", async () => {
    const { alice, bob, dave, mallory, widget } = story.cast;
    story.github.owners.setPrivate(widget, true, dave);
    await story.settle();
    const queue = await pageOf(bob, "/", second.url);
    const stranger = await pageOf(mallory, "/", second.url);
    // Once it listens it looks, and then hears nothing that is for others.
    await stranger.waitForResponse((response) => new URL(response.url()).pathname === "/waiting");
    const heard: string[] = [];
    stranger.on("request", (request) => heard.push(`${request.url()} ${request.headers()["x-live"] ?? ""}`));
    await story.say(alice, "/release 1.2.0");
    await queue.waitForFunction(() => document.title.startsWith("(1)"), null, { timeout: 20_000 });
    expect(heard).toEqual([]);
  }, 60_000);

  test("who isn't signed in hears nothing", async () => {
    const answer = await fetch(`${second.url}/live`, { headers: { accept: "text/event-stream" }, redirect: "manual" });
    expect(answer.status).toBe(401);
  });
});
