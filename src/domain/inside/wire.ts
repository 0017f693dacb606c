import { z } from "zod";
import { buildLimits } from "./build.ts";
import type { Build } from "./build.ts";
import { limits } from "./limits.ts";
import { marks } from "./types.ts";
import type { Contents } from "./types.ts";

/**
 * The step's description as the server takes it. Whatever the runner sends, it is at most this, and can be stored and shown. The step
 * itself doesn't load this file: it needs no library.
 */

/** Neither control characters nor half of a pair: PostgreSQL takes neither. What is only unseen the page names. */
const text = (most: number): z.ZodString =>
  z
    .string()
    .max(most)
    .regex(/^[^\p{Cs}\u0000-\u0008\u000a-\u001f]*$/u);
const count = z.int().min(0).max(1e12);

const side = { bytes: count, unpacked: count, files: count };

const before = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("compared"), version: text(100), ...side }),
  z.strictObject({ state: z.literal("first") }),
  z.strictObject({ state: z.literal("unknown"), why: text(limits.sentence) }),
]);

const file = z.strictObject({
  path: text(limits.path),
  state: z.enum(["added", "changed", "removed", "same"]),
  bytes: count.nullable(),
  was: count.nullable(),
  marks: z.array(z.enum(marks)).max(marks.length),
});

const diff = z.strictObject({
  path: text(limits.path),
  parts: z
    .array(
      z.strictObject({
        before: count,
        after: count,
        lines: z
          .array(
            // The sign in front.
            text(limits.line + 1).regex(/^[ +-]/),
          )
          .max(limits.diffLines),
      }),
    )
    .max(limits.diffLines),
  more: count,
});

const value = text(limits.value).nullable();
const form = z.literal(1);
const shasum = z.string().regex(/^[0-9a-f]{40}$/);

export const contentsSchema = z.discriminatedUnion("state", [
  z.strictObject({ form, state: z.literal("unread"), shasum, why: text(limits.sentence) }),
  z.strictObject({
    form,
    state: z.literal("read"),
    shasum,
    now: z.strictObject(side),
    before,
    counts: z.strictObject({ added: count, changed: count, removed: count, same: count }),
    scripts: z
      .array(z.strictObject({ name: text(100), now: value, was: value, implied: z.boolean() }))
      .max(limits.scripts),
    manifest: z
      .array(z.strictObject({ at: z.array(text(100)).max(10), was: value, now: value }))
      .max(limits.manifest)
      .nullable(),
    files: z.array(file).max(limits.files),
    diffs: z.array(diff).max(limits.diffs),
    leftOut: z.strictObject({ files: count, manifest: count, diffs: count }),
  }),
]);

/** One build of a commit, as a job tells it. */
export const buildSchema = z.strictObject({
  shasum,
  files: z.array(z.tuple([text(limits.path), text(buildLimits.mark)])).max(buildLimits.files),
  leftOut: count,
});

/** A build as it was kept; null where it is of a form that isn't known. */
export function readBuild(document: unknown): Build | null {
  const read = buildSchema.safeParse(document);
  return read.success ? read.data : null;
}

/** A description as it was kept; null where it is of a form that isn't known. */
export function readContents(document: unknown): Contents | null {
  const read = contentsSchema.safeParse(document);
  return read.success ? read.data : null;
}
