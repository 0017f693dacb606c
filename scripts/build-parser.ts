// Bundles GitHub's own workflow parser into generated/, where its version changed since: as a package it can't be imported by Node,
// since it imports JSON without saying so.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "generated", "workflow-parser.mjs");
/** All that is used of it, for the bundle and for the types. */
const entry =
  'export { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";\n';

/**
 * Brings generated/workflow-parser.mjs up to date; quick where it is already. Where the package isn't installed (production) what was
 * built before is taken.
 * @throws Error where there is neither
 */
export function ensureParser(): void {
  const require = createRequire(import.meta.url);
  const folder = join(root, "node_modules", "@actions", "workflow-parser");
  if (!existsSync(folder)) {
    if (existsSync(target)) return;
    throw new Error(
      "GitHub's workflow parser was never bundled: run `npm run build` where the development packages are.",
    );
  }
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const esbuild = require("esbuild") as typeof import("esbuild");
  const stamp = `// @actions/workflow-parser ${version}, bundled by esbuild ${esbuild.version}.\n`;
  if (existsSync(target) && readFileSync(target, "utf8").startsWith(stamp)) return;
  const { outputFiles } = esbuild.buildSync({
    stdin: { contents: entry, resolveDir: root, sourcefile: "workflow-parser.js" },
    bundle: true,
    write: false,
    // Its parts as modules, without a `require` that a module doesn't have.
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "node22",
    format: "esm",
    charset: "utf8",
    minify: true,
    legalComments: "inline",
    logLevel: "silent",
    banner: { js: stamp.trimEnd() },
  });
  mkdirSync(dirname(target), { recursive: true });
  write(target, outputFiles[0]?.text ?? "");
  write(target.replace(/\.mjs$/, ".d.mts"), entry);
}

/** Another process that builds the same never reads half a file. */
function write(path: string, text: string): void {
  writeFileSync(`${path}-${process.pid}`, text);
  renameSync(`${path}-${process.pid}`, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureParser();
