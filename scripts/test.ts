import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureAssets } from "./build-assets.ts";
import { getBrowser } from "./browser.ts";
import { ensureGenerated } from "./generate.ts";

/** `npm test`: gets what the tests need (database client, assets, a browser), then runs them. Arguments go to vitest. */
try {
  ensureGenerated();
  await ensureAssets();
  const CHROMIUM_PATH = getBrowser();
  const root = join(import.meta.dirname, "..");
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const NODE_COMPILE_CACHE = join(root, "node_modules", ".cache", "compiled");
  fill(NODE_COMPILE_CACHE, join(root, "src", "start.ts"));
  const run = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], {
    stdio: "inherit",
    cwd: root,
    env: { ...process.env, CHROMIUM_PATH, NODE_COMPILE_CACHE },
  });
  process.exitCode = run.status ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** The app starts as a child process some hundred times, and is mostly killed, so that none leaves what Node compiled to the next. */
function fill(NODE_COMPILE_CACHE: string, file: string): void {
  const code = `await import(${JSON.stringify(pathToFileURL(file).href)})`;
  const options = { stdio: "inherit", env: { ...process.env, NODE_COMPILE_CACHE } } as const;
  spawnSync(process.execPath, ["--input-type=module", "--eval", code], options);
}
