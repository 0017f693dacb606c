import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureGenerated } from "./generate.ts";

/** `npm run check`: every static check, all of them even where one fails, so that one run tells everything. */
const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules", ".bin", name);

interface Check {
  name: string;
  command: string;
  args: string[];
}

const checks: Check[] = [
  { name: "types", command: bin("tsc"), args: ["-p", "."] },
  {
    name: "lint",
    command: process.execPath,
    args: [join(root, "node_modules/eslint/bin/eslint.js"), "src", "action/src", "test", "scripts"],
  },
  {
    name: "arrows",
    command: bin("depcruise"),
    args: ["--config", ".dependency-cruiser.mjs", "src", "action/src"],
  },
  {
    name: "format",
    command: bin("prettier"),
    args: ["--check", "--log-level", "warn", "src", "action", "test", "scripts"],
  },
  { name: "words", command: process.execPath, args: [join(root, "scripts/check-words.ts")] },
  { name: "bundle", command: process.execPath, args: [join(root, "scripts/bundle-action.ts"), "--check"] },
];

ensureGenerated();
const failed: string[] = [];
for (const { name, command, args } of checks) {
  if (!existsSync(command)) {
    console.error(`${name}: ${command} is missing; run \`npm ci\`.`);
    failed.push(name);
    continue;
  }
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name}`);
  if (status === 0) continue;
  failed.push(name);
  console.log(`${stdout}${stderr}`);
}
if (failed.length > 0) console.error(`Failed: ${failed.join(", ")}.`);
process.exitCode = failed.length > 0 ? 1 : 0;
