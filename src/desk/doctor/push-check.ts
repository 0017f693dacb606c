import { blocking, findingText, judge } from "../../domain/doctor/report.ts";
import type { Finding, Judged, Report, Unchecked } from "../../domain/doctor/report.ts";
import { ruleOf } from "../../domain/doctor/rules.ts";
import { markdown } from "../../domain/markdown.ts";
import { parsePolicy } from "../../domain/policy.ts";
import type { Policy } from "../../domain/policy-types.ts";
import { Refusal } from "../../domain/errors.ts";
import { GitHubError } from "../../github/types.ts";
import type { GitHubRepository, NewCheck } from "../../github/types.ts";
import { after } from "../after.ts";
import { policyPath, readableFile } from "../policy-at.ts";
import { repositoryOf } from "../repository-of.ts";
import { someAtOnce } from "../some-at-once.ts";
import type { DeskParts } from "../types.ts";
import { doctorPolicyOf, lookAtFile, namedWorkflows, workflowPath } from "./workflow-report.ts";
import type { NamedWorkflow } from "./workflow-report.ts";

type Parts = Pick<DeskParts, "store" | "github" | "registry" | "clock" | "publicUrl" | "log">;

/** Whether a push that touched these files is worth the doctor's look. */
export function touchesDoctor(paths: readonly string[]): boolean {
  return paths.some((path) => path === policyPath || /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
}

/** Asks for the doctor's check of a commit; once for each commit. */
export async function askDoctorCheck(
  parts: Pick<DeskParts, "store" | "clock" | "ids">,
  repositoryId: number,
  sha: string,
): Promise<void> {
  await after(parts, "doctor-check", `${repositoryId} ${sha}`, "pushed");
}

/**
 * Says on a commit what the rules find in the workflows that the policy of this very commit names, at their lines. It decides nothing:
 * a release looks at its own commit. A commit without a policy that can be used gets none: the policy's check says what is wrong.
 */
export async function checkPushed(parts: Parts, subject: string): Promise<void> {
  const [repositoryId = "", sha = ""] = subject.split(" ");
  const github = await repositoryOf(parts, Number(repositoryId));
  if (github === null) return;
  await check(parts, github, sha).catch((error: unknown) => {
    // The commit is gone by now, or the installation has no right to write checks: no release needs one.
    if (!(error instanceof GitHubError) || !["not-found", "invalid", "forbidden"].includes(error.code)) throw error;
    parts.log.info(
      { repository: Number(repositoryId), code: error.code },
      "A commit's workflows could not be checked.",
    );
  });
}

async function check(parts: Parts, github: GitHubRepository, sha: string): Promise<void> {
  const file = await github.file(policyPath, sha);
  const read = file === null ? null : parsePolicy(file.text);
  if (read?.ok !== true) return;
  const report = await reportOf(parts, github, read.policy, sha);
  const said = report instanceof Refusal ? unable(report.message) : judged(report);
  await github.createCheck({
    ...{ name: "Countersign doctor", sha, ...said },
    detailsUrl: `${parts.publicUrl}/repositories/${github.repository.id}`,
  });
}

async function reportOf(
  parts: Parts,
  github: GitHubRepository,
  policy: Policy,
  sha: string,
): Promise<Report | Refusal> {
  const findings: Finding[] = [];
  const unchecked: Unchecked[] = [];
  try {
    const rules = await doctorPolicyOf(github, policy);
    await someAtOnce(namedWorkflows(policy), async (named) => {
      const looked = await look(parts, github, named, sha);
      findings.push(...looked.findings);
      unchecked.push(...looked.unchecked);
    });
    return judge(findings, unchecked, rules, parts.clock.now());
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function look(
  parts: Parts,
  github: GitHubRepository,
  named: NamedWorkflow,
  sha: string,
): Promise<{ findings: Finding[]; unchecked: Unchecked[] }> {
  const path = workflowPath(named.workflow);
  const unfit = (at: string, text: string, mend: string): { findings: Finding[]; unchecked: Unchecked[] } => ({
    findings: [{ rule: "fit-workflow", where: { path: at, line: 1 }, subject: null, text, mend: { text: mend } }],
    unchecked: [],
  });
  const file = await readableFile(github, path, sha, "workflow-unsuitable").catch((error: unknown) => {
    if (error instanceof Refusal) return error;
    throw error;
  });
  if (file instanceof Refusal) return unfit(path, file.message, ruleOf("fit-workflow").mend);
  if (file !== null) return await lookAtFile(parts, github, { path, text: file.text }, named, sha);
  const names = named.packages.map((name) => `\`${name}\``).join(", ");
  return unfit(
    policyPath,
    `There is no \`${path}\` at this commit, which is to publish ${names}.`,
    "Add it, or name the file that publishes as `workflow`.",
  );
}

type Said = Pick<NewCheck, "conclusion" | "title" | "summary" | "annotations">;

function unable(why: string): Said {
  return { conclusion: "neutral", title: "The workflows can't be judged", summary: markdown(why), annotations: [] };
}

function judged(report: Report): Said {
  const blocks = blocking(report).length;
  const warnings = report.findings.filter(({ level, waived }) => level === "warn" && waived === null).length;
  const waived = report.findings.filter((one) => one.waived !== null).length;
  const counts = [
    ...count(blocks, "finding that blocks", "findings that block"),
    ...count(warnings, "warning", "warnings"),
    ...count(waived, "waived", "waived"),
  ];
  return {
    conclusion: blocks > 0 ? "failure" : "success",
    title: counts.length === 0 ? "Fit for a release" : counts.join(", "),
    summary: summary(report, blocks),
    annotations: report.findings.flatMap(annotation),
  };
}

function count(number: number, one: string, many: string): string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
}

function summary(report: Report, blocks: number): string {
  const said = blocks > 0 ? "A release from this commit would be refused." : "A release from this commit would go on.";
  const lines = report.findings.map(
    (one) => `- ${sign(one)} **${one.rule}**: ${markdown(findingText(one))}${word(one)}`,
  );
  const unread = report.unchecked.map(({ rule, why }) => `- ❔ **${rule}**: ${markdown(why)}`);
  return [said, ...(lines.length + unread.length === 0 ? [] : ["", ...lines, ...unread])].join("\n");
}

function sign({ level, waived }: Judged): string {
  return waived !== null ? "☑️" : level === "block" ? "⛔" : "⚠️";
}

function word({ waived, ended }: Judged): string {
  if (waived !== null) return ` Waived by ${markdown(waived.by)} until ${waived.until}: ${markdown(waived.reason)}`;
  return ended === null ? "" : ` A waiver by ${markdown(ended.by)} ended on ${ended.until}.`;
}

function annotation(finding: Judged): NewCheck["annotations"] {
  const { where, rule, text, mend, level, waived } = finding;
  if (where === null) return [];
  const shown = waived !== null ? "notice" : level === "block" ? "failure" : "warning";
  return [
    { path: where.path, line: where.line, title: ruleOf(rule).title, message: `${text} ${mend.text}`, level: shown },
  ];
}
