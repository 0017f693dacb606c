// Builds the command line to one file with a package.json of its own, ready for `npm pack`: `dist/cli/`, or the folder given.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");

/** Makes the package in a folder, which is emptied before. Returns the folder. */
export async function buildCli(folder: string = join(root, "dist", "cli")): Promise<string> {
  const { version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, string>;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/cli/main.ts"],
    outfile: join(folder, "countersign.mjs"),
    bundle: true,
    platform: "node",
    // The oldest Node that people are to have; what is newer in the language is rewritten.
    target: "node20",
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
    define: { COUNTERSIGN_VERSION: JSON.stringify(version) },
  });
  const description = {
    name: "@countersign/cli",
    version,
    description: "Seals npm tokens for Countersign on a releaser's own machine.",
    license,
    type: "module",
    bin: { countersign: "countersign.mjs" },
    files: ["countersign.mjs", "LICENSES"],
    engines: { node: ">=20" },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(description, null, 2)}\n`);
  writeFileSync(join(folder, "LICENSES"), licences(Object.keys(metafile.inputs)));
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  cpSync(join(root, "docs", "command-line.md"), join(folder, "README.md"));
  return folder;
}

/** The licences of all packages that went into the file. */
function licences(inputs: string[]): string {
  const packages = inputs.flatMap((path) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  const parts = [...new Set(packages)].toSorted().map((name) => {
    const folder = join(root, "node_modules", name);
    const file = existsSync(folder) ? readdirSync(folder).find((one) => /^licen[cs]e/i.test(one)) : undefined;
    if (file === undefined) throw new Error(`${name} has no licence that could go along.`);
    return `${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return `This program contains these packages.\n\n${parts.join(`\n${"-".repeat(78)}\n\n`)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , folder] = process.argv;
  console.log(await buildCli(folder === undefined ? undefined : resolve(folder)));
}
