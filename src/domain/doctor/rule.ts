/** What a rule is about. */
export type Area = "environment" | "workflow" | "package" | "people";

/** `block`: no release while it is broken; `warn`: it is said. */
export type Level = "block" | "warn";

/**
 * One rule of the doctor, in words: the report, the pages, `/doctor`, the command line and `docs/rules/` are all made of these. The
 * code that looks whether it is kept stands in `environment/`, `workflow/`, `package/` and `people/` beside this file, under the same id.
 */
export interface Rule {
  /** Stable: policies and waivers name it. */
  id: string;
  area: Area;
  /** Without a word of the policy. */
  level: Level;
  /** The decision itself rests on it: no policy lowers it, and nobody waives it. */
  fixed: boolean;
  /** What holds where it is kept, in a few words without a full stop. */
  title: string;
  /** Why it matters, one sentence. */
  why: string;
  /** How it is mended in general, in Markdown, one or two sentences. */
  mend: string;
  /** The guide's own words for it ("Publishing from CI with 2FA"); null: the guide doesn't name it. */
  guide: string | null;
  /** Name of the audit of zizmor that looks for the same; null: none. */
  zizmor: string | null;
  /** The rule broken and kept, as parts of a workflow or commands; for `docs/rules/`. */
  example?: { bad: string; good: string };
}
