import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launchChromium } from "../test/support/browser.ts";
import { morning } from "../test/web/bench.ts";
import { busyMorning, gallery } from "../test/web/gallery.ts";
import { serveBench } from "../test/web/serve.ts";
import { getBrowser } from "./browser.ts";
import { smallPng } from "./small-png.ts";

/**
 * `npm run screenshots`: docs/images made anew from the gallery's scenes, `<page>-<light|dark>[-phone].png`. Words behind it name the
 * pages to make. The clock stands still, so the same pages give the same pictures.
 */
const pages: Readonly<Record<string, string>> = {
  queue: "queue-alice",
  release: "release-waiting-bob",
  running: "release-running",
  receipt: "release-published",
  changes: "changes",
  contents: "contents",
  repositories: "repositories",
  repository: "repository",
  doctor: "doctor",
  "set-up": "set-up-half",
  tokens: "tokens",
  "repository-tokens": "repository-tokens",
  seal: "token-form",
  challenge: "challenge-code",
  notifications: "notifications-repository",
  audit: "audit",
  account: "account",
  panic: "panic-stopped",
};

/** CSS pixels; `most`: what is lower on the page is cut off. */
const sizes = [
  { suffix: "", width: 1280, most: 1100 },
  { suffix: "-phone", width: 390, most: 1400 },
] as const;

const folder = join(import.meta.dirname, "../docs/images");
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in pages));
if (unknown.length > 0) {
  console.error(`There is no page ${unknown.join(", ")}. There are: ${Object.keys(pages).join(", ")}.`);
  process.exit(2);
}

mkdirSync(folder, { recursive: true });
const browser = await launchChromium(getBrowser());
const served = await serveBench(busyMorning());
const seat = async (login: string): Promise<Page> => {
  const page = await (await browser.newContext()).newPage();
  await page.clock.setFixedTime(morning);
  served.who.login = login;
  await page.goto(`${served.url}/sign-in`);
  return page;
};
const seats = { alice: await seat("alice"), bob: await seat("bob"), dave: await seat("dave") };
let bytes = 0;
for (const [name, scene] of Object.entries(pages)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const [, login, path] = gallery.find(([one]) => one === scene) ?? [];
  if (path === undefined) throw new Error(`The gallery has no scene ${scene}.`);
  const page = seats[login ?? "alice"];
  await page.setViewportSize({ width: sizes[0].width, height: 400 });
  await page.goto(served.url + path);
  for (const colorScheme of ["light", "dark"] as const)
    for (const { suffix, width, most } of sizes) {
      await page.emulateMedia({ colorScheme });
      // Low, so that the picture ends where the page does.
      await page.setViewportSize({ width, height: 400 });
      const height = Math.min(most, await page.evaluate(() => document.documentElement.scrollHeight));
      const clip = { x: 0, y: 0, width, height };
      const picture = smallPng(await page.screenshot({ fullPage: true, clip, animations: "disabled", caret: "hide" }));
      writeFileSync(join(folder, `${name}-${colorScheme}${suffix}.png`), picture);
      bytes += picture.length;
    }
}
await browser.close();
await served.close();
console.log(
  `Pictures of ${asked.length > 0 ? asked.join(", ") : "every page"}: ${Math.round(bytes / 1024)} KB in docs/images.`,
);
