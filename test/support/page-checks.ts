import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The rules of axe that colours can break; all others see the same in light and in dark. */
const colourRules = ["color-contrast", "link-in-text-block"];

interface AxeResults {
  violations: Array<{ id: string; nodes: Array<{ html: string; failureSummary?: string }> }>;
}

/** What axe finds, one sentence each. `colours` looks again at colours alone, on a page that was looked at whole before. */
export async function axeFindings(page: Page, what: "whole" | "colours" = "whole"): Promise<string[]> {
  const results: AxeResults =
    what === "whole"
      ? // These pages have no frames: the old way needs no second page for each look.
        await new AxeBuilder({ page }).withTags(axeTags).setLegacyMode().analyze()
      : await page.evaluate((rules) => {
          const { axe } = window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } };
          return axe.run({ runOnly: { type: "rule", values: rules }, resultTypes: ["violations"] });
        }, colourRules);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ""}`),
  );
}

/** What is wrong with a page's skeleton, one sentence each; nothing where all is well. */
export async function structureProblems(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const found: string[] = [];
    const count = (selector: string): number => document.querySelectorAll(selector).length;
    const exactly = (wanted: number, selector: string): void => {
      if (count(selector) !== wanted) found.push(`${count(selector)} of ${selector} instead of ${wanted}`);
    };
    for (const one of ["h1", "main", "body > header", "body > footer", "html[lang=en]", "title"]) exactly(1, one);
    if (!/^.+ · Countersign$/.test(document.title)) found.push(`its title is “${document.title}”`);
    for (const nav of document.querySelectorAll("nav")) if (!nav.ariaLabel) found.push("a nav without a name");
    for (const table of document.querySelectorAll("table")) {
      if (table.caption === null) found.push("a table without a caption");
      if (table.querySelector("th[scope=col]") === null) found.push("a table without headers");
    }
    for (const one of document.querySelectorAll("*")) {
      const written = one.getAttributeNames().filter((name) => name === "style" || name.startsWith("on"));
      if (written.length > 0 || one.localName === "style") found.push(`written inline: ${one.outerHTML.slice(0, 120)}`);
      if (one instanceof HTMLScriptElement && one.src === "") found.push(`inline script: ${one.text.slice(0, 80)}`);
    }
    return found;
  });
}

/** What is wrong with a page of this width, in CSS pixels; nothing where it needs no scrolling to the side. */
export async function widthProblems(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 800 });
  return await page.evaluate((wide) => {
    const found: string[] = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > wide) {
      const culprits = [...document.querySelectorAll("body *")].filter(
        (one) => one.getBoundingClientRect().right > wide + 0.5 && one.closest(".scroll") === null,
      );
      found.push(`at ${wide} px it is ${scrollWidth} px wide: ${culprits.at(-1)?.outerHTML.slice(0, 200) ?? ""}`);
    }
    for (const one of document.querySelectorAll<HTMLElement>("body *")) {
      const rolls = ["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth;
      if (rolls && one.tabIndex < 0) found.push(`scrolls at ${wide} px without the keyboard: ${one.className}`);
    }
    return found;
  }, width);
}

/**
 * Walks through a page with Tab alone. What is wrong, one sentence each: something that can't be reached, another order than that of
 * the text, a focus that nobody sees, something without a name, a skip link that doesn't skip.
 */
export async function tabProblems(page: Page): Promise<string[]> {
  const stops = await page.evaluate(watchFocus);
  // A field for days has several stops inside, and a field that is focused at first begins the walk in the middle.
  for (let presses = 0; presses < stops * 2 + 12; presses += 1) {
    await page.keyboard.press("Tab");
    // Asked now and then only: each question takes as long as a press.
    if (presses >= stops && (await page.evaluate(walkedAround))) break;
  }
  const found = await page.evaluate(walkProblems);
  await page.locator("a.skip").focus();
  await page.keyboard.press("Enter");
  const where = await page.evaluate(() => document.activeElement?.id);
  return where === "main" ? found : [...found, `the skip link leads to ${where ?? "nowhere"}`];
}

interface Walk {
  stops: HTMLElement[];
  order: number[];
  problems: string[];
}

/** In the page: what can be focused, and a look at each thing when it is. Returns how many things there are. */
function watchFocus(): number {
  const selector = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const stops = [...document.querySelectorAll<HTMLElement>(selector)].filter(
    (one) => one.checkVisibility() && !one.matches(":disabled"),
  );
  const walk: Walk = { stops, order: [], problems: [] };
  (window as unknown as { walk: Walk }).walk = walk;
  const numbers = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = numbers(colour)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one: string, other: string): number => {
    const [low = 0, high = 0] = [light(one), light(other)].toSorted((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (one: Element | null): string => {
    for (let around = one; around !== null; around = around.parentElement) {
      const colour = getComputedStyle(around).backgroundColor;
      if ((numbers(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  document.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    const number = stops.indexOf(target);
    const short = target.outerHTML.replace(/\s+/g, " ").slice(0, 120);
    if (number < 0) return void walk.problems.push(`focus on what isn't there: ${short}`);
    walk.order.push(number);
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(target);
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) walk.problems.push(`no focus to be seen: ${short}`);
    else if (contrast(outlineColor, ground(target.parentElement)) < 3)
      walk.problems.push(`a faint focus (${outlineColor} on ${ground(target.parentElement)}): ${short}`);
    const { top, left, bottom, right } = target.getBoundingClientRect();
    const seen = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    if (!seen)
      requestAnimationFrame(() => {
        const { bottom: low, top: high } = target.getBoundingClientRect();
        if (document.activeElement === target && (low <= 0 || high >= innerHeight))
          walk.problems.push(`focused out of sight: ${short}`);
      });
    const labels = "labels" in target ? [...((target as HTMLInputElement).labels ?? [])] : [];
    const name = `${target.ariaLabel ?? ""}${target.textContent}${labels.map((label) => label.textContent).join("")}`;
    if (name.trim() === "") walk.problems.push(`without a name: ${short}`);
  });
  return stops.length;
}

/** In the page: whether the walk has come back to where the page begins. */
function walkedAround(): boolean {
  const { order } = (window as unknown as { walk: Walk }).walk;
  return order.filter((number) => number === 0).length >= 2;
}

/** In the page: what was wrong on the way. */
function walkProblems(): string[] {
  const { stops, order, problems } = (window as unknown as { walk: Walk }).walk;
  const round = order.slice(order.indexOf(0));
  const once = round.slice(0, round.indexOf(0, 1) === -1 ? undefined : round.indexOf(0, 1));
  const short = (number: number): string => stops[number]?.outerHTML.replace(/\s+/g, " ").slice(0, 120) ?? "";
  const missed = stops.flatMap((_, number) => (once.includes(number) ? [] : [`not reached by Tab: ${short(number)}`]));
  const jumps = once.flatMap((number, index) =>
    index > 0 && number < (once[index - 1] ?? 0) ? [`out of order: ${short(number)}`] : [],
  );
  return [...new Set([...problems, ...missed, ...jumps])];
}
