import { z } from "zod";
import { GitHubError } from "./types.ts";

/** GitHub's date and time as an instant. */
export const instant = z
  .string()
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()), "is not a date and time");

/** Somebody whose account was deleted: GitHub gives null for them. Nobody's id is 0, so they never count for anything. */
export const ghost = { id: 0, login: "ghost", type: "Ghost" };

/** A user, or whoever is left of one. */
export const userOrGhost = z
  .object({ id: z.number(), login: z.string(), type: z.string() })
  .nullish()
  .transform((user) => user ?? ghost);

/** A person or team that may review a deployment. */
export const reviewerShape = z
  .object({
    type: z.enum(["User", "Team"]),
    reviewer: z.object({ id: z.number(), login: z.string().optional(), slug: z.string().optional() }),
  })
  .transform(({ type, reviewer: { id, login, slug } }) => ({ type, id, name: login ?? slug ?? String(id) }));

/**
 * GitHub's answer as we know it; only the fields that are used are looked at.
 * @throws GitHubError `unexpected`, with the field's name and without its value
 */
export function read<Shape extends z.ZodType>(shape: Shape, verb: string, data: unknown): z.output<Shape> {
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? "the whole" : issue.path.join(".");
  throw new GitHubError("unexpected", verb, `GitHub's answer isn't as described: ${field}: ${issue?.message ?? ""}.`);
}
