import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ESLint } from "eslint";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** What the checks of `npm run check` would say of code that somebody might write. */
describe("the arrows", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-arrows-"));
    for (const name of [".dependency-cruiser.mjs", "tsconfig.json"]) cpSync(join(root, name), join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function cruise(files: Record<string, string>): { status: number | null; output: string } {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { status, stdout, stderr } = spawnSync(
      join(root, "node_modules/.bin/depcruise"),
      ["--config", ".dependency-cruiser.mjs", "src", "action/src"],
      { cwd: folder, encoding: "utf8" },
    );
    return { status, output: stdout + stderr };
  }

  const there = {
    "src/domain/word.ts": "export const word = 1;\nexport interface Word {}\n",
    "src/store/open.ts":
      'import { word } from "../domain/word.ts";\nexport const open = word;\nexport interface Store {}\n',
    "src/desk/arm.ts": 'import { open } from "../store/open.ts";\nexport const arm = open;\n',
    "src/web/page.ts": 'import { arm } from "../desk/arm.ts";\nexport const page = arm;\n',
    "src/start.ts": 'export { page } from "./web/page.ts";\n',
    "src/cli/main.ts": 'import { word } from "../domain/word.ts";\nexport const main = word;\n',
    "action/src/main.ts": 'export { word } from "../../src/domain/word.ts";\n',
  };

  test("that point the right way are fine", () => {
    const { status, output } = cruise(there);
    expect(output).toMatch(/no dependency violations found \(7 modules, 6 dependencies cruised\)/);
    expect(status).toBe(0);
  });

  test.each([
    ["domain to store", "src/domain/wrong.ts", 'export { open } from "../store/open.ts";\n'],
    [
      "domain to store, as a type",
      "src/domain/wrong.ts",
      'import type { Store } from "../store/open.ts";\nexport type W = Store;\n',
    ],
    ["store to desk", "src/store/wrong.ts", 'export { arm } from "../desk/arm.ts";\n'],
    [
      "desk to web, when called",
      "src/desk/wrong.ts",
      'export const late = async () => await import("../web/page.ts");\n',
    ],
    ["web to the start", "src/web/wrong.ts", 'export * from "../start.ts";\n'],
    ["the command line to the server", "src/cli/wrong.ts", 'export { page } from "../web/page.ts";\n'],
    ["the server to the command line", "src/web/wrong.ts", 'export { main } from "../cli/main.ts";\n'],
    ["the step to the store", "action/src/wrong.ts", 'export { open } from "../../src/store/open.ts";\n'],
  ])("%s are caught", (_, file, text) => {
    const { status, output } = cruise({ ...there, [file]: text });
    expect(output).toContain(file);
    expect(status).not.toBe(0);
  });
});

describe("the linter", () => {
  // One for all, since reading the project's types takes it seconds.
  const eslint = new ESLint({ cwd: root });
  const lint = async (file: string, text: string): Promise<string[]> => {
    const [result] = await eslint.lintText(text, { filePath: join(root, file) });
    return (result?.messages ?? []).map(({ line, message, ruleId }) => `${line} ${ruleId ?? ""} ${message}`);
  };

  test("refuses time and chance that don't come in as arguments, and promises that nobody waits for", async () => {
    const text = [
      "export const late = Date.now();",
      "export const now = new Date();",
      "export const chance = Math.random();",
      "export const known = new Date(0);",
      "async function ask(): Promise<boolean> { return Math.max(1, 2) > 1; }",
      "ask();",
      "if (ask()) throw new Error();",
      "export const anything: any = 1;",
    ].join("\n");
    const messages = await lint("src/desk/arm.ts", text);
    expect(messages).toEqual([
      expect.stringMatching(/^1 .*Take the clock/),
      expect.stringMatching(/^2 .*Take the clock/),
      expect.stringMatching(/^3 .*Take ids/),
      expect.stringMatching(/^6 .*no-floating-promises/),
      expect.stringMatching(/^7 .*no-misused-promises/),
      expect.stringMatching(/^8 .*no-explicit-any/),
    ]);
  });
});
