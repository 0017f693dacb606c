import { describe, expect, test } from "vitest";
import { checkOtherWorkflow, checkWorkflow } from "../../../src/domain/doctor/workflow/check.ts";
import { pinFindings, pinKey } from "../../../src/domain/doctor/workflow/pins.ts";
import type { Pin, PinAnswer } from "../../../src/domain/doctor/workflow/pins.ts";
import { usual } from "./read-cases.ts";

const path = ".github/workflows/publish.yml";
const sha = "08c6903cd8c0fde910a37f88322edcfb5dd907a8";
const pin = (version: string | null): Pin => ({ path, line: 7, repository: "Actions/checkout", sha, version });
const asked = (version: string | null, answer: PinAnswer): ReturnType<typeof pinFindings> =>
  pinFindings([pin(version)], new Map([[pinKey(pin(version)), answer]]));

describe("pins", () => {
  test.each<[string, string | null]>([
    ["# v5.0.0", "v5.0.0"],
    ["# 5.0.0", "5.0.0"],
    ["# v5", "v5"],
    ["#v5.0.1-beta.2 of them", "v5.0.1-beta.2"],
    ["# tag=v5.0.0", "v5.0.0"],
    ["# ratchet:actions/checkout@v5.0.0", "v5.0.0"],
    ["# actions/checkout@v5, expect: it", "v5"],
    ["# node24", null],
    ["# main", null],
    ["", null],
  ])("take their version from the comment beside them: %s", (comment, version) => {
    for (const uses of [`actions/checkout@${sha.toUpperCase()}`, `"actions/checkout@${sha}"`]) {
      const text = `jobs:\n  a:\n    steps:\n      - uses: ${uses} ${comment}\n      - run: x # v9.9.9\n`;
      expect(checkWorkflow({ path, text }, usual).pins).toEqual([
        { path, line: 4, repository: "actions/checkout", sha, version },
      ]);
    }
  });

  test("are called workflows and actions in folders too; not images, files of the repository, tags", () => {
    const text = `jobs:\n  a:\n    uses: o/r/.github/workflows/x.yml@${sha}\n  b:\n    steps:\n${[
      `o/r/sub/dir@${sha}`,
      "o/r@v1",
      "./local",
      `docker://x@sha256:${sha}`,
    ]
      .map((uses) => `      - uses: ${uses}\n`)
      .join("")}`;
    const { pins } = checkWorkflow({ path, text }, usual);
    expect(pins.map(({ repository, line }) => `${repository} ${line}`)).toEqual(["o/r 3", "o/r 6"]);
    expect(new Set(pins.map(pinKey)).size).toBe(1);
  });

  test("of other workflows matter where these publish", () => {
    const text = `jobs:\n  a:\n    steps: [{ uses: o/a@${sha} }]\n  b:\n    steps: [{ uses: o/b@${sha} }, { run: npm publish }]\n`;
    expect(checkOtherWorkflow({ path, text }, [usual]).pins.map(({ repository }) => repository)).toEqual(["o/b"]);
  });

  test("of the version that stands beside them are as they should be", () => {
    expect(asked("v5.0.0", "of-the-version")).toEqual({ findings: [], unchecked: [] });
    expect(asked(null, "of-the-version")).toEqual({ findings: [], unchecked: [] });
  });

  test("behind the version that stands beside them have the wrong comment; a major version goes on by itself", () => {
    expect(asked("v5.0.0", "version-moved").findings).toMatchObject([
      { rule: "pin-comment", where: { path, line: 7 } },
    ]);
    expect(asked("v5", "version-moved")).toEqual({ findings: [], unchecked: [] });
    expect(asked(null, "version-moved")).toEqual({ findings: [], unchecked: [] });
  });

  test("outside the history of their version are another's, or a fork's", () => {
    const { findings, unchecked } = asked("v5.0.0", "elsewhere");
    expect(findings).toMatchObject([{ rule: "impostor-commit", where: { path, line: 7 } }]);
    expect(findings[0]?.text).toContain("isn't in the history of `v5.0.0`");
    expect(unchecked).toEqual([]);
  });

  test("outside the default branch and without a version can't be told, and are asked for one", () => {
    const { findings, unchecked } = asked(null, "elsewhere");
    expect(findings).toMatchObject([{ rule: "pin-comment", where: { path, line: 7 } }]);
    expect(unchecked).toMatchObject([{ rule: "impostor-commit" }]);
  });

  test("without an answer are unchecked, each once", () => {
    const { findings, unchecked } = pinFindings([pin("v5.0.0"), { ...pin("v5.0.0"), line: 9 }, pin(null)], new Map());
    expect(findings).toEqual([]);
    expect(unchecked.map(({ rule }) => rule)).toEqual(["impostor-commit", "impostor-commit"]);
  });
});
