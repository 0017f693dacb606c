/**
 * The whole story on one machine: a GitHub, an npm registry and a job runner on loopback, Countersign as a process of its own on
 * its embedded database, two people and a passkey. `--once` ends after the story, with status 0 only if it held.
 */
import { Timeline } from "./timeline.ts";

const help = `npm run demo [-- --once]

Plays a release from the comment to the receipt, on loopback, with the real npm CLI, a real registry and a real browser where
Chromium is there. Afterwards the dashboard stays open, with a link for each person; Ctrl-C ends everything.

  --once   end after the story, with status 0 only if it held
  --help   this text
`;

async function main(): Promise<number> {
  const known = ["--once", "--help"];
  const unknown = process.argv.slice(2).find((word) => !known.includes(word));
  if (unknown !== undefined || process.argv.includes("--help")) {
    if (unknown !== undefined) process.stderr.write(`There is no option ${unknown}.\n\n`);
    process.stdout.write(help);
    return unknown === undefined ? 0 : 2;
  }
  const timeline = new Timeline();
  timeline.heading("Countersign: nobody publishes alone");
  timeline.tell("world", "starting a GitHub, an npm registry and a job runner on loopback");
  const { playDemo } = await prepare();
  return await playDemo(timeline, { once: process.argv.includes("--once") });
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
