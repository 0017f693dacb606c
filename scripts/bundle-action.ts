// Bundles the workflow step: one readable file for each entry point, committed. `--check` only says whether they are current.
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const action = join(root, "action");

/** The committed files, from the root, with the text that their sources make. */
export async function bundleAction(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: "action/src/publish.ts", out: "publish/dist/main" },
      { in: "action/src/post.ts", out: "publish/dist/post" },
      { in: "action/src/otp.ts", out: "otp/dist/main" },
      { in: "action/src/stage.ts", out: "stage/dist/main" },
      { in: "action/src/post.ts", out: "stage/dist/post" },
      { in: "action/src/live.ts", out: "live/dist/main" },
      { in: "action/src/second-build.ts", out: "second-build/dist/main" },
    ],
    bundle: true,
    // Paths in the output are those of this repository, wherever its packages lie.
    preserveSymlinks: true,
    write: false,
    outdir: action,
    platform: "node",
    target: "node24",
    format: "esm",
    charset: "utf8",
    legalComments: "inline",
    logLevel: "silent",
  });
  return new Map(outputFiles.map((file) => [relative(root, file.path), file.text]));
}

/** Those of the committed files that aren't what their sources make. */
export async function staleBundles(): Promise<string[]> {
  const files = [...(await bundleAction())];
  return files
    .filter(([name, text]) => !existsSync(join(root, name)) || readFileSync(join(root, name), "utf8") !== text)
    .map(([name]) => name);
}

async function main(check: boolean): Promise<void> {
  const stale = await staleBundles();
  if (check) {
    for (const name of stale) console.error(`${name} is stale: run scripts/bundle-action.ts and commit it.`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  for (const [name, text] of await bundleAction()) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  console.log(stale.length > 0 ? `Written: ${stale.join(", ")}` : "The bundles are current.");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes("--check"));
