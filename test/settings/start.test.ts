import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { variables } from "../../src/settings/variables.ts";

const main = join(import.meta.dirname, "../../src/main.ts");
let folder: string;
beforeEach(() => {
  // No .env of whoever runs the tests.
  folder = mkdtempSync(join(tmpdir(), "countersign-start-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(args: string[], env: Record<string, string>): { status: number | null; stdout: string; stderr: string } {
  const nodeArgs = ["--disable-warning=ExperimentalWarning", main, ...args];
  return spawnSync(process.execPath, nodeArgs, { cwd: folder, env, encoding: "utf8", timeout: 30_000 });
}

test("with half of an app's settings the server ends with 1, names all that is missing, and listens nowhere", () => {
  const { status, stdout, stderr } = start([], { APP_ID: "1" });
  expect(status).toBe(1);
  expect(stdout).toBe("");
  const lines = stderr.trim().split("\n");
  expect(lines[0]).toBe("Countersign can't start:");
  for (const { name } of variables.filter((one) => one.otherwise === null && one.name !== "APP_ID"))
    expect(lines).toContainEqual(expect.stringMatching(`^- ${name} is missing: set it to .+\\.$`));
});

test("a setting that is wrong is named without its value, and without a stack", () => {
  const { status, stderr } = start([], { WEBHOOK_SECRET: "canary", PRIVATE_KEY: "canary", PUBLIC_URL: "canary" });
  expect(status).toBe(1);
  for (const name of ["WEBHOOK_SECRET", "PRIVATE_KEY", "PUBLIC_URL"]) expect(stderr).toContain(`- ${name} `);
  expect(stderr).not.toMatch(/canary|\n\s+at /);
});

test("--help lists every setting and ends well", () => {
  const { status, stdout } = start(["--help"], {});
  expect(status).toBe(0);
  for (const { name } of variables) expect(stdout).toContain(`  ${name} `);
});
