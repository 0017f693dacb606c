import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../src/domain/policy.ts";
import type { PackagePolicy } from "../../src/domain/policy-types.ts";
import { stageWaitsFor, stageWaitsText } from "../../src/domain/stage-waits.ts";

function policy(more: string): PackagePolicy {
  const read = parsePolicy(
    `version: 1\npackages:\n  - name: left-pad\n    releasers: [ada, bob]\n    approvals: 1\n    mode: trusted-stage\n${more}`,
  );
  if (!read.ok || read.policy.packages[0] === undefined) throw new Error(JSON.stringify(read));
  return read.policy.packages[0];
}

const release = { releaserLogin: "Ada", packages: null };

describe("what is staged waits", () => {
  const fromHere = '    stageApproval: { approvers: [ada, carol, "@acme/owners"] }\n';

  test("for whom the policy lets approve it from here, but for whoever asked for the release", () => {
    expect(stageWaitsFor(policy(fromHere), release, [])).toEqual({ names: ["carol", "@acme/owners"], at: "here" });
    const own = policy(fromHere.replace(" }", ", self: true }"));
    expect(stageWaitsFor(own, release, []).names).toEqual(["ada", "carol", "@acme/owners"]);
  });

  test("at npm for whoever asked for it where nobody is named, and where there are several packages", () => {
    expect(stageWaitsFor(policy(""), release, [])).toEqual({ names: ["Ada"], at: "npm" });
    expect(stageWaitsFor(policy(fromHere), { ...release, packages: [] }, [])).toEqual({ names: ["Ada"], at: "npm" });
    expect(stageWaitsText(stageWaitsFor(policy(""), release, []))).toBe(
      "Waits at npm for the second factor of Ada, or whoever else may publish it there.",
    );
  });

  test("for the npm users whose approval counts, and for the people whose tokens are of them", () => {
    const one = policy("    stageApprovers: [bob-npm, eve-npm]\n");
    const sealed = ["bob", "bob", "mallory"].map((login) => ({ login, npmUser: `${login}-npm` }));
    expect(stageWaitsFor(one, release, sealed)).toEqual({
      ...{ names: ["bob"], at: "npm", npmUsers: ["bob-npm", "eve-npm"] },
    });
    expect(stageWaitsFor(one, release, []).names).toEqual(["Ada"]);
    expect(stageWaitsText(stageWaitsFor(one, release, []))).toBe(
      "Waits at npm for the second factor of bob-npm, eve-npm.",
    );
  });
});
