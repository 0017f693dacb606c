#!/usr/bin/env node
import { run } from "./run.ts";

// Node 20 warns that X25519 in WebCrypto is experimental there; on standard error that would be in the way of --json.
const print = process.listeners("warning");
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning") for (const listener of print) listener(warning);
});

const { stdin, stdout, stderr, env } = process;
process.exitCode = await run({ args: process.argv.slice(2), env, stdin, stdout, stderr, now: () => new Date() });
