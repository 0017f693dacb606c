import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launchChromium, sitDown } from "./browser.ts";
import { axeFindings, structureProblems, tabProblems, widthProblems } from "./page-checks.ts";

const chromium = findChromium();

/** A page on which everything is wrong that is looked for. */
const wrong = `<!doctype html><html lang="en"><head><title>Page · Countersign</title>
<style>button:focus { outline: none } a:focus-visible { outline: 2px solid rgb(230, 230, 230) }</style></head>
<body><a class="skip" href="#nowhere">Skip</a><header>top</header><nav>a</nav>
<main id="main" tabindex="-1"><h1>One</h1><h1>Two</h1>
<table><tr><td>cell</td></tr></table><p style="color:#aaa">faint</p>
<a href="/x" tabindex="2">first by force</a><button>dark</button><button></button><input tabindex="-1">
<div class="wide" style="overflow-x:auto"><div style="width:2000px">wide</div></div><div style="width:500px">500</div>
</main><footer>end</footer></body></html>`;

describe.skipIf(chromium === null)("what is looked for on each page is found where it is wrong:", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser.close();
  });

  test("colours, names, headings, tables, styles, order, focus, width, and what the browser complains of", async () => {
    const { page, complaints } = await sitDown(browser, "https://countersign.test");
    await page.setContent(wrong);
    const axe = (await axeFindings(page)).join("\n");
    for (const rule of ["color-contrast", "button-name", "label", "tabindex"]) expect(axe).toContain(`${rule}:`);
    expect((await axeFindings(page, "colours")).join("\n")).toMatch(/^color-contrast:/);
    const skeleton = (await structureProblems(page)).join("\n");
    for (const words of ["2 of h1", "nav without a name", "without a caption", "without headers", "written inline"])
      expect(skeleton).toContain(words);
    const walked = (await tabProblems(page)).join("\n");
    for (const words of ["no focus to be seen", "a faint focus", "without a name", "out of order", "leads to"])
      expect(walked).toContain(words);
    expect((await widthProblems(page, 390)).join("\n")).toContain("at 390 px it is");
    expect(await widthProblems(page, 1280)).toEqual(["scrolls at 1280 px without the keyboard: wide"]);
    complaints();
    await page.evaluate(() => {
      alert("hello");
      console.warn("careful");
      void fetch("https://elsewhere.test/").catch(() => undefined);
      setTimeout(() => {
        throw new Error("broken");
      });
    });
    let heard = "";
    await expect.poll(() => (heard += complaints().join("\n"))).toContain("broken");
    for (const words of ["dialog: hello", "console: careful", "asks elsewhere: https://elsewhere.test/"])
      expect(heard).toContain(words);
    await page.context().close();
  });
});
