import { z } from "zod";
import { line, time } from "./shared.ts";

/** Everything of an account is stopped, or was. */
export const stop = z
  .object({
    id: z.string(),
    accountLogin: z.string(),
    reason: z.string(),
    origin: z.enum(["chat", "dashboard", "api"]),
    beganAt: time,
    beganByLogin: z.string(),
    /** null: it lasts. */
    liftedAt: time.nullable(),
    liftedByLogin: z.string().nullable(),
    liftReason: z.string().nullable(),
  })
  .meta({ id: "Stop" });

export const stops = z.object({
  /** Those that last, with how many secrets are still to be removed and releases still to end. */
  open: z.array(z.object({ stop, secrets: z.number(), releases: z.number() })),
  /** Newest first. */
  lifted: z.array(stop),
});

export const newStop = z.strictObject({ account: line(100), reason: line(1000) });

/** `already`: it was stopped before, for another reason maybe. */
export const begunStop = z.object({ stop, already: z.boolean() });
