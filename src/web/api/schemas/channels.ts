import { z } from "zod";
import { line, time } from "./shared.ts";

const kind = z.enum(["slack", "webhook", "email"]);

/** Where messages go, without the address: whoever knows it can write there. */
export const channel = z
  .object({
    id: z.string(),
    kind,
    name: z.string(),
    /** Its host, or the mail address. */
    shownAddress: z.string(),
    createdAt: time,
    lastSentAt: time.nullable(),
    lastFailedAt: time.nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: "Channel" });

export const channels = z.object({
  /** null: the person may change them; otherwise why not. */
  fixed: z.string().nullable(),
  channels: z.array(channel),
});

export const newChannel = z.strictObject({ kind, name: line(100), address: line(2000) });

/** `secret` signs a webhook's messages, and is told this once; null for other kinds. */
export const addedChannel = z.object({ channel, secret: z.string().nullable() });

/** `problem`: why the message wasn't taken; null: it was. */
export const triedChannel = z.object({ channel, problem: z.string().nullable() });
