import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { findChromium, launchChromium } from "../support/browser.ts";
import { aView } from "./bench.ts";
import { serveBench } from "./serve.ts";

const chromium = findChromium();

describe.skipIf(chromium === null)("where the line of news breaks", () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serveBench>>;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    served = await serveBench({ views: [aView()] });
    served.who.login = "bob";
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(`${served.url}/sign-in`);
  });
  afterEach(async () => {
    await context.close();
    await served.close();
  });

  const line = () => page.locator("#line");
  const listening = (): Promise<unknown> => vi.waitUntil(() => served.bench.live.size() === 1, { timeout: 10_000 });

  function move(state: "arming" | "running", tell: "told" | "untold"): void {
    const view = aView();
    const release = { ...view.release, state, rowVersion: view.release.rowVersion + (state === "arming" ? 1 : 2) };
    served.bench.stage.views[0] = { ...view, release };
    if (tell === "told") served.bench.changed("r1");
  }

  test("a stream that the server ends is taken up again, and what happened meanwhile is looked up", async () => {
    await page.goto(`${served.url}/releases/r1`);
    await listening();
    served.bench.live.close();
    move("arming", "untold");
    await page.locator("h1 + .label", { hasText: "Being armed" }).waitFor();
    await listening();
    move("running", "told");
    await page.locator("h1 + .label", { hasText: "Running" }).waitFor();
    expect(await line().isVisible()).toBe(false);
  });

  test("the page says that it asks by itself, does so, and takes that back when news come again", async () => {
    await context.route("**/live", (route) => route.fulfill({ status: 503, body: "" }));
    await page.clock.install();
    await page.goto(`${served.url}/releases/r1`);
    expect(await line().isVisible()).toBe(false);
    for (let second = 0; second < 8; second++) {
      const failed = page.waitForResponse("**/live", { timeout: 300 }).catch(() => null);
      await page.clock.runFor(1_000);
      await failed;
    }
    await line().getByText("Live updates are off. This page asks by itself every 5 seconds.").waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    move("arming", "untold");
    await page.clock.runFor(6_000);
    await page.locator("h1 + .label", { hasText: "Being armed" }).waitFor();
    expect(await line().isVisible()).toBe(true);
    await context.unroute("**/live");
    await page.clock.runFor(61_000);
    await line().waitFor({ state: "hidden" });
    expect(await page.locator("#said").textContent()).toBe("Live updates are back.");
  });

  test("a page that can't be had says from when it is", async () => {
    await page.clock.install();
    await page.goto(`${served.url}/releases/r1`);
    await context.route("**/*", (route) => route.abort());
    served.bench.live.close();
    for (let round = 0; round < 3; round++) {
      const asked = page.waitForRequest("**/releases/r1");
      await page.clock.runFor(61_000);
      await asked;
    }
    await line().getByText("Countersign gives no fresh page now. This one is as it was at 10:0").waitFor();
    await context.unroute("**/*");
    await page.clock.runFor(61_000);
    await line().waitFor({ state: "hidden" });
  });

  test("it is tried later each time, never again and again", async () => {
    await context.addInitScript(() => {
      const tries: number[] = [];
      class Broken {
        static OPEN = 1;
        readyState = 2;
        onerror: (() => void) | null = null;
        constructor() {
          tries.push(Date.now());
          setTimeout(() => this.onerror?.(), 10);
        }
        close(): void {}
      }
      Object.assign(window, { EventSource: Broken, tries });
    });
    await page.clock.install();
    await page.goto(`${served.url}/tokens`);
    await page.clock.runFor(10 * 60_000);
    const tries = await page.evaluate(() => (window as unknown as { tries: number[] }).tries);
    const waits = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    expect(waits[0]).toBeLessThan(1_100);
    expect(waits[1]).toBeGreaterThan(900);
    expect(Math.min(...waits.slice(6))).toBeGreaterThan(29_000);
    expect(Math.max(...waits)).toBeLessThan(61_000);
    // There is nothing on it that could be out of date.
    expect(await line().isVisible()).toBe(false);
  });

  test("the title of every page counts what waits, and goes on in the background", async () => {
    const audit = await context.newPage();
    await audit.goto(`${served.url}/tokens`);
    await audit.waitForFunction(() => document.title === "(1) Tokens · Countersign");
    await page.goto(`${served.url}/audit`);
    await page.waitForFunction(() => document.title === "(1) Audit · Countersign");
    await Promise.all([audit, page].map((one) => one.evaluate(hide)));
    // One of them goes on listening, and tells the other.
    await listening();
    served.bench.stage.views.push(aView({ release: { ...aView().release, id: "r9", version: "9.0.0" } }));
    served.bench.changed("r9");
    for (const one of [audit, page]) await one.waitForFunction(() => document.title.startsWith("(2) "));
    expect(await page.locator("#said").textContent()).toMatch(/^$|Something new waits for you: 2 in all\./);
  });
});

function hide(): void {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
