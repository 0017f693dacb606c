import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Place } from "../../../src/domain/doctor/workflow/look.ts";
import type { Finding } from "../../../src/domain/doctor/report.ts";

/** A written workflow, with what it says of itself in its comments. */
export interface Case {
  name: string;
  text: string;
  /** `# place: mode=trusted environment=release`, where it isn't the usual one. */
  place: Place;
  /** `# called: ./.github/workflows/test.yml`: the workflows that it calls and that can be read, from `cases/called/`. */
  called: Map<string, string>;
  /** `line rule` of each `# expect: rule, rule`, in the order of the lines. */
  expected: string[];
}

const folder = join(import.meta.dirname, "cases");
export const usual: Place = { environment: "npm", secret: "NPM_TOKEN", mode: "otp", packages: ["@acme/widget"] };

/** The cases of a folder, or one by its name. */
export function readCases(pattern: string): Case[] {
  return globSync(pattern, { cwd: folder })
    .toSorted()
    .map((name) => readCase(name, readFileSync(join(folder, name), "utf8")));
}

function readCase(name: string, text: string): Case {
  const lines = text.split("\n");
  const said = (key: string): string =>
    lines
      .find((line) => line.startsWith(`# ${key}: `))
      ?.slice(key.length + 4)
      .trim() ?? "";
  const place = Object.fromEntries(
    said("place")
      .split(" ")
      .filter(Boolean)
      .map((word) => word.split("=")),
  );
  const called = said("called").split(" ").filter(Boolean);
  return {
    name: name.replace(/\.yml$/, ""),
    text,
    place: { ...usual, ...place },
    called: new Map(called.map((uses) => [uses, readFileSync(join(folder, "called", basename(uses)), "utf8")])),
    expected: lines.flatMap((line, index) => {
      const rules = /expect: ([\w-]+(?:, [\w-]+)*)/.exec(line)?.[1]?.split(", ") ?? [];
      return rules.toSorted().map((rule) => `${index + 1} ${rule}`);
    }),
  };
}

/** Findings as cases write them. */
export function inShort(findings: Finding[]): string[] {
  const sorted = findings.toSorted(
    (one, other) => (one.where?.line ?? 0) - (other.where?.line ?? 0) || one.rule.localeCompare(other.rule),
  );
  return sorted.map(({ rule, where }) => `${where?.line ?? 0} ${rule}`);
}
