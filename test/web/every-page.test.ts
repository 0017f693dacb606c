import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "../../src/web/routes.ts";
import { findChromium, launchChromium, sitDown } from "../support/browser.ts";
import type { Seat } from "../support/browser.ts";
import { axeFindings, structureProblems, tabProblems, widthProblems } from "../support/page-checks.ts";
import { busyMorning, gallery } from "./gallery.ts";
import { serveBench } from "./serve.ts";

const chromium = findChromium();

/** What answers a GET and is no page. */
const noPages: Readonly<Record<string, string>> = {
  "/waiting": "what waits for the reader, for the pages' script",
  "/sign-in": "leads to GitHub",
  "/live": "the stream that open pages listen to",
  "/audit.csv": "a file",
  "/audit.ndjson": "a file",
  "/repositories/:id/set-up/file": "a file",
  "/repositories/:id/set-up/set-up.sh": "a file",
  "/repositories/:id/coach/file": "a file",
  "/repositories/:id/coach/change.sh": "a file",
};

const paths = routes.filter(({ method }) => method === "GET").map(({ path }) => path);

test.each(paths.filter((path) => !(path in noPages)))("%s has a scene in the gallery", (path) => {
  const form = new RegExp(`^${path.replaceAll(".", "\\.").replace(/:\w+/g, "[^/]+")}$`);
  const scenes = gallery.filter(([, , address]) => form.test(address.split("?")[0] ?? ""));
  expect(
    scenes.length,
    `GET ${path} is in src/web/routes.ts and no scene of test/web/gallery.ts shows it: add one, so that it is looked at.`,
  ).toBeGreaterThan(0);
});

test("what is said to be no page is in the table of routes", () => {
  expect(Object.keys(noPages).filter((path) => !paths.includes(path))).toEqual([]);
});

describe.skipIf(chromium === null)("each page in a real browser", () => {
  const desktop = { width: 1280, height: 800 };
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serveBench>>;
  let seats: Record<"alice" | "bob" | "dave" | "nobody", Seat>;

  beforeAll(async () => {
    [browser, served] = await Promise.all([launchChromium(chromium ?? ""), serveBench(busyMorning())]);
    const sit = async (login: string | null): Promise<Seat> => {
      const seat = await sitDown(browser, served.url, { viewport: desktop });
      if (login === null) return seat;
      served.who.login = login;
      await seat.page.goto(`${served.url}/sign-in`);
      return seat;
    };
    seats = {
      alice: await sit("alice"),
      bob: await sit("bob"),
      dave: await sit("dave"),
      nobody: await sit(null),
    };
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  test.each(gallery)("%s", async (_name, login, path) => {
    const { page, complaints } = seats[login ?? "nobody"];
    await page.setViewportSize(desktop);
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(served.url + path);
    const found = { light: await axeFindings(page), skeleton: await structureProblems(page) };
    const walked = await tabProblems(page);
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await axeFindings(page, "colours");
    const widths: string[] = [];
    // 640 is 1280 at 200 %; 320 is what WCAG 1.4.10 asks for.
    for (const width of [640, 320, 390]) widths.push(...(await widthProblems(page, width)));
    const phone = { dark: await axeFindings(page), light: [] as string[] };
    await page.emulateMedia({ colorScheme: "light" });
    phone.light = await axeFindings(page, "colours");
    expect({ ...found, dark, walked, widths, phone, complaints: complaints() }).toEqual({
      ...{ light: [], skeleton: [], dark: [], walked: [], widths: [] },
      ...{ phone: { dark: [], light: [] }, complaints: [] },
    });
  });
});
