import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where Chromium is: CHROMIUM_PATH, the PATH, or where Debian puts it; null where it isn't installed. */
export function findChromium(): string | null {
  const given = process.env["CHROMIUM_PATH"];
  if (given !== undefined && given !== "") return existsSync(given) ? given : null;
  const folders = [...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""), "/usr/bin"];
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

/**
 * A real browser without a window, that talks to nobody but us. Runs as root too, where Chromium refuses its sandbox: it loads
 * our own pages only.
 */
export async function launchChromium(path: string): Promise<Browser> {
  return await chromium.launch({
    executablePath: path,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

/** Somebody in front of a browser of their own. */
export interface Seat {
  page: Page;
  context: BrowserContext;
  /** What the browser found wrong since it was asked last: errors, requests that failed or went elsewhere, dialogs. */
  complaints(): string[];
}

/** A browser of somebody's own, in front of the server at `url`. */
export async function sitDown(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Seat> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  let heard: string[] = [];
  const hear = (complaint: string): void => void heard.push(complaint);
  listen(page, url, hear);
  return {
    page,
    context,
    complaints() {
      const all = heard;
      heard = [];
      return all;
    },
  };
}

function listen(page: Page, url: string, hear: (complaint: string) => void): void {
  page.on("console", (message) => {
    // The failed load itself is told below, with its address.
    const loud = ["error", "warning"].includes(message.type());
    if (loud && !message.text().includes("Failed to load resource")) hear(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => hear(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    hear(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const own = request.url().startsWith(`${url}/`);
    if (!own) hear(`asks elsewhere: ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // A page that is left stops listening and loading.
    if (why !== "net::ERR_ABORTED") hear(`${request.method()} ${request.url()}: ${why}`);
  });
  page.on("response", (response) => {
    // A whole page says by itself what is wrong.
    if (response.status() >= 400 && !response.request().isNavigationRequest())
      hear(`${response.url()}: ${response.status()}`);
  });
}
