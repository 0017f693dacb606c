import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launchChromium } from "../support/browser.ts";
import { busyMorning } from "./gallery.ts";
import { serveBench } from "./serve.ts";

const chromium = findChromium();

describe.skipIf(chromium === null)("the page of a release that is over", () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serveBench>>;
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
    served = await serveBench(busyMorning());
    served.who.login = "bob";
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  async function receipt(options: Parameters<Browser["newContext"]>[0]): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(`${served.url}/sign-in`);
    await page.goto(`${served.url}/releases/r4`);
    return page;
  }

  test.each(["A4", "Letter"])(
    "prints as a receipt on one page of %s, black on white from a dark screen",
    async (format) => {
      const page = await receipt({ colorScheme: "dark", contrast: "more" });
      const pdf = (await page.pdf({ format })).toString("latin1");
      expect(/\/Type \/Pages\s+\/Count (\d+)/.exec(pdf)?.[1]).toBe("1");
      await page.emulateMedia({ media: "print" });
      const colours = await page.evaluate(() => {
        const { color } = getComputedStyle(document.body);
        const printed = [...document.querySelectorAll("html, body, body *:not(code)")].filter((one) =>
          one.checkVisibility(),
        );
        const backgrounds = printed.map((one) => getComputedStyle(one).backgroundColor);
        return { color, backgrounds: [...new Set(backgrounds)] };
      });
      expect(colours).toEqual({ color: "rgb(0, 0, 0)", backgrounds: ["rgba(0, 0, 0, 0)"] });
      await page.context().close();
    },
  );

  test("has on paper what it says, where it comes from, and nothing to press", async () => {
    const page = await receipt({});
    await page.emulateMedia({ media: "print" });
    const text = await page.locator("body").innerText();
    expect(text).toContain("Approved by");
    expect(text).toContain(`${served.url}/releases/r4, as it was at 23 Nov 2026, 10:00:00 UTC`);
    for (const gone of ["Sign out", "Repositories", "Print", "What changed"]) expect(text).not.toContain(gone);
    expect(await page.locator("a:visible, button:visible").count()).toBe(await page.locator(".facts a").count());
    const shown = await page
      .locator('.facts a[href*="/runs/"]')
      .evaluate((one) => getComputedStyle(one, "::after").content);
    expect(shown).toContain("actions/runs/4242");
    await page.context().close();
  });

  test("has a button that prints it, where there is script", async () => {
    const page = await receipt({});
    await page.evaluate(() => Object.assign(window, { print: () => (document.title = "printed") }));
    await page.getByRole("button", { name: "Print" }).click();
    expect(await page.title()).toBe("printed");
    await page.context().close();
    const plain = await receipt({ javaScriptEnabled: false });
    expect(await plain.getByRole("button", { name: "Print" }).count()).toBe(0);
    await plain.context().close();
  });

  test.each(["light", "dark"] as const)(
    "says with lines and words what a system with a few colours of its own takes away, %s",
    async (colorScheme) => {
      const page = await receipt({ colorScheme, forcedColors: "active" });
      const { mark, words } = await page.evaluate(() => ({
        mark: getComputedStyle(document.querySelector(".tree .icon") ?? document.body).color,
        words: getComputedStyle(document.querySelector(".tree .reason") ?? document.body).color,
      }));
      expect(mark).toBe(words);
      await page.goto(served.url);
      const current = page.locator('.top nav a[aria-current="page"]');
      expect(await current.evaluate((one) => getComputedStyle(one).borderBottomStyle)).toBe("solid");
      await page.context().close();
    },
  );
});
