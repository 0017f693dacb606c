// Runs a TypeScript file on the Node this repository brings along (npm's per-platform packages carry the binary), or on the
// one that started us where that is new enough. Plain JavaScript, so that Node 20 can read it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [major, minor] = process.versions.node.split(".").map(Number);
const recent = major > 24 || major === 24 || (major === 22 && minor >= 18) || (major === 23 && minor >= 6);
const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
const brought = names.map((name) => join(root, "node_modules", name, "bin", "node")).find((path) => existsSync(path));
const node = major >= 24 ? process.execPath : (brought ?? (recent ? process.execPath : undefined));
if (node === undefined) {
  console.error(
    `Node ${process.versions.node} is too old to run TypeScript and no newer one came with the packages for ` +
      `${process.platform}-${process.arch}. Install Node 24 (or 22.18 and later), or run \`npm ci\` without --omit=optional.`,
  );
  process.exit(1);
}
const [file, ...rest] = process.argv.slice(2);
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, file), ...rest], {
  stdio: "inherit",
  env: { ...process.env, PATH: `${dirname(node)}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}` },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
