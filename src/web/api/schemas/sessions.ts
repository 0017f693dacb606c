import { z } from "zod";
import { time } from "./shared.ts";

export const about = z.object({
  name: z.literal("Countersign"),
  version: z.string(),
  clientId: z.string(),
  githubUrl: z.string(),
  publicUrl: z.string(),
});

/** A user access token that GitHub made for our app, as the device flow gives it. */
export const newSession = z.strictObject({ githubToken: z.string().regex(/^[\x21-\x7e]{4,2000}$/) });

export const session = z.object({
  bearer: z.string(),
  expiresAt: time,
  person: z.object({ id: z.number(), login: z.string() }),
});

export const sessions = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(["browser", "command-line"]),
      /** The one in which this is asked. */
      current: z.boolean(),
      createdAt: time,
      lastSeenAt: time,
      expiresAt: time,
    }),
  ),
});
