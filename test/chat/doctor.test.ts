import { describe, expect, test } from "vitest";
import { doctorWords } from "../../src/chat/doctor.ts";
import type { Examination } from "../../src/desk/doctor/types.ts";
import { judge } from "../../src/domain/doctor/report.ts";
import type { Finding } from "../../src/domain/doctor/report.ts";
import { isForWriters } from "../../src/domain/doctor/seen.ts";
import { clean, manyFindings, withoutPolicy } from "../support/examinations.ts";
import { outsideOfCode } from "../support/markdown.ts";
import { morning, widget } from "../web/bench.ts";

const place = { repository: widget, publicUrl: "https://countersign.test", webUrl: "https://github.test" };
const page = "https://countersign.test/repositories/1/doctor";
const commit = `https://github.test/acme/widget/blob/${"a".repeat(40)}`;

function examined(findings: Finding[]): Examination {
  const waiver = { rule: "runner", path: null, by: evil, reason: evil, until: "2027-01-31" } as const;
  const report = judge(findings, [{ rule: "plan", why: evil }], { levels: {}, waivers: [waiver] }, morning);
  return { ...clean, report };
}

const evil =
  `<img src=x onerror=alert(1)> @acme/maintainers @dave [look](javascript:alert(1)) ![](https://evil.test/x.png) ` +
  `https://evil.test/ #1 *bold* | \u001b[31m\n\n# Heading\n- point`;

describe("the answer to /doctor", () => {
  test("is one plain sentence where nothing is wrong, with a link to the page", () => {
    const forAll = clean.kept.filter((rule) => !isForWriters(rule));
    expect(forAll.length).toBeLessThan(clean.kept.length);
    expect(doctorWords(clean, place)).toBe(
      `Nothing is wrong: all ${forAll.length} rules are kept. Looked at \`aaaaaaa\` of \`main\`: [the whole report](${page}).`,
    );
  });

  test("is grouped, one line each, with the line of the file, what to do, and the rule", () => {
    const words = doctorWords(manyFindings, place);
    expect(words.split("\n").filter((line) => line.startsWith("**"))).toEqual([
      "**Blocks releases**",
      "**Warnings**",
      "**Couldn't be looked at**",
      "**Waived**",
    ]);
    expect(words).toContain(
      `- ⛔ [\`.github/workflows/publish.yml:11\`](${commit}/.github/workflows/publish.yml#L11): \`actions/checkout@v5\` is a tag, which can be moved. Write the full commit, with the version as a comment. ([pinned-actions](https://countersign.test/doctor/rules/pinned-actions))`,
    );
    expect(words).toContain("Switch off Allow administrators to bypass configured protection rules.");
    expect(words).toContain("It was waived by carol until 2026-11-20: after the conference");
    expect(words).toContain("Waived by bob until 2027-01-31: the machine is wiped each night");
  });

  test("tells of secrets and people only how many findings there are, since a thread may be public", () => {
    const words = doctorWords(manyFindings, place);
    expect(words).toContain("2 findings about secrets and people stand on the page only.");
    expect(words).not.toMatch(/NPM_TOKEN|carol has no/);
    const findings = manyFindings.report.findings.filter(({ rule }) => rule === "standing-secret");
    const report = { findings, unchecked: [] };
    expect(doctorWords({ ...manyFindings, report }, place)).toBe(
      `1 finding about secrets or people stands on the page only. Looked at \`aaaaaaa\` of \`main\`: [the whole report](${page}).`,
    );
  });

  test("without a policy says what is wrong with it", () => {
    expect(doctorWords(withoutPolicy, place)).toBe(
      "`.github/countersign.yml` can't be used:\n- line 3, `defaults.releaser`: there is no key `releaser` here.",
    );
  });

  test("shows what files and people say as text, on one line", () => {
    const where = { path: `.github/workflows/${evil}).yml`, line: 3 };
    const finding = (rule: "runner" | "egress-policy"): Finding => ({
      ...{ rule, where, subject: evil, text: `It runs on ${evil}.` },
      mend: { text: `Ask ${evil}.` },
    });
    const words = doctorWords(examined([finding("runner"), finding("egress-policy")]), place);
    const live = outsideOfCode(words).replaceAll(/\]\(https:\/\/(?:countersign|github)\.test\/[^\s()]*\)/g, "]");
    expect(live).not.toMatch(/<img|\]\(|!\[|https?:\/\/|@(?!\u200b)\w|#1\b|\u001b|^#|^- point|\*bold/m);
    expect(words.split("\n").filter((line) => line.startsWith("- "))).toHaveLength(3);
  });

  test("is never longer than a comment may be, and says how many had no room", () => {
    const where = { path: `.github/workflows/${"w".repeat(200)}.yml`, line: 3 };
    const text = `\`${"W".repeat(5000)}\` is a tag.`;
    const many = Array.from({ length: 300 }, (): Finding => ({
      ...{ rule: "pinned-actions", where, subject: null, text, mend: { text: "Pin it." } },
    }));
    const words = doctorWords(examined(many), place);
    expect(words.length).toBeLessThan(65_536);
    expect(words).toMatch(/And \d+ more, which a comment has no room for/);
    const shown = words.split("\n").filter((line) => line.startsWith("- ")).length;
    expect(shown + Number(/And (\d+) more/.exec(words)?.[1])).toBe(301);
  });
});
