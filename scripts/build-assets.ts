// Bundles what pages load (scripts of src/web/client, styles) into generated/assets/<hash>/, where src/web/assets.ts finds it.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const web = join(root, "src", "web");
const target = join(root, "generated", "assets");

/**
 * Builds the pages' files where their sources changed; a second call is quick. Safe beside another process that does the same.
 * Where esbuild isn't installed (production) what was built before is taken.
 * @throws Error where there is neither
 */
export async function ensureAssets(): Promise<void> {
  const esbuild = await import("esbuild").catch(() => null);
  if (esbuild === null) {
    if (existsSync(join(target, "current"))) return;
    throw new Error("esbuild is not installed and the pages' files were never built: run `npm run build` where it is.");
  }
  const bundle = await esbuild.build({
    entryPoints: [...clientScripts(), { in: join(web, "assets", "page.css"), out: "page" }],
    bundle: true,
    minify: true,
    write: false,
    outdir: target,
    format: "iife",
    target: "es2023",
    legalComments: "inline",
    logLevel: "silent",
  });
  const files = bundle.outputFiles.map((file) => ({ name: basename(file.path), bytes: file.contents }));
  files.push({ name: "icon.svg", bytes: readFileSync(join(web, "assets", "icon.svg")) });
  keep(files);
}

/** One bundle for each file of src/web/client whose name doesn't begin with an underscore. */
function clientScripts(): Array<{ in: string; out: string }> {
  const names = readdirSync(join(web, "client")).filter((name) => name.endsWith(".ts") && !name.startsWith("_"));
  return names.map((name) => ({ in: join(web, "client", name), out: name.replace(/\.ts$/, "") }));
}

function keep(files: Array<{ name: string; bytes: Uint8Array }>): void {
  const digest = createHash("sha256");
  for (const { name, bytes } of files) digest.update(name).update("\0").update(bytes).update("\0");
  const hash = digest.digest("hex").slice(0, 16);
  const current = join(target, "current");
  if (existsSync(current) && readFileSync(current, "utf8") === hash && existsSync(join(target, hash))) return;
  const fresh = join(target, `.${hash}-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  for (const { name, bytes } of files) writeFileSync(join(fresh, name), bytes);
  if (existsSync(join(target, hash))) rmSync(fresh, { recursive: true });
  else renameSync(fresh, join(target, hash));
  writeFileSync(`${current}-${process.pid}`, hash);
  renameSync(`${current}-${process.pid}`, current);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureAssets();
