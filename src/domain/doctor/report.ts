import type { Reason } from "../reason.ts";
import { all } from "../reason.ts";
import type { Level } from "./rule.ts";
import { ruleOf } from "./rules.ts";
import type { RuleId } from "./rules.ts";
import { plainWords } from "./words.ts";

/** How one finding is mended. */
export interface Mend {
  /** One sentence, in Markdown. */
  text: string;
  /** What to type, where a command does it. */
  command?: string;
  /** Unified diff against the file that was looked at, where a change of it does it. */
  diff?: string;
}

/** One thing that breaks a rule, as a check has found it. */
export interface Finding {
  rule: RuleId;
  /** The file, from the repository's root, and the line, from 1; null: it isn't in a file. */
  where: { path: string; line: number } | null;
  /** What it is about, where that is no file: an environment, a package, a person. As people write it. */
  subject: string | null;
  /** What is wrong here: one sentence for people, as plain text with code in backquotes. */
  text: string;
  mend: Mend;
}

/** A rule that couldn't be looked at, and why: never counted as kept. */
export interface Unchecked {
  rule: RuleId;
  /** One sentence. */
  why: string;
}

/** Somebody's word that a rule may be broken for a while. */
export interface Waiver {
  rule: RuleId;
  /** Only for this file; null: wherever it is broken. */
  path: string | null;
  /** Login of whoever answers for it. */
  by: string;
  reason: string;
  /** The last day that it holds, `2027-01-31`, in UTC. */
  until: string;
}

/** What a policy says of the doctor. */
export interface DoctorPolicy {
  levels: Partial<Record<RuleId, Level>>;
  waivers: Waiver[];
}

/** A finding with what the policy makes of it. */
export interface Judged extends Finding {
  level: Level;
  /** The word that stands for it; such a finding neither blocks nor warns. */
  waived: Waiver | null;
  /** A word that stood for it until it ended. */
  ended: Waiver | null;
}

/** What the doctor says of a repository at one commit. */
export interface Report {
  /** Those that block first, then those that warn, then those that are waived. */
  findings: Judged[];
  unchecked: Unchecked[];
}

/** What a policy asks where it says nothing. */
export const plainDoctorPolicy: DoctorPolicy = { levels: {}, waivers: [] };

/** Gives each finding its level and its waiver, by the policy and the day. */
export function judge(findings: Finding[], unchecked: Unchecked[], policy: DoctorPolicy, now: Date): Report {
  const judged = findings.map((finding): Judged => {
    const rule = ruleOf(finding.rule);
    const level = rule.fixed ? rule.level : (policy.levels[finding.rule] ?? rule.level);
    const words = rule.fixed ? [] : policy.waivers.filter((waiver) => covers(waiver, finding));
    const waived = words.find((waiver) => isCurrent(waiver, now)) ?? null;
    return { ...finding, level, waived, ended: waived === null ? (words[0] ?? null) : null };
  });
  return { findings: judged.toSorted((one, other) => weight(one) - weight(other)), unchecked };
}

function covers(waiver: Waiver, finding: Finding): boolean {
  return waiver.rule === finding.rule && (waiver.path === null || waiver.path === finding.where?.path);
}

/** Through the whole of its last day, in UTC. */
export function isCurrent(waiver: Waiver, now: Date): boolean {
  return now.toISOString().slice(0, 10) <= waiver.until;
}

function weight({ waived, level }: Judged): number {
  return waived !== null ? 2 : level === "warn" ? 1 : 0;
}

/** The findings of a report that keep a release from going on. */
export function blocking(report: Report): Judged[] {
  return report.findings.filter(({ level, waived }) => level === "block" && waived === null);
}

/** A report as a part of a decision: refused where something blocks. */
export function doctorReason(report: Report): Reason {
  const blocks = blocking(report);
  const warnings = report.findings.filter(({ level, waived }) => level === "warn" && waived === null).length;
  const waived = report.findings.filter((finding) => finding.waived !== null);
  const children = [
    ...blocks.map((finding): Reason => ({ rule: finding.rule, verdict: "refused", text: findingText(finding) })),
    ...waived.map((finding): Reason => ({ rule: finding.rule, verdict: "satisfied", text: waivedText(finding) })),
  ];
  if (blocks.length > 0) return all("doctor", "The workflow isn't fit for a release.", children);
  const said = warnings === 0 ? "" : `, with ${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
  return {
    ...{ rule: "doctor", verdict: "satisfied", text: `The workflow is fit for a release${said}.` },
    ...(children.length === 0 ? {} : { children }),
  };
}

/** A finding as one sentence with its place, without markup beside code between backquotes. */
export function findingText({ where, text, mend }: Finding): string {
  const place = where === null ? "" : `\`${where.path}\`, line ${where.line}: `;
  return `${place}${text} ${plainWords(mend.text)}`;
}

function waivedText(finding: Judged): string {
  const { waived } = finding;
  return waived === null
    ? finding.text
    : `${finding.text} Waived by ${waived.by} until ${waived.until}: ${waived.reason}`;
}
