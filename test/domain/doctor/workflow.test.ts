import { describe, expect, test } from "vitest";
import {
  calledWorkflows,
  checkCalledWorkflow,
  checkOtherWorkflow,
  checkWorkflow,
} from "../../../src/domain/doctor/workflow/check.ts";
import { workflowRules } from "../../../src/domain/doctor/rules/workflow.ts";
import { inShort, readCases } from "./read-cases.ts";
import type { Case } from "./read-cases.ts";

const path = ".github/workflows/publish.yml";
const clean = readCases("clean/*.yml");
const faulty = readCases("faulty/*.yml");
const other = readCases("other/*.yml");
const places = [
  { environment: "npm", secret: "NPM_TOKEN" },
  { environment: "publish", secret: "PUBLISH_TOKEN" },
];

function findingsOf({ text, place, called }: Case): ReturnType<typeof checkWorkflow>["findings"] {
  return checkWorkflow({ path, text }, place, { called }).findings;
}

describe("a publishing workflow", () => {
  test("is written in more than sixty ways, half of them clean", () => {
    expect(clean.length).toBeGreaterThanOrEqual(30);
    expect(faulty.length).toBeGreaterThanOrEqual(30);
    expect(clean.filter(({ expected }) => expected.length > 0)).toEqual([]);
    expect(faulty.filter(({ expected }) => expected.length === 0)).toEqual([]);
  });

  test.each(clean)("has no finding where it is clean: $name", (one) => {
    expect(findingsOf(one).map(({ where, rule, text }) => `${where?.line} ${rule} ${text}`)).toEqual([]);
  });

  test.each(faulty)("has just the fault that was planted, with its line: $name", (one) => {
    expect(inShort(findingsOf(one))).toEqual(one.expected);
  });

  test.each(readCases("guide.yml"))("as the guide has it has the findings that were written beside it", (one) => {
    expect(inShort(findingsOf(one))).toEqual(one.expected);
  });

  test("has a faulty case for every rule that a file alone can break", () => {
    const shown = new Set([...faulty, ...other].flatMap(({ expected }) => expected.map((line) => line.split(" ")[1])));
    const fromGitHub = ["impostor-commit", "pin-comment"];
    expect(workflowRules.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual(fromGitHub);
  });

  test("is answered in whole sentences, each with a way to mend it", () => {
    const findings = [...faulty, ...other, ...readCases("guide.yml")].flatMap((one) => [
      ...findingsOf(one),
      ...checkOtherWorkflow({ path, text: one.text }, places).findings,
    ]);
    for (const { text, mend } of findings) {
      expect(text).toMatch(/^[`A-Z*].*[.`]$/s);
      expect(mend.text).toMatch(/^[`A-Z].*\.$|`$/s);
      expect(text.length).toBeLessThan(400);
    }
  });
});

describe("another workflow of the repository", () => {
  test.each(other)("has only what matters to publishing: $name", ({ text, expected }) => {
    expect(inShort(checkOtherWorkflow({ path: ".github/workflows/other.yml", text }, places).findings)).toEqual(
      expected,
    );
  });
});

describe("a workflow that the publishing one calls", () => {
  test.each(readCases("called/*.yml"))(
    "has what holds for every job of a release: $name",
    ({ text, place, expected }) => {
      expect(inShort(checkCalledWorkflow({ path: ".github/workflows/called.yml", text }, place).findings)).toEqual(
        expected,
      );
    },
  );

  test("is named with its line, where it lies, and whether it is pinned", () => {
    const sha = "08c6903cd8c0fde910a37f88322edcfb5dd907a8";
    const uses = [
      "./.github/workflows/test.yml",
      `acme/ci/.github/workflows/test.yaml@${sha}`,
      "acme/ci/.github/workflows/test.yml@main",
      "somewhere/else.yml",
    ];
    const text = `jobs:\n${uses.map((one, index) => `  j${index}:\n    uses: ${one}\n`).join("")}`;
    const remote = { kind: "remote", repository: "acme/ci" };
    expect(calledWorkflows({ path, text })).toEqual([
      { uses: uses[0], job: "j0", line: 3, target: { kind: "local", path: ".github/workflows/test.yml" } },
      {
        uses: uses[1],
        job: "j1",
        line: 5,
        target: { ...remote, path: ".github/workflows/test.yaml", ref: sha, pinned: true },
      },
      {
        uses: uses[2],
        job: "j2",
        line: 7,
        target: { ...remote, path: ".github/workflows/test.yml", ref: "main", pinned: false },
      },
      { uses: uses[3], job: "j3", line: 9, target: { kind: "unknown" } },
    ]);
  });
});
