import { challengeWords } from "./challenge-words.ts";
import { text, who } from "./detail.ts";
import type { Told, Words } from "./detail.ts";
import { outOfBandWords } from "./out-of-band-words.ts";
import { leaseWords, releaseWords } from "./release-words.ts";
import { tokenWords } from "./token-words.ts";

const words: Readonly<Record<string, Words>> = {
  ...releaseWords,
  ...leaseWords,
  ...challengeWords,
  ...tokenWords,
  ...outOfBandWords,
};

/**
 * What happened, as a sentence with its values in backticks; an event that nobody gave words to is shown by its name. Pure. Values
 * come from outside: whoever shows the sentence escapes it.
 */
export function auditSentence(event: Told): string {
  const say = Object.hasOwn(words, event.what) ? words[event.what] : undefined;
  return say?.(event) ?? `${who(event)}: \`${text({ detail: { what: event.what } }, "what")}\`.`;
}

/** Whether an event's name has words of its own. */
export function hasWords(what: string): boolean {
  return Object.hasOwn(words, what);
}

/** What the audit can be narrowed to: the beginning of an event's name, and what that is called. */
export const auditKinds: ReadonlyArray<readonly [prefix: string, name: string]> = [
  ["release.", "Releases"],
  ["panic.", "Everything stopped, and lifted"],
  ["approval.", "Approvals and rejections"],
  ["run.", "Runs on GitHub"],
  ["gate.", "The gate"],
  ["lease.", "Secrets put in place and removed"],
  ["challenge.", "npm's second factor"],
  ["runner.", "The workflow step"],
  ["token.", "npm tokens"],
  ["todo.", "To-dos at npm"],
  ["out-of-band.", "Versions without a release"],
  ["comment.", "Comments edited or deleted"],
  ["channel.", "Notification channels"],
  ["warning.", "Warnings that failed"],
];

/** Which events are wanted; what isn't there narrows nothing. */
export interface AuditFilter {
  /** Login, `countersign` or `runner`, in any case. */
  actor?: string;
  /** The beginning of the event's name, such as `token.`, or all of it. */
  what?: string;
  repositoryId?: number;
  releaseId?: string;
  /** From this instant on. */
  from?: Date;
  /** Before this instant. */
  to?: Date;
}
