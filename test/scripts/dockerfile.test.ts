import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCopy, readDockerfile, readExec } from "../../scripts/dockerfile.ts";

const text = readFileSync(join(import.meta.dirname, "../../Dockerfile"), "utf8");

describe("our Dockerfile", () => {
  const stages = readDockerfile(text);
  const last = stages.at(-1);
  const steps = (name: string): string[] =>
    (last?.steps ?? []).filter((one) => one.name === name).map((one) => one.text);

  test("ends as a user without a name or rights, with a check of its health and no shell", () => {
    expect(steps("USER")).toEqual(["1000:1000"]);
    expect(readExec(steps("CMD")[0] ?? "")[0]).toBe("node");
    expect(readExec(steps("HEALTHCHECK")[0] ?? "").at(-1)).toContain("/healthz");
    expect(steps("RUN")).toEqual([]);
  });

  test("runs no dependency's install script, and touches nothing outside a stage's folder", () => {
    const runs = stages.flatMap((stage) => stage.steps.filter((one) => one.name === "RUN").map((one) => one.text));
    for (const run of runs) {
      if (run.includes("npm ci")) expect(run).toContain("--ignore-scripts");
      expect(run).not.toMatch(/(?:^|\s)\/|curl|wget/);
    }
  });
});

describe("the replay", () => {
  test("reads stages, continued lines and flags", () => {
    expect(readDockerfile("# a\nFROM x AS one\nRUN a && \\\n  b\n\nFROM y\nCMD []")).toEqual([
      { name: "one", steps: [{ line: 4, name: "RUN", text: "a && b" }] },
      { name: "1", steps: [{ line: 7, name: "CMD", text: "[]" }] },
    ]);
    expect(readCopy("--from=one --chown=1:1 a b ./")).toEqual({ from: "one", sources: ["a", "b"], target: "./" });
  });

  test.each(["RUN x", "FROM x\nADD a b", "FROM x\nARG y"])("refuses what it can't replay: %j", (other) => {
    expect(() => readDockerfile(other)).toThrow(/^line \d/);
  });
});
