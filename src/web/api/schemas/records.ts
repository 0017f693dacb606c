import { z } from "zod";
import { auditFields } from "../../audit-query.ts";
import { repository } from "./shared.ts";

/** The audit is asked for with a filter, and page by page. */
export const auditAsk = auditFields.extend({
  /** Events that one answer has at most: 1 to 200. */
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|1\d\d|200)$/)
    .default("50")
    .transform(Number),
});

export const audit = z.object({
  events: z.array(
    z.object({
      seq: z.number(),
      at: z.string(),
      /** The event's name, such as `token.sealed`. */
      what: z.string(),
      /** The same as a sentence. */
      said: z.string(),
      actor: z.string(),
      actorId: z.number().nullable(),
      repository: repository.nullable(),
      repositoryId: z.number().nullable(),
      releaseId: z.string().nullable(),
      package: z.string().nullable(),
      version: z.string().nullable(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  /** `before` of the next page; null: there is none. */
  next: z.number().nullable(),
});
