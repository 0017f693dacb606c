import { z } from "zod";
import { purposes } from "./release-types.ts";

/** A release as messages name it. Nothing of it is secret, and all of it is text that people or files wrote: escape it. */
const releaseFacts = z.object({
  /** Ours, for programs that follow several messages. */
  id: z.string(),
  number: z.number(),
  /** `owner/name`. */
  repository: z.string(),
  package: z.string(),
  /** Of a release of several packages those that it publishes; `package` is the first. */
  packages: z.array(z.string()).optional(),
  version: z.string(),
  distTag: z.string(),
  branch: z.string(),
  /** The whole commit. */
  sha: z.string(),
  environment: z.string(),
  /** Login of who asked for it. */
  releaser: z.string(),
  /** Whether it publishes, or decides about what another release has staged. Absent: from before there was a choice. */
  purpose: z.enum(purposes).optional(),
});

const tokenLine = z.object({
  packages: z.array(z.string()),
  environment: z.string(),
  /** Whole days until it ends; 0 or less: it has ended. */
  daysLeft: z.number(),
  /** ISO text. */
  endsAt: z.string(),
});

/**
 * What is told on a channel. Plain JSON, since it waits in the queue: times are ISO texts, and nothing in it is secret. `link` is
 * a page of ours that needs sign-in.
 */
export const message = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("approval-wanted"),
    release: releaseFacts,
    /** Logins and `@org/team`s of whom an approval would count. */
    waitsFor: z.array(z.string()),
    /** What is missing, as one sentence. */
    text: z.string(),
    link: z.string(),
  }),
  z.object({
    kind: z.literal("challenge"),
    release: releaseFacts,
    /** `code`: typed from an authenticator; `link`: a passkey or security key at npm. */
    asksFor: z.enum(["code", "link"]),
    /** Counts from 1. */
    try: z.number(),
    /** ISO text; after it nobody can answer, and the message isn't sent any more. */
    until: z.string(),
    link: z.string(),
  }),
  z.object({
    kind: z.literal("stage-waits"),
    release: releaseFacts,
    /** Logins and `@org/team`s who are to approve it, as far as we know of them. */
    waitsFor: z.array(z.string()).default([]),
    /** `here`: a job of ours approves it for one of them; `npm`: it is approved there. */
    at: z.enum(["here", "npm"]).default("npm"),
    /** npm users whose approval there counts alone; empty: npm's own rule. */
    npmUsers: z.array(z.string()).default([]),
    /** npm's id of what is staged; of several packages that of the first. */
    stage: z.string(),
    /** Of the bytes that the run packed; compare it with what npm shows. */
    shasum: z.string(),
    link: z.string(),
  }),
  z.object({
    kind: z.literal("release-ended"),
    release: releaseFacts,
    outcome: z.enum(["published", "done", "failed", "rejected", "cancelled", "refused", "expired"]),
    /** One sentence or two; null where there is no more to say. */
    text: z.string().nullable(),
    link: z.string(),
  }),
  z.object({
    kind: z.literal("token-warning"),
    /** `owner/name`. */
    repository: z.string(),
    /** Login of the tokens' owner. */
    owner: z.string(),
    lines: z.array(tokenLine),
    /** Whole sentences, e.g. `From 3 December nobody can release left-pad.` */
    forecast: z.array(z.string()),
    link: z.string(),
  }),
  z.object({
    kind: z.literal("secret-stays"),
    /** `owner/name`. */
    repository: z.string(),
    environment: z.string(),
    /** Its name; nobody of ours can read what is in it. */
    secret: z.string(),
    /** `not-removed`: ours, and GitHub doesn't let us; `not-ours`: somebody else put it there. */
    why: z.enum(["not-removed", "not-ours"]),
    text: z.string(),
    link: z.string(),
  }),
  z.object({
    kind: z.literal("out-of-band"),
    /** `owner/name`. */
    repository: z.string(),
    package: z.string(),
    version: z.string(),
    /** `published` without a release of ours, a dist-tag that was moved onto it, or taken from the registry. */
    what: z.enum(["published", "tag-moved", "unpublished"]),
    /** npm user; null: the registry names none. */
    publisher: z.string().nullable(),
    /** What is odd: codes, each with a sentence whose values stand in backticks. */
    oddities: z.array(z.object({ code: z.string(), text: z.string() })),
    link: z.string(),
  }),
  z.object({
    kind: z.literal("releases-stopped"),
    /** Login of the organisation or person whose repositories these are. */
    account: z.string(),
    /** Login of who stopped them, or lifted it. */
    by: z.string(),
    /** They may be asked for again. */
    lifted: z.boolean(),
    reason: z.string(),
    link: z.string(),
  }),
  z.object({
    kind: z.literal("test"),
    /** Login of who pressed the button. */
    by: z.string(),
    /** Name of the channel. */
    channel: z.string(),
    /** `owner/name` of the repository whose channel it is; null: a person's own. */
    repository: z.string().nullable(),
    link: z.string(),
  }),
]);

export type Message = z.infer<typeof message>;
export type MessageKind = Message["kind"];
export type ReleaseFacts = z.infer<typeof releaseFacts>;
export type TokenLine = z.infer<typeof tokenLine>;
