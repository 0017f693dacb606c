import type { Judged, Report } from "./report.ts";
import { ruleOf } from "./rules.ts";
import type { RuleId } from "./rules.ts";

/** What was found, with the rules that are kept. */
export interface Looked {
  report: Report;
  kept: RuleId[];
}

/**
 * Whether a rule's findings are for people with write access alone: where a secret lies, whose token works and who is in which team
 * is nothing for everybody who can read a repository. Files and an environment's protection GitHub shows to them as well.
 */
export function isForWriters(rule: RuleId): boolean {
  return rule === "standing-secret" || ruleOf(rule).area === "people";
}

/** What everybody who sees the repository may see of it, and how many findings were left out. */
export function forReaders({ report, kept }: Looked): Looked & { withheld: number } {
  const open = <Of extends { rule: RuleId }>(all: Of[]): Of[] => all.filter(({ rule }) => !isForWriters(rule));
  const findings = open(report.findings);
  return {
    report: { findings, unchecked: open(report.unchecked) },
    kept: kept.filter((rule) => !isForWriters(rule)),
    withheld: report.findings.length - findings.length,
  };
}

/** Findings by what they mean for a release. */
export interface Sorted {
  blocks: Judged[];
  warns: Judged[];
  waived: Judged[];
}

export function sorted({ findings }: Report): Sorted {
  const open = findings.filter(({ waived }) => waived === null);
  return {
    blocks: open.filter(({ level }) => level === "block"),
    warns: open.filter(({ level }) => level === "warn"),
    waived: findings.filter(({ waived }) => waived !== null),
  };
}

/** A report in one sentence. */
export function summary({ report, kept }: Looked): string {
  const { blocks, warns, waived } = sorted(report);
  const parts = [
    blocks.length === 0
      ? null
      : `${count(blocks.length, "finding")} ${blocks.length === 1 ? "blocks" : "block"} releases`,
    warns.length === 0 ? null : `${count(warns.length, "finding")} ${warns.length === 1 ? "warns" : "warn"}`,
    waived.length === 0 ? null : `${count(waived.length, "finding")} ${waived.length === 1 ? "is" : "are"} waived`,
  ].filter((part) => part !== null);
  const unchecked = report.unchecked.length;
  const rest = unchecked === 0 ? null : `${count(unchecked, "rule")} couldn't be looked at`;
  if (parts.length === 0 && rest === null) return `Nothing is wrong: all ${count(kept.length, "rule")} are kept.`;
  if (parts.length === 0) return `Nothing wrong was found, but ${rest ?? ""}.`;
  return `${[...parts, ...(rest === null ? [] : [rest])].join(", ")}.`;
}

/** `1 finding`, `2 findings` */
function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
