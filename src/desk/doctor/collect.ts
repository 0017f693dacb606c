import type { Finding, Unchecked } from "../../domain/doctor/report.ts";
import { rules } from "../../domain/doctor/rules.ts";
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
    // Work is done side by side and ends in any order.
    const findings = [...this.#findings.values()].toSorted(inOrder);
    const unchecked = [...this.#unchecked.values(), ...unread].toSorted(inOrder);
    const open = new Set([...findings, ...unchecked].map(({ rule }) => rule));
    return { findings, unchecked, kept: [...this.#looked].filter((rule) => !open.has(rule)) };
  }
}

const places = new Map(rules.map(({ id }, index) => [id, index]));

/** In the catalogue's order, and of one rule by its place. */
function inOrder(one: Finding | Unchecked, other: Finding | Unchecked): number {
  const rule = (places.get(one.rule) ?? 0) - (places.get(other.rule) ?? 0);
  return rule === 0 ? placeOf(one).localeCompare(placeOf(other), "en", { numeric: true }) : rule;
}

function placeOf(one: Finding | Unchecked): string {
  if ("why" in one) return one.why;
  const { where, subject, text } = one;
  return where === null ? `${subject ?? ""} ${text}` : `${where.path} ${where.line} ${text}`;
}

const shownNames = 5;

function named(subjects: string[]): string {
  const more = subjects.length - shownNames;
  return `${subjects.slice(0, shownNames).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
