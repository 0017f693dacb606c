import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A Chromium that is there: CHROMIUM_PATH, then PATH, then Debian's place. Null where there is none. */
export function findBrowser(env: Readonly<Record<string, string | undefined>> = process.env): string | null {
  const given = env["CHROMIUM_PATH"];
  if (given !== undefined && given !== "") return runnable(given) ? given : null;
  const folders = [...(env["PATH"] ?? "").split(delimiter), "/usr/bin"];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(runnable) ?? null;
}

/** As root on Debian the package is installed; elsewhere the sentence says exactly what to do. */
export function getBrowser(): string {
  const found = findBrowser();
  if (found !== null) return found;
  if (process.env["CHROMIUM_PATH"])
    throw new Error(`CHROMIUM_PATH names ${process.env["CHROMIUM_PATH"]}, which can't be run: correct it or unset it.`);
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    console.log("No Chromium here: installing Debian's package, once.");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const run = (command: string): boolean =>
      spawnSync("sh", ["-c", command], { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
    if (run("apt-get update -qq") && run("apt-get install -y -qq --no-install-recommends chromium")) {
      const installed = findBrowser();
      if (installed !== null) return installed;
    }
  }
  throw new Error(
    "The tests drive a real browser and there is none: install Chromium (Debian: `sudo apt-get install chromium`) or set CHROMIUM_PATH to one.",
  );
}
