import { z } from "zod";
import type { DoctorPolicy, Waiver } from "../doctor/report.ts";
import { findRule, rules } from "../doctor/rules.ts";
import type { Level, RuleId } from "../doctor/rules.ts";
import { nearest } from "../edit-distance.ts";
import { shown } from "../shown.ts";
import { readPrincipal } from "./people.ts";

/** The policy's words for the doctor: how much a broken rule weighs, and where one may be broken for a while. */

/** Rules that a policy may weigh; of the others the decision itself is made. */
export const weighable = rules.filter((rule) => !rule.fixed);

const levelWords = "write `block` or `warn`.";
const level = z.enum(["block", "warn"], levelWords);

const fixedWords =
  "every decision rests on this rule, so it always blocks: take the line out, and mend what breaks the rule.";

const levels = z.strictObject(
  Object.fromEntries(rules.map((rule) => [rule.id, (rule.fixed ? z.never(fixedWords) : level).optional()])),
  "write rules and their levels, e.g. `concurrency: block`.",
);

function waivedRule(id: string): string | null {
  const rule = findRule(id);
  if (rule?.fixed === true) return "every decision rests on this rule, so nobody can waive it: mend what breaks it.";
  if (rule !== null) return null;
  const names = weighable.map((one) => one.id);
  const meant = nearest(id, names);
  return `there is no rule ${shown(id)}. ${meant === null ? "docs/rules/ has the list of all." : `Did you mean \`${meant}\`?`}`;
}

function loginProblem(name: string): string | null {
  const read = readPrincipal(name);
  if (typeof read === "string") return read;
  return read.kind === "person" ? null : "one person answers for a waiver: write a login, not a team.";
}

/** `2027-01-31`, a day that there is. */
function dayProblem(day: string): string | null {
  const words = "write a day as `2027-01-31`.";
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return `${shown(day)} is not a day: ${words}`;
  const read = new Date(`${day}T00:00:00Z`);
  const same = !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day);
  return same ? null : `${shown(day)} is a day that doesn't exist: ${words}`;
}

function pathProblem(path: string): string | null {
  const parts = path.split("/");
  const odd = parts.some((part) => ["", ".", ".."].includes(part)) || path.length > 300 || /\p{C}/u.test(path);
  return odd ? "write the file's path from the repository's root, e.g. `.github/workflows/publish.yml`." : null;
}

function text(what: string, problem: (text: string) => string | null): z.ZodString {
  return z.string(`write ${what} as a text.`).superRefine((value, context) => {
    const said = value.isWellFormed() ? problem(value) : "it holds half a character: type it again.";
    if (said !== null) context.addIssue({ code: "custom", message: said });
  });
}

const reasonWords = "say why as a sentence of 10 to 200 characters.";
/** Somebody's word for a while: who, why, until when. */
export const answeredFor = {
  by: text("a login", loginProblem).meta({ description: "Login of whoever answers for it." }),
  reason: z
    .string(reasonWords)
    .trim()
    .min(10, reasonWords)
    .max(200, reasonWords)
    .meta({ description: "Why, in 10 to 200 characters; shown wherever it is used." }),
  until: text("the last day", dayProblem).meta({
    description: "The last day that it holds, in UTC, e.g. 2027-01-31.",
    pattern: "^\\d{4}-\\d{2}-\\d{2}$",
  }),
};
const waiver = z.strictObject(
  {
    rule: text("the rule's name", waivedRule).meta({ description: "The rule that may be broken." }),
    file: text("the file's path", pathProblem)
      .optional()
      .meta({ description: "Only in this file, from the repository's root. Without it: wherever it is broken." }),
    ...answeredFor,
  },
  "write a waiver as `rule`, `by`, `reason` and `until`.",
);

/** `doctor` at the top of a policy. */
export const doctorForm = z.strictObject(
  {
    levels: levels.optional(),
    waivers: z.array(waiver, "write a list of waivers.").max(100, "write at most 100 waivers.").optional(),
  },
  "write `levels` and `waivers` below `doctor`.",
);

const onlyLevels = "an organisation sets `levels` for all; a waiver stands in the repository that needs it.";
/** `doctor` in an organisation's `defaults`. */
export const doctorDefaults = z.strictObject({ levels: levels.optional() }, "write `levels` below `doctor`.").meta({
  description: onlyLevels,
});

/** Keys of each table, for whoever mistypes one. */
export const doctorKeys = {
  doctor: ["levels", "waivers"],
  levels: weighable.map(({ id }): string => id),
  waivers: ["rule", "file", "by", "reason", "until"],
};

/** From the file's form to the policy's; levels of `defaults` hold where the repository says nothing. */
export function toDoctorPolicy(
  own: z.output<typeof doctorForm> | undefined,
  defaults: z.output<typeof doctorDefaults> | undefined,
): DoctorPolicy {
  return {
    levels: { ...toLevels(defaults?.levels), ...toLevels(own?.levels) },
    waivers: (own?.waivers ?? []).map(({ rule, file, ...rest }): Waiver => ({
      ...rest,
      rule: rule as RuleId,
      path: file ?? null,
    })),
  };
}

/** Levels that were written; the form knows every rule, so each key is one. */
export function toLevels(written: z.output<typeof levels> | undefined): Partial<Record<RuleId, Level>> {
  const said = Object.entries(written ?? {}).filter(([, one]) => one !== undefined);
  return Object.fromEntries(said) as Partial<Record<RuleId, Level>>;
}

/** For editors: only what may be weighed, each with what it says and what holds without a word. */
export function doctorJsonForm(): { own: z.ZodType; defaults: z.ZodType } {
  const described = z.strictObject(
    Object.fromEntries(
      weighable.map(({ id, title, level: without }) => [
        id,
        level.optional().meta({ description: `${title}. Without a word: ${without}.` }),
      ]),
    ),
  );
  const stricter = "A repository may be stricter than its organisation, not laxer: of two levels block counts.";
  const waived = "a rule that the organisation has set to block can't be waived.";
  return {
    own: z
      .strictObject({
        levels: described.optional().meta({
          description: `Whether a broken rule blocks a release or is a warning. ${stricter}`,
        }),
        waivers: z
          .array(waiver)
          .max(100)
          .optional()
          .meta({ description: `Rules that may be broken for a while, in somebody's name; ${waived}` }),
      })
      .meta({ description: "What the doctor makes of the rules that it finds broken." }),
    defaults: z.strictObject({ levels: described.optional() }).meta({
      description: `In an organisation's .github repository: levels for all of its repositories. ${stricter}`,
    }),
  };
}
