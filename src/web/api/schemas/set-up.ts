import { z } from "zod";
import { draftFields } from "../../../domain/set-up/plan.ts";
import type { DraftField } from "../../../domain/set-up/plan.ts";
import { stepIds } from "../../../domain/set-up/steps.ts";
import { line, repository } from "./shared.ts";

const mode = z.enum(["otp", "stage", "trusted-stage", "trusted"]);

/** Without `package` the policy's first; without `mode` the safer one, where there is one. */
export const coachAsk = z.strictObject({ package: line(214).optional(), mode: mode.optional() });

export const coach = z.object({
  repository,
  packages: z.array(z.object({ name: z.string(), mode })),
  /** The one that the rest is about, and its mode now. */
  package: z.string(),
  mode,
  words: z.string(),
  /** What this mode doesn't protect against. */
  leaves: z.string(),
  dates: z.array(
    z.object({
      /** A day, or a month where npm named no day. */
      when: z.string(),
      over: z.boolean(),
      what: z.string(),
      means: z.string(),
      source: z.string(),
      unsure: z.boolean(),
    }),
  ),
  /** The mode to go to; null: none is safer. */
  next: mode.nullable(),
  change: z
    .object({
      mode,
      steps: z.array(z.object({ text: z.string(), command: z.string().nullable() })),
      files: z.array(
        z.object({
          path: z.string(),
          text: z.string(),
          /** `new`: it was made anew, since nobody here knows how the present one publishes. */
          how: z.enum(["changed", "new"]),
          isThere: z.boolean(),
          link: z.string().nullable(),
          diff: z.string(),
          /** How many lines differ. */
          lines: z.number(),
        }),
      ),
      /** Files that have to be changed by hand. */
      byHand: z.number(),
      /** For bash and GitHub's `gh`: it opens the pull request with the rights of whoever runs it. */
      script: z.string().nullable(),
    })
    .nullable(),
});

const draft = Object.fromEntries(draftFields.map((name) => [name, z.string()])) as Record<DraftField, z.ZodString>;

/** The form's fields; without `packages` no files are made. */
export const setUpAsk = z.strictObject(
  Object.fromEntries(draftFields.map((name) => [name, line(5000).optional()])) as Record<
    DraftField,
    z.ZodOptional<z.ZodString>
  >,
);

export const setUp = z.object({
  repository,
  /** Nothing that a release needs is missing, as far as it can be seen. */
  ready: z.boolean(),
  steps: z.array(
    z.object({
      id: z.enum(stepIds),
      /** `unseen`: nobody can see it from outside; a release that goes through proves it. */
      state: z.enum(["done", "missing", "unknown", "unseen"]),
      recommended: z.boolean(),
      title: z.string(),
      about: z.string().nullable(),
      text: z.string(),
      /** What an owner does at GitHub or npm, or types. */
      remedy: z
        .object({
          at: z.enum(["GitHub", "npm"]),
          click: z.string(),
          url: z.string().nullable(),
          commands: z.array(z.string()),
        })
        .nullable(),
    }),
  ),
  suggestion: z.object(draft),
  problems: z.array(z.object({ field: z.string(), text: z.string() })),
  files: z.array(z.object({ path: z.string(), text: z.string(), link: z.string().nullable() })).nullable(),
  script: z.string().nullable(),
});
