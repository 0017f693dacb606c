import { z } from "zod";
import { repository, time } from "./shared.ts";

const area = z.enum(["environment", "workflow", "package", "people"]);

const waiver = z.object({
  /** Login of whoever answers for it. */
  by: z.string(),
  reason: z.string(),
  /** The last day that it holds, in UTC: `2027-01-31`. */
  until: z.string(),
});

/** A rule by its name, its title, and its page here. */
const rule = { rule: z.string(), area, title: z.string(), page: z.string() };

export const doctor = z.object({
  repository,
  /** `no-policy`: there is none that can be used, so nothing was looked at; `why` says more. */
  state: z.enum(["no-policy", "examined"]),
  why: z.string().nullable(),
  /** Everything in one sentence. */
  summary: z.string(),
  /** Commit of the default branch that was looked at, and when. */
  sha: z.string().nullable(),
  at: time.nullable(),
  packages: z.array(z.string()),
  /** false: what concerns secrets and people is left out, which is for people with write access. */
  whole: z.boolean(),
  /** Those that block first, then those that warn, then those that are waived. */
  findings: z.array(
    z.object({
      ...rule,
      level: z.enum(["block", "warn"]),
      /** null: it isn't in a file. */
      where: z.object({ path: z.string(), line: z.number(), url: z.string() }).nullable(),
      /** The environment, package or person that it is about. */
      subject: z.string().nullable(),
      text: z.string(),
      why: z.string(),
      /** What to do; what to type, and a unified diff of the file, where either does it. */
      mend: z.object({ text: z.string(), command: z.string().nullable(), diff: z.string().nullable() }),
      /** The words of the guide for publishing from CI; zizmor's name for it. */
      guide: z.string().nullable(),
      zizmor: z.string().nullable(),
      /** Such a finding neither blocks nor warns. */
      waived: waiver.nullable(),
      /** It was waived until this ended. */
      ended: waiver.nullable(),
    }),
  ),
  /** Rules that couldn't be looked at: nobody knows whether they are kept. */
  unchecked: z.array(z.object({ ...rule, why: z.string() })),
  kept: z.array(z.object(rule)),
});
