import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyChanges } from "../../src/domain/policy/changes.ts";
import { parsePolicy } from "../../src/domain/policy.ts";
import type { Policy } from "../../src/domain/policy-types.ts";

const base = `version: 1
packages:
  - name: "@acme/widget"
    environment: npm
    releasers: [alice, "@acme/maintainers"]
    approvals:
      count: 2
      from: [bob, dave]
`;

function read(text: string): Policy {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}

/** What lines below the package change, as `text` with `!` before what asks for less. */
function changed(from: string, to: string): string[] {
  return policyChanges(read(from), read(to)).map(({ text, looser }) => `${looser ? "! " : ""}${text}`);
}

const byHand = `    localPublishing: { by: ada, reason: "The old line by hand.", until: 2027-01-31, publishers: [ada-npm] }`;

const more = (lines: string): string => `${base}${lines}\n`;

describe("what a policy changes", () => {
  test.each([
    ["", "", []],
    ["", "    maxExposure: 1h30m", ["! the secret may lie there for 1h30m instead of 20m."]],
    ["    maxExposure: 1h", "    maxExposure: 5m", ["the secret may lie there for 5m instead of 1h."]],
    ["", "    branches: [main, next]", ["! releases come from `main` and `next` instead of the default branch."]],
    ["", "    revoke: true", ["the npm token is revoked after each run."]],
    ["    revoke: true", "", ["! the npm token isn't revoked after a run any more."]],
    ["", "    gate: before-dispatch", ["! the gate is `before-dispatch` instead of `rule`."]],
    ["", "    secret: OTHER", ["the secret is `OTHER` instead of `NPM_TOKEN`."]],
    [
      "",
      byHand,
      [
        "! publishing by hand by `ada-npm` is expected until `2027-01-31`, by the word of `ada`: `The old line by hand.`",
      ],
    ],
    [byHand, "    localPublishing: false", ["publishing by hand isn't expected any more."]],
  ])("%j → %j", (before, after, said) => expect(changed(more(before), more(after))).toEqual(said));

  test("names who may do what now, and who may not any more", () => {
    const to = base
      .replace("[alice, ", "[carol, ")
      .replace("[bob, dave]", '[bob, "@acme/owners"]')
      .replace("count: 2", "count: 1");
    expect(changed(base, to)).toEqual([
      "! `carol` may release too.",
      "`alice` may release no more.",
      "! 1 approval is asked for instead of 2.",
      "! `@acme/owners` may approve too.",
      "`dave` may approve no more.",
    ]);
  });

  test("says of a package that it is new, or gone", () => {
    const two = `${base}  - name: left-pad
    environment: npm
    releasers: [alice]
    approvals: { count: 1, from: [bob] }
`;
    expect(policyChanges(read(base), read(two))).toEqual([
      { package: "left-pad", text: "is new: `alice` may release it, 1 of `bob` have to approve.", looser: false },
    ]);
    expect(policyChanges(read(two), read(base))).toEqual([
      { package: "left-pad", text: "is not released by Countersign any more.", looser: true },
    ]);
  });

  test("is nothing against itself, and what loosens one way tightens the other", () => {
    const line = fc.constantFrom(
      "    maxExposure: 1h",
      "    revoke: true",
      "    branches: [main]",
      "    secret: OTHER",
      "",
    );
    const lines = fc.uniqueArray(line, { maxLength: 3 }).map((all) => more(all.join("\n")));
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        expect(changed(one, one)).toEqual([]);
        expect(changed(one, other)).toHaveLength(changed(other, one).length);
      }),
    );
  });
});
