import { z } from "zod";

/** What goes over the wire at `/api/v1`. Times are ISO texts in UTC; ids of GitHub's are numbers, ours are texts. */

export const time = z
  .date()
  .transform((date) => date.toISOString())
  .meta({ type: "string", format: "date-time" });
export const id = z.string().regex(/^[\w-]{1,64}$/);
export const line = (most: number): z.ZodString => z.string().max(most);
export const repository = z
  .object({ id: z.number(), owner: z.string(), name: z.string() })
  .meta({ id: "RepositoryName" });
/** A commit as it was shown: whole. */
export const sha = z.string().regex(/^[0-9a-f]{40}$/);

export const problem = z.object({ code: z.string(), message: z.string() }).meta({ id: "Problem" });
