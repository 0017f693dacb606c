import { randomBytes } from "node:crypto";
import { environmentWith } from "./settings/files.ts";
import { createLog } from "./settings/log.ts";
import { readSettings } from "./settings/settings.ts";
import type { Read, Settings } from "./settings/settings.ts";
import { variables } from "./settings/variables.ts";
import { setUp } from "./setup/index.ts";
import { startCountersign } from "./start.ts";

/**
 * How long what was begun may take to end, in milliseconds: within the 30 seconds that Kubernetes gives. What isn't done by then is left
 * as a kill would leave it.
 */
const drainMs = 25_000;

/** Starts the server, and ends it on SIGTERM or SIGINT after what was begun is done; a second signal ends it at once. */
async function main(): Promise<void> {
  if (process.argv.includes("--help")) {
    const width = Math.max(...variables.map(({ name }) => name.length)) + 2;
    const lines = variables.map(
      ({ name, what, otherwise }) =>
        `  ${name.padEnd(width)}${what} (${otherwise === null ? "needed" : `else ${otherwise}`})`,
    );
    process.stdout.write(
      `Countersign. Its settings are environment variables, or lines of a file .env:\n\n${lines.join("\n")}\n`,
    );
    return;
  }
  const env = environmentWith(process.env, process.cwd());
  const first = readSettings(env);
  const read = first.ok || first.unregistered === null ? first : await registered(env, first.unregistered);
  if (!read.ok) {
    process.stderr.write(`Countersign can't start:\n${read.problems.map((one) => `- ${one}`).join("\n")}\n`);
    process.exitCode = 1;
    return;
  }
  const log = createLog(read.settings.logLevel);
  const running = await startCountersign({
    settings: read.settings,
    secrets: read.secrets,
    log,
  });
  // For whoever started us as a child: the address, once it is known.
  process.send?.({ ready: running.url });
  let stopping = false;
  const giveUp = (): void => {
    log.warn({}, "Stopped in the middle of some work. The next start goes on with it.");
    process.exit(1);
  };
  const stop = (): void => {
    if (stopping) return giveUp();
    stopping = true;
    log.info({}, "Stopping: finishing what was begun.");
    setTimeout(giveUp, drainMs);
    running.stop().then(() => process.exit(0), giveUp);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

/** No app is registered yet: serves the pages that do that, and reads the settings again with what they gave. */
async function registered(env: Record<string, string | undefined>, settings: Settings): Promise<Read> {
  const log = createLog(settings.logLevel);
  const end = (): void => process.exit(0);
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
  const won = await setUp({
    ...settings,
    folder: process.cwd(),
    random: () => randomBytes(32).toString("base64url"),
    ready: (link) => {
      log.warn({}, `No GitHub App is registered yet. Open this link, which is good once: ${link}`);
      process.send?.({ setUp: link });
    },
  });
  log.info({ app: won["APP_ID"] }, "A GitHub App is registered.");
  process.off("SIGTERM", end);
  process.off("SIGINT", end);
  return readSettings({ ...env, ...won });
}

main().catch((error: unknown) => {
  // A sentence for the operator; no stack, which may hold what was being handled.
  process.stderr.write(`Countersign can't start: ${error instanceof Error ? error.message : "unknown error"}\n`);
  process.exit(1);
});
