import { describe, expect, test } from "vitest";
import { checkStage } from "../../src/domain/checks.ts";
import { checkWorkflow } from "../../src/domain/doctor/workflow/check.ts";
import { parsePolicy } from "../../src/domain/policy.ts";
import { policyChanges } from "../../src/domain/policy/changes.ts";
import type { Policy } from "../../src/domain/policy-types.ts";
import { releaseTitle } from "../../src/domain/release.ts";
import { stageWorkflowFile, stageWorkflows } from "../../src/domain/set-up/stage-workflow-file.ts";
import { approvalWay, inWordsOf, policyFor, waysOf } from "../../src/domain/stage-approval.ts";
import { readWorkflow } from "../../src/domain/workflow.ts";
import { actionlint } from "./doctor/actionlint.ts";

const site = {
  ...{ action: { repository: "acme/countersign", commit: "c".repeat(40) }, version: "0.1.0" },
  ...{
    publicUrl: "https://countersign.example.com",
    githubUrl: "https://github.com",
    registry: "https://npm.test/",
  },
};
const way = "    stageApproval: { approvers: [carol] }\n";

function written(lines: string, mode = "trusted-stage"): string {
  return `version: 1\npackages:\n  - name: "@acme/widget"\n    mode: ${mode}\n    releasers: [alice, bob]\n    approvals: 1\n${lines}`;
}

function policyOf(lines: string, mode?: string): Policy {
  const read = parsePolicy(written(lines, mode));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
}

function problemOf(lines: string): string {
  const read = parsePolicy(written(lines));
  return read.ok ? "none" : read.problems.map(({ key, text }) => `${key}: ${text}`).join("\n");
}

describe("the way in which stages are approved", () => {
  test("is a token's, with a live second factor, in an environment and by people of its own", () => {
    const [one] = policyOf(way).packages;
    if (one === undefined) throw new Error("no package");
    expect(approvalWay(one)).toMatchObject({
      ...{ name: "@acme/widget", environment: "approve-stage", workflow: "approve-stage.yml", secret: "NPM_TOKEN" },
      ...{ mode: "otp", gate: "rule", approvesStages: true, approvesOwnStages: false },
      ...{ releasers: [{ kind: "person", login: "carol" }], approvals: { count: 0 } },
    });
    expect(policyFor(one, "publish")).toBe(one);
    expect(waysOf({ packages: [one] }).map(({ environment }) => environment)).toEqual(["publish", "approve-stage"]);
  });

  test("builds nothing, so that no second build is asked of it where the package's policy wants one", () => {
    const policy = policyOf(`    secondBuild: true\n${way}`);
    expect(waysOf(policy).map(({ secondBuild }) => secondBuild)).toEqual([true, false]);
    const [file] = stageWorkflows(policy);
    const approves = waysOf(policy)[1];
    if (file === undefined || approves === undefined) throw new Error("nothing approves");
    expect(readWorkflow(stageWorkflowFile(file, site), approves)).toMatchObject({ ok: true });
  });

  test("is none where nothing is staged, or nobody is named: then npm is the place", () => {
    for (const policy of [policyOf(way, "otp"), policyOf("")]) {
      const [one] = policy.packages;
      if (one === undefined) throw new Error("no package");
      expect(approvalWay(one)).toBeNull();
      expect(() => policyFor(one, "reject-stage")).toThrow("approve or reject them at npm");
    }
  });

  test.each([
    ["    stageApproval: {}\n", "packages[0].stageApproval.approvers: `approvers` is missing"],
    ["    stageApproval: { approver: [carol], approvers: [carol] }\n", "Did you mean `approvers`?"],
    ["    stageApproval: { approvers: [carol], environment: Publish }\n", "`Publish`, which publishes too"],
    ["    stageApproval: { approvers: [carol], workflow: publish.yml }\n", "`publish.yml`, which publishes too"],
  ])("is refused, with what to write, as %j", (lines, sentence) => {
    expect(problemOf(lines)).toContain(sentence);
  });

  test("is told where a policy changes it, and marked where more people may", () => {
    const both = (before: string, after: string) => policyChanges(policyOf(before), policyOf(after));
    expect(both("", way)).toEqual([
      {
        ...{ package: "@acme/widget", looser: true },
        text: "stages may be approved from here by `carol`, in `approve-stage` by `approve-stage.yml`.",
      },
    ]);
    expect(both(way, "").map(({ looser }) => looser)).toEqual([false]);
    const wider = both(way, "    stageApproval: { approvers: [carol, bob], self: true, environment: other }\n");
    expect(wider.map(({ text }) => text)).toEqual([
      "the environment that approves stages is `other` instead of `approve-stage`.",
      "whoever asks may approve the stage too.",
      "`bob` may approve stages too.",
    ]);
    expect(wider.every(({ looser }) => looser)).toBe(true);
  });
});

describe("the decision about a stage", () => {
  const facts = { purpose: "approve-stage", state: "staged", own: false, selfAllowed: false } as const;

  test.each([
    [{}, "satisfied"],
    [{ own: true }, "refused"],
    [{ own: true, selfAllowed: true }, "satisfied"],
    // Whoever asked may take it back.
    [{ own: true, purpose: "reject-stage" }, "satisfied"],
    [{ state: "published" }, "refused"],
    [{ state: "cancelled", purpose: "reject-stage" }, "refused"],
    [{ state: null }, "refused"],
  ] as const)("with %j is %s", (more, verdict) => {
    expect(checkStage({ ...facts, ...more }).verdict).toBe(verdict);
  });

  test("is called what it is, and says how it is asked for again", () => {
    const of = { package: "left-pad", version: "1.0.0" };
    expect(releaseTitle({ ...of, purpose: "approve-stage" })).toBe("Approval of left-pad@1.0.0");
    expect(releaseTitle({ ...of, purpose: "publish" })).toBe("left-pad@1.0.0");
    const text = "See the log, then ask again with /release. Nothing was published.";
    expect(inWordsOf({ purpose: "reject-stage" }, text)).toContain("ask again with /reject-stage.");
    expect(inWordsOf({ purpose: "publish" }, text)).toBe(text);
  });
});

describe("the workflow that approves stages", () => {
  test("is fit for a release, and no rule of the doctor finds anything in it", async () => {
    const policy = policyOf(
      '    stageApproval: { approvers: [carol], environment: "📦 approve: it", secret: OTHER_TOKEN }\n',
    );
    const [wanted, ...others] = stageWorkflows(policy);
    if (wanted === undefined) throw new Error("no workflow");
    expect(others).toEqual([]);
    const text = stageWorkflowFile(wanted, site);
    expect(readWorkflow(text, wanted)).toMatchObject({ ok: true, job: { key: "decide" } });
    const place = { ...wanted, mode: "otp" as const };
    expect(checkWorkflow({ path: ".github/workflows/approve-stage.yml", text }, place).findings).toEqual([]);
    expect(await actionlint(text)).toEqual([]);
    expect(text).toContain("npm-token: ${{ secrets.OTHER_TOKEN }}");
  });
});
