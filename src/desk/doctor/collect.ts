import type { Finding, Unchecked } from "../../domain/doctor/report.ts";
import type { RuleId } from "../../domain/doctor/rules.ts";
import { GitHubError } from "../../github/types.ts";
import { RegistryError } from "../../npm/types.ts";

/** What a part of an examination came to. */
export interface Part {
  findings: Finding[];
  unchecked: Unchecked[];
  /** Rules that were looked at; those without a finding are kept. */
  looked: RuleId[];
}

/** Puts parts together: what several places or packages have in common is said once, and a failing read once for all that it hit. */
export class Collection {
  readonly #findings = new Map<string, Finding>();
  readonly #unchecked = new Map<string, Unchecked>();
  readonly #looked = new Set<RuleId>();
  /** Why → what it hit, and the rules that weren't looked at there. */
  readonly #failed = new Map<string, { subjects: string[]; rules: Set<RuleId> }>();

  add({ findings, unchecked, looked }: Part): void {
    for (const one of findings) this.#findings.set(JSON.stringify([one.rule, one.where, one.subject, one.text]), one);
    for (const one of unchecked) this.#unchecked.set(JSON.stringify([one.rule, one.why]), one);
    for (const rule of looked) this.#looked.add(rule);
  }

  /** Does a part of the work; where GitHub or the registry fails, its rules count as not looked at. */
  async attempt(subject: string, rules: readonly RuleId[], work: () => Promise<Part>): Promise<void> {
    try {
      this.add(await work());
    } catch (error) {
      if (!(error instanceof GitHubError) && !(error instanceof RegistryError)) throw error;
      const failed = this.#failed.get(error.message) ?? { subjects: [], rules: new Set<RuleId>() };
      failed.subjects.push(subject);
      for (const rule of rules) failed.rules.add(rule);
      this.#failed.set(error.message, failed);
    }
  }

  result(): { findings: Finding[]; unchecked: Unchecked[]; kept: RuleId[] } {
    const unread = [...this.#failed].flatMap(([why, { subjects, rules }]) =>
      [...rules].map((rule): Unchecked => ({ rule, why: `${named(subjects)} couldn't be read: ${why}` })),
    );
    const findings = [...this.#findings.values()];
    const unchecked = [...this.#unchecked.values(), ...unread];
    const open = new Set([...findings, ...unchecked].map(({ rule }) => rule));
    return { findings, unchecked, kept: [...this.#looked].filter((rule) => !open.has(rule)) };
  }
}

const shownNames = 5;

function named(subjects: string[]): string {
  const more = subjects.length - shownNames;
  return `${subjects.slice(0, shownNames).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
