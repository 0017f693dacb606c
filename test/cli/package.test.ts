import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildCli } from "../../scripts/build-cli.ts";
import { CommandLine, npmToken } from "../support/command-line.ts";
import { Story } from "../support/story.ts";

const root = join(import.meta.dirname, "..", "..");
const npm = join(root, "node_modules", "npm", "bin", "npm-cli.js");
const run = promisify(execFile);

/** Built, packed with the real npm, and installed where there is nothing else. */
let folder: string;
let bin: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-pack-"));
  const built = await buildCli(join(folder, "built"));
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, npm_config_update_notifier: "false" };
  await run(process.execPath, [npm, "pack", built, "--pack-destination", folder], { env, cwd: folder });
  const archive = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  const elsewhere = ["install", "--offline", "--no-audit", "--no-fund", "--prefix", join(folder, "elsewhere")];
  await run(process.execPath, [npm, ...elsewhere, join(folder, archive)], { env, cwd: folder });
  bin = join(folder, "elsewhere", "node_modules", ".bin", "countersign");
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package is one file that needs nothing else, with the licences of what is in it", () => {
  const installed = readdirSync(join(folder, "elsewhere", "node_modules")).filter((name) => !name.startsWith("."));
  expect(installed).toEqual(["@countersign"]);
  const inside = join(folder, "elsewhere", "node_modules", "@countersign", "cli");
  expect(readdirSync(inside).toSorted()).toEqual([
    "LICENSE",
    "LICENSES",
    "README.md",
    "countersign.mjs",
    "package.json",
  ]);
  const text = readFileSync(join(inside, "countersign.mjs"), "utf8");
  expect(text).not.toContain(root);
  expect(text).not.toMatch(/from "(?!node:)/);
  for (const name of ["@noble/ciphers", "@octokit/auth-oauth-device", "zod"])
    expect(readFileSync(join(inside, "LICENSES"), "utf8")).toContain(name);
});

test("installed elsewhere, it says its version and works with the app in the world", async () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const story = await Story.open();
  story.github.core.deviceInterval = 0;
  const cli = new CommandLine(story.github, story.publicUrl, [bin]);
  try {
    expect(await cli.run(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
    await cli.json(["sign-in"], { as: story.cast.alice });
    expect(await cli.json(["token", "list"])).toMatchObject({ tokens: [], missing: [{ package: "@acme/widget" }] });
    const day = new Date(story.clock.now().getTime() + 20 * 86_400_000).toISOString().slice(0, 10);
    const add = ["token", "add", "--npm-user", "alice-npm", "--expires", day];
    expect(await cli.json(add, { input: npmToken("a") })).toMatchObject({ tokens: [{ state: "alive" }] });
  } finally {
    cli.close();
    await story.close();
  }
  story.judge.assertClean();
});

test("from the checkout it runs as a script of the repository", async () => {
  const { stdout } = await run(process.execPath, [npm, "run", "-s", "countersign", "--", "help"], { cwd: root });
  expect(stdout).toContain("token rotate");
});
