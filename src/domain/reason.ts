/**
 * A decision is a value: a tree of reasons. The status comment, the release page, `/why` and the audit all render this one tree.
 */
export type Verdict = "satisfied" | "waiting" | "refused";

export interface Reason {
  /** Stable name of the rule, e.g. `approvals`, `policy`, `github-reviewers`, `wait-timer`, `environment`. */
  rule: string;
  verdict: Verdict;
  /** One plain sentence for people. */
  text: string;
  /** Logins (or `@org/team`) that it waits for, where it waits for somebody. */
  waitsFor?: string[];
  children?: Reason[];
}

/** The verdict of a whole is the worst of its parts: refused before waiting before satisfied. */
export function worst(reasons: readonly Reason[]): Verdict {
  if (reasons.some((reason) => reason.verdict === "refused")) return "refused";
  return reasons.some((reason) => reason.verdict === "waiting") ? "waiting" : "satisfied";
}

/** A whole made of parts, with the verdict that follows from them. */
export function all(rule: string, text: string, children: Reason[]): Reason {
  return { rule, verdict: worst(children), text, children };
}

/** Everybody whom an unfinished part of a decision waits for, each once. */
export function awaited(reason: Reason): string[] {
  if (reason.verdict !== "waiting") return [];
  return [...new Set([...(reason.waitsFor ?? []), ...(reason.children ?? []).flatMap(awaited)])];
}
