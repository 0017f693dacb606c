import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { aRelease } from "../support/examples.ts";
import { findChromium, launchChromium } from "../support/browser.ts";
import { aChallenge, aRunnerSession, aView } from "./bench.ts";
import { serveBench } from "./serve.ts";
import { openTabs, setHidden } from "./tabs.ts";
import type { Tabs } from "./tabs.ts";

const chromium = findChromium();
const choices = "/notifications";

/** A release of bob's or alice's that waits. */
function waiting(id: string, version: string) {
  return aView({ release: aRelease({ id, version, runUrl: null }) });
}

function asking() {
  const view = aView({ release: aRelease({ id: "r2", state: "running", version: "2.0.0" }) });
  return { ...view, challenge: aChallenge({ id: "c2", releaseId: "r2" }) };
}

describe.skipIf(chromium === null)("notifications in a browser", () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serveBench>>;
  const opened: Tabs[] = [];
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    served = await serveBench({ views: [waiting("r1", "1.2.0")] });
  });
  afterEach(async () => {
    for (const { context, complaints } of opened.splice(0)) {
      expect(complaints).toEqual([]);
      await context.close();
    }
    await served.close();
  });

  async function tabsOf(login: string, granted?: "default" | "granted" | "denied"): Promise<Tabs> {
    const tabs = await openTabs(browser, served, login, granted);
    opened.push(tabs);
    return tabs;
  }

  /** Turns them on as a person does, and waits until what waits already is taken down. */
  async function turnedOn(tabs: Tabs): Promise<Page> {
    const page = await tabs.open(choices);
    const asked = page.waitForResponse((one) => one.url().endsWith("/waiting") && one.status() < 300);
    await page.getByRole("button", { name: "Turn on in this browser" }).click();
    await page.getByText("Show one now").waitFor();
    await asked;
    await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith("told:")));
    return page;
  }

  /** What was told, but for the one that is shown when they are turned on. */
  async function told(tabs: Tabs): Promise<string[]> {
    const all = await tabs.shown();
    return all.filter(({ tag }) => tag !== "sample").map(({ title, body }) => `${title}: ${body}`);
  }

  async function called(tabs: Tabs): Promise<void> {
    await vi.waitUntil(async () => (await told(tabs)).length > 0, { timeout: 10_000 });
  }

  function comesUp(view: ReturnType<typeof waiting>): void {
    served.bench.stage.views.push(view);
    served.bench.changed(view.release.id);
  }

  test("are asked for on a click only, and the choice is remembered", async () => {
    const tabs = await tabsOf("bob", "default");
    const page = await tabs.open(choices);
    await page.getByText("Not asked yet").waitFor();
    expect(await page.evaluate(() => Notification.permission)).toBe("default");
    await page.getByRole("button", { name: "Turn on in this browser" }).press("Enter");
    await page.getByRole("button", { name: "Turn off" }).waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    expect(await tabs.shown()).toMatchObject([{ title: "Countersign can call you here", tag: "sample" }]);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Show one now");
    await page.reload();
    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByText("Your browser allows them.").waitFor();
    await page.reload();
    await page.getByText("Your browser allows them.").waitFor();
  });

  test("tell how to undo it where the browser blocks them, and where they can't be had", async () => {
    const blocked = await (await tabsOf("bob", "denied")).open(choices);
    await blocked.getByText("Blocked by the browser").waitFor();
    expect(await blocked.getByRole("button", { name: "Turn on in this browser" }).count()).toBe(0);
    const without = await tabsOf("bob");
    await without.context.addInitScript(() => Reflect.deleteProperty(window, "Notification"));
    await (await without.open(choices)).getByText("This browser shows no notifications").waitFor();
    const insecure = await tabsOf("bob");
    await insecure.context.addInitScript(() => Object.defineProperty(window, "isSecureContext", { value: false }));
    await (await insecure.open(choices)).getByText("Not possible at this address").waitFor();
    // Some browsers have the name, and throw when one is made.
    const phone = await tabsOf("bob");
    await phone.context.addInitScript(() => {
      class Illegal {
        static permission = "granted";
        static requestPermission = (): Promise<string> => Promise.resolve("granted");
        constructor() {
          throw new TypeError("Illegal constructor");
        }
      }
      Object.defineProperty(window, "Notification", { value: Illegal });
    });
    const page = await phone.open(choices);
    await page.getByRole("button", { name: "Turn on in this browser" }).click();
    await page.getByText("Not possible here").waitFor();
  });

  test("call for an approval that comes up, in the background too, and not for what waited already", async () => {
    const tabs = await tabsOf("bob");
    const page = await turnedOn(tabs);
    await setHidden(page, true);
    comesUp(waiting("r3", "1.3.0"));
    await called(tabs);
    expect(await told(tabs)).toEqual([
      "Your approval is wanted: @acme/widget@1.3.0 in acme/widget, asked for by alice",
    ]);
    expect(await page.title()).toBe("(2) Notifications · Countersign");
  });

  test("call the token's owner, and nobody else, when npm asks; and go when it is answered", async () => {
    const [alice, bob] = [await tabsOf("alice"), await tabsOf("bob")];
    const page = await turnedOn(alice);
    const other = await turnedOn(bob);
    const looked = other.waitForResponse((one) => one.url().endsWith("/waiting"));
    comesUp(asking());
    await called(alice);
    expect(await told(alice)).toEqual(["npm asks you for the second factor: @acme/widget@2.0.0 in acme/widget"]);
    await looked;
    expect(await told(bob)).toEqual([]);
    served.bench.stage.views.pop();
    served.bench.stage.views.push({ ...asking(), challenge: null });
    served.bench.changed("r2");
    await page.waitForFunction(() =>
      (window as unknown as { shown: Array<{ tag: string; closed: boolean }> }).shown.every(
        ({ tag, closed }) => tag === "sample" || closed,
      ),
    );
  });

  test("lead to the place when they are clicked, but never away from what is being filled in", async () => {
    const view = asking();
    served.bench.stage.challenges.push({ challenge: view.challenge, session: aRunnerSession(), view });
    const tabs = await tabsOf("alice");
    const page = await turnedOn(tabs);
    comesUp(view);
    await called(tabs);
    await page.getByLabel("Name").fill("half a na");
    const click = (): Promise<void> =>
      page.evaluate(() => (window as unknown as { made: Notification[] }).made.at(-1)?.onclick?.(new Event("click")));
    const popup = tabs.context.waitForEvent("page");
    await click();
    await (await popup).waitForURL("**/challenges/c2");
    expect(await page.getByLabel("Name").inputValue()).toBe("half a na");
    await page.getByLabel("Name").fill("");
    await click();
    await page.waitForURL("**/challenges/c2");
  });

  test("come once, however many pages are open, and still when the page that told them is closed", async () => {
    const tabs = await tabsOf("bob");
    const first = await turnedOn(tabs);
    const second = await tabs.open("/tokens");
    await tabs.open("/audit");
    comesUp(waiting("r3", "1.3.0"));
    await second.waitForFunction(() => document.title.startsWith("(2)"));
    await called(tabs);
    expect(await told(tabs)).toHaveLength(1);
    await setHidden(second, true);
    await first.close();
    comesUp(waiting("r4", "1.4.0"));
    await called(tabs);
    expect(await told(tabs)).toEqual([
      "Your approval is wanted: @acme/widget@1.4.0 in acme/widget, asked for by alice",
    ]);
  });

  test("become one where many come up at once", async () => {
    const tabs = await tabsOf("bob");
    await turnedOn(tabs);
    served.bench.stage.views.push(...["3", "4", "5"].map((one) => waiting(`r${one}`, `1.${one}.0`)));
    comesUp(waiting("r6", "1.6.0"));
    await called(tabs);
    const [one, ...more] = await told(tabs);
    expect(one).toContain("5 things wait for you: Your approval is wanted: @acme/widget@1.3.0");
    expect(more).toEqual([]);
  });

  test("end with the session, and say so once", async () => {
    const tabs = await tabsOf("bob");
    const page = await turnedOn(tabs);
    served.bench.sessions.clear();
    served.bench.changed("r1");
    await page.locator("#line", { hasText: "You are signed out. Reload this page to sign in." }).waitFor();
    expect(await told(tabs)).toEqual(["You are signed out of Countersign: It calls you here no more."]);
  });

  test("nobody is called who didn't turn them on", async () => {
    const tabs = await tabsOf("bob");
    const page = await tabs.open("/tokens");
    comesUp(waiting("r3", "1.3.0"));
    await page.waitForFunction(() => document.title.startsWith("(2) "));
    expect(await tabs.shown()).toEqual([]);
  });
});
