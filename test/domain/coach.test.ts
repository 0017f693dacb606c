import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coach, trustCommand } from "../../src/domain/coach/index.ts";
import { npmDates } from "../../src/domain/coach/dates.ts";
import { parsePolicy } from "../../src/domain/policy.ts";
import type { PackagePolicy } from "../../src/domain/policy-types.ts";

const now = new Date("2026-11-30T12:00:00Z");

function policy(more = ""): PackagePolicy {
  const read = parsePolicy(
    `version: 1\npackages:\n  - name: "@acme/widget"\n    releasers: [ada, bob]\n    approvals: 1\n${more}`,
  );
  if (!read.ok || read.policy.packages[0] === undefined) throw new Error("no policy");
  return read.policy.packages[0];
}

describe("the coach", () => {
  test("a package that is published with a token is told what npm ends, and when", () => {
    const { dates, next } = coach(policy(), "acme/widget", now);
    expect(dates.map(({ when, over }) => [when, over])).toEqual([
      ["2025-10-13", true],
      ["2026-02-03", true],
      ["2026-10-02", true],
      ["2027-01", false],
    ]);
    expect(next?.mode).toBe("trusted-stage");
  });

  test("tokens that bypass the second factor stop working, and it says so", () => {
    const { dates } = coach(policy('    token: { bypass2fa: "a robot of ours publishes" }\n'), "acme/widget", now);
    expect(dates.at(-1)?.means).toBe("Releases with such tokens stop working.");
  });

  test("a month counts as begun with its first day", () => {
    const { dates } = coach(policy(), "acme/widget", new Date("2027-01-01T00:00:00Z"));
    expect(dates.at(-1)?.over).toBe(true);
  });

  test("whoever stages by trusted publishing has nothing safer to go to", () => {
    const { next, dates, leaves } = coach(policy("    mode: trusted-stage\n"), "acme/widget", now);
    expect(next).toBeNull();
    expect(dates).toEqual([]);
    expect(leaves).toContain("compare the shasum");
  });

  test("the command names package, repository, workflow and environment, and what the publisher may do", () => {
    expect(trustCommand(policy("    environment: npm\n"), "acme/widget", "trusted-stage")).toBe(
      "npm trust github @acme/widget --repo acme/widget --file publish.yml --env npm --allow-stage-publish",
    );
    expect(trustCommand(policy("    environment: npm\n"), "acme/widget", "trusted")).toMatch(/ --allow-publish$/);
  });

  test("whatever an environment is called, the shell hands it over as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), (environment) => {
        fc.pre(!/[\p{C}]/u.test(environment));
        const command = trustCommand({ ...policy(), environment }, "acme/widget", "trusted");
        const words = execFileSync("sh", ["-c", `set -- ${command}; printf '%s\\n' "$@"`], { encoding: "utf8" }).split(
          "\n",
        );
        expect(words[words.indexOf("--env") + 1]).toBe(environment);
      }),
      { numRuns: 25 },
    );
  });

  test("each date has its source", () => {
    for (const date of npmDates) expect(date.source.length).toBeGreaterThan(10);
    expect(npmDates.map(({ when }) => when)).toEqual(npmDates.map(({ when }) => when).toSorted());
  });
});
