import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureAssets } from "./build-assets.ts";
import { getBrowser } from "./browser.ts";
import { ensureGenerated } from "./generate.ts";

/** `npm test`: gets what the tests need (database client, assets, a browser), then runs them. Arguments go to vitest. */
try {
  ensureGenerated();
  await ensureAssets();
  const CHROMIUM_PATH = getBrowser();
  const vitest = join(import.meta.dirname, "..", "node_modules", "vitest", "vitest.mjs");
  const run = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], {
    stdio: "inherit",
    cwd: join(import.meta.dirname, ".."),
    env: { ...process.env, CHROMIUM_PATH },
  });
  process.exitCode = run.status ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
