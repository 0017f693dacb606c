import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/domain/doctor/report.ts";
import { judge, plainDoctorPolicy } from "../../../src/domain/doctor/report.ts";
import type { RuleId } from "../../../src/domain/doctor/rules.ts";
import { forReaders, summary } from "../../../src/domain/doctor/seen.ts";

const now = new Date("2026-11-23T10:00:00Z");

function finding(rule: RuleId): Finding {
  return { rule, where: null, subject: null, text: "It is broken.", mend: { text: "Mend it." } };
}

function report(broken: RuleId[], unchecked: RuleId[] = [], waived: RuleId[] = []) {
  const waivers = waived.map((rule) => ({ rule, path: null, by: "bob", reason: "soon", until: "2026-12-31" }));
  const why = "GitHub doesn't say.";
  return judge(
    broken.map(finding),
    unchecked.map((rule) => ({ rule, why })),
    { ...plainDoctorPolicy, waivers },
    now,
  );
}

describe("a report in one sentence", () => {
  test.each([
    [report([]), ["runner", "concurrency"], "Nothing is wrong: all 2 rules are kept."],
    [report([], ["plan"]), ["runner"], "Nothing wrong was found, but 1 rule couldn't be looked at."],
    [report(["runner"]), [], "1 finding warns."],
    [
      report(
        ["pinned-actions", "pinned-actions", "runner", "self-review", "concurrency"],
        ["plan", "publisher"],
        ["runner"],
      ),
      [],
      "2 findings block releases, 2 findings warn, 1 finding is waived, 2 rules couldn't be looked at.",
    ],
  ] as const)("says what blocks, warns, is waived and wasn't looked at (%#)", (of, kept, sentence) => {
    expect(summary({ report: of, kept: [...kept] })).toBe(sentence);
  });
});

test("who may only read is told nothing of secrets and people, and how many findings that were", () => {
  const whole = report(["standing-secret", "releaser-tokens", "runner"], ["approvers-can", "plan"]);
  const seen = forReaders({ report: whole, kept: ["approvers-enough", "concurrency"] });
  expect(seen.report.findings.map(({ rule }) => rule)).toEqual(["runner"]);
  expect(seen.report.unchecked.map(({ rule }) => rule)).toEqual(["plan"]);
  expect({ kept: seen.kept, withheld: seen.withheld }).toEqual({ kept: ["concurrency"], withheld: 2 });
});
