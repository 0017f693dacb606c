import { execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkWorkflow } from "../../../src/domain/doctor/workflow/check.ts";
import { inShort, readCases } from "./read-cases.ts";
import type { Case } from "./read-cases.ts";

const path = ".github/workflows/publish.yml";
const offers = {
  publicUrl: "https://countersign.acme.example",
  otpStep: "acme/countersign/action/otp@1f0c2d3e4b5a69788796a5b4c3d2e1f001122334 # v1.0.0",
};
const findingsOf = ({ text, place, called }: Case) => checkWorkflow({ path, text }, place, { called, offers }).findings;

/** What `git apply` makes of a text. */
function applied(text: string, diff: string): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-mend-"));
  try {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: folder, input: diff });
    return readFileSync(join(folder, path), "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const offered = [...readCases("faulty/*.yml"), ...readCases("guide.yml")].flatMap((one) =>
  findingsOf(one).flatMap((finding) => {
    const { diff } = finding.mend;
    return diff === undefined ? [] : [{ name: `${one.name}, ${finding.rule}`, one, finding, diff }];
  }),
);

describe("a mend that is offered as a diff", () => {
  test("is there for what lines alone can mend", () => {
    const rules = new Set(offered.map(({ finding }) => finding.rule));
    expect([...rules].toSorted()).toEqual(["concurrency", "persist-credentials", "second-factor"]);
  });

  test.each(offered)("applies, takes its finding away, and brings no other: $name", ({ one, finding, diff }) => {
    const text = applied(one.text, diff);
    const left = findingsOf({ ...one, text })
      .map(({ rule }) => rule)
      .toSorted();
    const before = findingsOf(one).map(({ rule }) => rule);
    const taken =
      finding.rule === "second-factor" ? ["second-factor", "code-in-arguments", "pinned-actions"] : [finding.rule];
    for (const rule of taken) if (before.includes(rule as never)) before.splice(before.indexOf(rule as never), 1);
    expect(left).toEqual(before.toSorted());
  });

  test("puts our step in the place of the guide's, with its inputs, and the code into a variable", () => {
    const [guide] = readCases("guide.yml");
    const diff =
      offered.find(({ one, finding }) => one.name === "guide" && finding.rule === "second-factor")?.diff ?? "";
    const text = applied(guide?.text ?? "", diff);
    expect(text).toContain(`      - uses: ${offers.otpStep}
        id: otp
        with:
          url: https://countersign.acme.example
          slack-webhook-url: \${{ secrets.SLACK_WEBHOOK_URL }}
          secrets: |
            OTP:`);
    expect(text).toContain('npm publish --access=public --tag="${{ inputs.tag }}" #');
    expect(text).toContain("          NPM_CONFIG_OTP: ${{ steps.otp.outputs.OTP }}\n          NODE_AUTH_TOKEN:");
  });

  test("keeps the file's line ends, and a last line without one", () => {
    const base = readCases("faulty/no-concurrency.yml")[0];
    if (base === undefined) throw new Error("there is no such case");
    for (const text of [base.text.replaceAll("\n", "\r\n"), base.text.trimEnd()]) {
      const diff = findingsOf({ ...base, text }).find(({ rule }) => rule === "concurrency")?.mend.diff ?? "";
      const after = applied(text, diff);
      expect(inShort(findingsOf({ ...base, text: after }))).toEqual([]);
      expect(after.includes("\r\n")).toBe(text.includes("\r\n"));
      expect(/[^\r]\n/.test(after)).toBe(!text.includes("\r\n"));
    }
  });

  test("isn't offered where lines can't be told apart: the sentence stands alone", () => {
    const flow = `on: { workflow_dispatch: { inputs: { version: {}, tag: {} } } }
jobs: { publish: { environment: npm, steps: [{ uses: actions/checkout@v5 }, { id: otp, uses: step-security/wait-for-secrets@v1 }] } }
`;
    const findings = checkWorkflow(
      { path, text: flow },
      { ...readCases("guide.yml")[0]!.place, environment: "npm" },
    ).findings;
    const found = findings.filter(({ rule }) => ["persist-credentials", "second-factor"].includes(rule));
    expect(found.map(({ rule, mend }) => [rule, mend.diff])).toEqual([
      ["persist-credentials", undefined],
      ["second-factor", undefined],
    ]);
  });

  test("is a command where the commit has to be looked up", () => {
    const [one] = readCases("faulty/tag-of-an-action.yml");
    expect(one === undefined ? [] : findingsOf(one).map(({ mend }) => mend.command)).toEqual([
      "gh api repos/actions/checkout/commits/v5 --jq .sha",
    ]);
  });
});
