import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedFiles, policyWithMode } from "../../src/domain/coach/change.ts";
import { coach, stepsTo, trustCommand } from "../../src/domain/coach/index.ts";
import { npmDates } from "../../src/domain/coach/dates.ts";
import { parsePolicy } from "../../src/domain/policy.ts";
import type { Mode, PackagePolicy } from "../../src/domain/policy-types.ts";
import { readPlan } from "../../src/domain/set-up/plan.ts";
import { policyFile } from "../../src/domain/set-up/policy-file.ts";
import { workflowFile } from "../../src/domain/set-up/workflow-file.ts";
import { checkWorkflow } from "../../src/domain/doctor/workflow/check.ts";
import { aDraft, widget } from "../web/bench.ts";

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

describe("the change of a package's mode", () => {
  const several = `version: 1
defaults: { mode: otp }
packages:
  - name: left-pad # the first
    releasers: [ada, bob]
    approvals: 1
  - releasers: [ada, bob]
    approvals: 1
    name: "@acme/widget"
    mode: otp # for now
`;

  test("is one line of the policy, of that package alone, and what stands beside it stays", () => {
    const changed = policyWithMode(several, "@acme/widget", "trusted-stage");
    expect(changed).toBe(several.replace("mode: otp # for now", "mode: trusted-stage # for now"));
    const added = policyWithMode(several, "left-pad", "stage");
    expect(added).toBe(several.replace("# the first\n", "# the first\n    mode: stage\n"));
  });

  test("is left to the person where the package is written on one line, and where the file can't be used", () => {
    const flow = "version: 1\npackages: [{ name: left-pad, releasers: [ada, bob], approvals: 1 }]\n";
    expect(policyWithMode(flow, "left-pad", "stage")).toBeNull();
    expect(policyWithMode("version: 2\n", "left-pad", "stage")).toBeNull();
  });

  const site = {
    ...{ action: { repository: "acme/countersign", commit: "c".repeat(40) }, version: "0.1.0" },
    ...{
      publicUrl: "https://countersign.example.com",
      githubUrl: "https://github.com",
      registry: "https://npm.example/",
    },
  };
  const modes: Mode[] = ["otp", "stage", "trusted-stage", "trusted"];

  function ground(from: Mode, workflowText?: string) {
    const suggestion = aDraft({ approvers: "bob", mode: from });
    const read = readPlan(suggestion);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const policyText = policyFile(read.plan, null);
    const parsed = parsePolicy(policyText);
    const [one] = parsed.ok ? parsed.policy.packages : [];
    if (one === undefined) throw new Error("no policy");
    const text = workflowText ?? workflowFile(read.plan, one.name, site);
    return { repository: widget, policy: one, policyText, workflowText: text, suggestion };
  }

  test.each(modes.flatMap((from) => modes.filter((to) => to !== from).map((to) => [from, to] as const)))(
    "from %s to %s leaves files that the doctor finds nothing in",
    (from, to) => {
      const files = changedFiles(ground(from), to, site);
      expect(files).not.toContain(null);
      const policyText = files.find((file) => file?.path.endsWith("countersign.yml"))?.text ?? "";
      const read = parsePolicy(policyText);
      const [one] = read.ok ? read.policy.packages : [];
      expect(one?.mode).toBe(to);
      const workflow = files.find((file) => file?.path.endsWith("publish.yml"));
      const text = workflow?.text ?? ground(from).workflowText;
      const checked = checkWorkflow(
        { path: ".github/workflows/publish.yml", text },
        { environment: "npm", secret: "NPM_TOKEN", mode: to, packages: ["@acme/widget"] },
      );
      expect(checked.findings.map(({ rule, text: said }) => `${rule}: ${said}`)).toEqual([]);
      expect(text.includes("secrets.NPM_TOKEN")).toBe(to === "otp" || to === "stage");
    },
  );

  test("takes the one line with the token out of a workflow of ours, and makes one anew where another step publishes", () => {
    const [, kept] = changedFiles(ground("otp"), "trusted-stage", site);
    expect(kept?.how).toBe("changed");
    expect(kept?.text).toBe(ground("otp").workflowText.replace(/^ +npm-token: .*\n/m, ""));
    expect(kept?.link).toBe("https://github.com/acme/widget/edit/main/.github/workflows/publish.yml");
    const other = ground("otp").workflowText.replace(
      /countersign\/action\/publish@\S+/,
      `other/publish@${"d".repeat(40)}`,
    );
    const [, made] = changedFiles(ground("otp", other), "trusted-stage", site);
    expect([made?.how, made?.before === other]).toEqual(["new", true]);
  });

  test("names npm's command where the job proves itself, and the tokens where it doesn't", () => {
    const commands = (to: Mode): string =>
      stepsTo(policy(), "acme/widget", to)
        .map((one) => one.command ?? one.text)
        .join();
    expect(commands("trusted-stage")).toContain("--allow-stage-publish");
    expect(commands("trusted-stage")).toContain("`live` step");
    expect(commands("stage")).not.toContain("npm trust");
    expect(commands("stage")).toContain("seals an npm token");
  });
});
