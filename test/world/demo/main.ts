/**
 * The whole story on one machine: a GitHub, an npm registry and a job runner on loopback, Countersign as a process of its own on
 * its embedded database, and people. `--mode` chooses how the package is published; `--once` ends after the story, with status 0
 * only if it held.
 */
import { help, readOptions } from "./options.ts";
import { Timeline } from "./timeline.ts";

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help" || "problem" in options) {
    if (options !== "help") process.stderr.write(`${options.problem}\n\n`);
    process.stdout.write(help);
    return options === "help" ? 0 : 2;
  }
  const timeline = new Timeline();
  timeline.heading("Countersign: nobody publishes alone");
  timeline.tell("world", "starting a GitHub, an npm registry and a job runner on loopback");
  const { playDemo } = await prepare();
  return await playDemo(timeline, options);
}

/** What is made on demand (the database client, the pages' assets), before anything that needs it is loaded. */
async function prepare(): Promise<typeof import("./play.ts")> {
  const { ensureGenerated } = await import("../../../scripts/generate.ts");
  ensureGenerated();
  const { ensureAssets } = await import("../../../scripts/build-assets.ts");
  await ensureAssets();
  return await import("./play.ts");
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(
    `\nThe demo broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
});
// Whatever still listens must not keep a story alive that is over.
process.exit();
