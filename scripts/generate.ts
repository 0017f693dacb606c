// Makes what isn't committed and is imported as code: GitHub's workflow parser, and the Prisma client where the schema or Prisma's
// version changed since. Needs no network: Prisma asks for an engine that `generate` never runs, so any program will do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureParser } from "./build-parser.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const schema = join(root, "prisma", "schema.prisma");
const generated = join(root, "generated");
const stamp = join(generated, "stamp");

/**
 * Brings generated/workflow-parser.mjs and generated/prisma up to date; quick and quiet where they are already. To be called before the
 * store or the doctor is imported.
 * @throws Error with Prisma's words where the schema is wrong
 */
export function ensureGenerated(): void {
  ensureParser();
  const wanted = digest();
  if (current() === wanted) return;
  const cli = join(dirname(createRequire(import.meta.url).resolve("prisma/package.json")), "build", "index.js");
  const run = spawnSync(process.execPath, [cli, "generate", "--schema", schema, "--no-hints"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
      NO_COLOR: "1",
    },
  });
  if (run.status !== 0) throw new Error(`prisma generate failed:\n${run.stderr}${run.stdout}`);
  mkdirSync(generated, { recursive: true });
  writeFileSync(stamp, wanted);
}

/** What the client was made from: the schema and Prisma's version. */
function digest(): string {
  const { version } = createRequire(import.meta.url)("prisma/package.json") as { version: string };
  return createHash("sha256").update(version).update("\0").update(readFileSync(schema)).digest("hex");
}

function current(): string {
  return existsSync(stamp) && existsSync(join(generated, "prisma", "client.ts")) ? readFileSync(stamp, "utf8") : "";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureGenerated();
