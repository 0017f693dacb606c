import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { doctorRules } from "../../../src/domain/doctor/policy.ts";
import type { DoctorPolicy, Waiver } from "../../../src/domain/doctor/report.ts";
import { rules } from "../../../src/domain/doctor/rules.ts";
import type { Level, RuleId } from "../../../src/domain/doctor/rules.ts";
import { parseOrganization, parsePolicy } from "../../../src/domain/policy.ts";
import { policyChanges } from "../../../src/domain/policy/changes.ts";
import type { Policy } from "../../../src/domain/policy-types.ts";

const small = `version: 1
packages:
  - name: left-pad
    releasers: [ada, bob]
    approvals: 1
`;

const waiver = `doctor:
  levels: { concurrency: block, token-scope: warn }
  waivers:
    - rule: only-publishes
      file: .github/workflows/publish.yml
      by: ada
      reason: The build moves out with the next major.
      until: 2027-01-31
`;

function read(text: string): Policy {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}

function problems(text: string): string[] {
  const parsed = parsePolicy(text);
  return parsed.ok ? [] : parsed.problems.map((one) => `${one.line} ${one.key}: ${one.text}`);
}

describe("what a policy says of the doctor", () => {
  test("is read as levels and waivers; without a word there are none", () => {
    expect(read(small).doctor).toEqual({ levels: {}, waivers: [] });
    expect(read(small + waiver).doctor).toEqual({
      levels: { concurrency: "block", "token-scope": "warn" },
      waivers: [
        {
          rule: "only-publishes",
          path: ".github/workflows/publish.yml",
          by: "ada",
          reason: "The build moves out with the next major.",
          until: "2027-01-31",
        },
      ],
    });
  });

  test("may stand in `defaults` too, as an organisation's own repository has it; the top's word counts first", () => {
    const defaults = "version: 1\ndefaults:\n  doctor: { levels: { concurrency: block, runner: block } }\n";
    const text = `${small.replace("version: 1\n", defaults)}doctor: { levels: { runner: warn } }\n`;
    expect(read(text).doctor.levels).toEqual({ concurrency: "block", runner: "warn" });
  });

  test.each([
    [
      "levels: { concurency: block }",
      "7 doctor.levels.concurency: there is no key `concurency` here. Did you mean `concurrency`?",
    ],
    [
      "levels: { nonsense-and-more: block }",
      "7 doctor.levels.nonsense-and-more: there is no rule `nonsense-and-more`. docs/rules/ has the list of all.",
    ],
    [
      "levels: { our-rule: warn }",
      "7 doctor.levels.our-rule: every decision rests on this rule, so it always blocks: take the line out, and mend what breaks the rule.",
    ],
    ["levels: { runner: off }", "7 doctor.levels.runner: write `block` or `warn`."],
    ["level: {}", "7 doctor.level: there is no key `level` here. Did you mean `levels`?"],
    [
      "waivers: [{ rule: fit-workflow, by: ada, reason: because of reasons, until: 2027-01-31 }]",
      "7 doctor.waivers[0].rule: every decision rests on this rule, so nobody can waive it: mend what breaks it.",
    ],
    [
      "waivers: [{ rule: egress-polici, by: ada, reason: because of reasons, until: 2027-01-31 }]",
      "7 doctor.waivers[0].rule: there is no rule `egress-polici`. Did you mean `egress-policy`?",
    ],
    [
      "waivers: [{ rule: runner, by: '@acme/team', reason: because of reasons, until: 2027-01-31 }]",
      "7 doctor.waivers[0].by: one person answers for a waiver: write a login, not a team.",
    ],
    [
      "waivers: [{ rule: runner, by: ada, reason: short, until: 2027-01-31 }]",
      "7 doctor.waivers[0].reason: say why as a sentence of 10 to 200 characters.",
    ],
    [
      "waivers: [{ rule: runner, by: ada, reason: because of reasons, until: 2027-02-30 }]",
      "7 doctor.waivers[0].until: `2027-02-30` is a day that doesn't exist: write a day as `2027-01-31`.",
    ],
    [
      "waivers: [{ rule: runner, by: ada, reason: because of reasons, until: tomorrow }]",
      "7 doctor.waivers[0].until: `tomorrow` is not a day: write a day as `2027-01-31`.",
    ],
    [
      "waivers: [{ rule: runner, by: ada, reason: because of reasons }]",
      "7 doctor.waivers[0].until: `until` is missing: write the last day that it holds, like `2027-01-31`.",
    ],
    [
      "waivers: [{ rule: runner, file: ../x, by: ada, reason: because of reasons, until: 2027-01-31 }]",
      "7 doctor.waivers[0].file: write the file's path from the repository's root, e.g. `.github/workflows/publish.yml`.",
    ],
  ])("%s is told with what to write instead", (line, problem) => {
    expect(problems(`${small}doctor:\n  ${line}\n`)).toEqual([problem]);
  });

  test("has no waivers in `defaults`", () => {
    const text = small.replace("version: 1\n", "version: 1\ndefaults:\n  doctor: { waivers: [] }\n");
    expect(problems(text)[0]).toMatch(/^3 defaults\.doctor\.waivers: waivers stand in the policy of the repository/);
  });

  test("takes every rule that isn't fixed, and no other", () => {
    for (const { id, fixed } of rules)
      expect(parsePolicy(`${small}doctor: { levels: { ${id}: warn } }\n`).ok, id).toBe(!fixed);
  });

  test("is told in words where it changes, with what asks for less", () => {
    const changes = (from: string, to: string): string[] =>
      policyChanges(read(from), read(to)).map(({ text, looser }) => `${looser ? "! " : ""}${text}`);
    expect(changes(small, small + waiver)).toEqual([
      "a broken `concurrency` blocks a release now.",
      "! a release goes on with a warning where `token-scope` is broken, which blocked it before.",
      "! `only-publishes` may be broken in `.github/workflows/publish.yml` until `2027-01-31`, by the word of `ada`: `The build moves out with the next major.`",
    ]);
    expect(changes(small + waiver, small)).toEqual([
      "! a release goes on with a warning where `concurrency` is broken, which blocked it before.",
      "a broken `token-scope` blocks a release now.",
      "the waiver of `only-publishes` in `.github/workflows/publish.yml` until `2027-01-31` is taken back or replaced.",
    ]);
    // What is written out as it was without a word changes nothing.
    expect(changes(small, `${small}doctor: { levels: { concurrency: warn } }\n`)).toEqual([]);
  });
});

describe("what an organisation says of the doctor", () => {
  const waived: Waiver = { rule: "runner", path: null, by: "ada", reason: "because of reasons", until: "2027-01-31" };

  test("is read from its `defaults`", () => {
    expect(parseOrganization("version: 1\ndefaults: { doctor: { levels: { runner: block } } }\n")).toMatchObject({
      ok: true,
      organization: { levels: { runner: "block" } },
    });
    expect(parseOrganization("version: 1\ndefaults: { doctor: { levels: { runer: block } } }\n")).toMatchObject({
      ok: false,
    });
  });

  test("holds where the repository says nothing, and takes its waivers back where it blocks", () => {
    const own: DoctorPolicy = { levels: {}, waivers: [waived] };
    expect(doctorRules(own, { levels: { runner: "block" } })).toEqual({ levels: { runner: "block" }, waivers: [] });
    expect(doctorRules(own, { levels: { runner: "warn" } })).toEqual({ levels: { runner: "warn" }, waivers: [waived] });
    expect(doctorRules(own, null)).toEqual(own);
  });

  test("makes no repository laxer than itself", () => {
    const ids = rules.filter(({ fixed }) => !fixed).map(({ id }) => id);
    const levels = fc
      .dictionary(fc.constantFrom(...ids), fc.constantFrom<Level>("block", "warn"))
      .map((all) => all as Partial<Record<RuleId, Level>>);
    fc.assert(
      fc.property(levels, levels, (own, organization) => {
        const both = doctorRules({ levels: own, waivers: [] }, { levels: organization }).levels;
        for (const id of ids) {
          if (own[id] === "block" || organization[id] === "block") expect(both[id]).toBe("block");
          else expect(both[id]).toBe(own[id] ?? organization[id]);
        }
      }),
    );
  });
});
