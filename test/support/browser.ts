import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

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
