import { z } from "zod";
import { Refusal } from "../domain/errors.ts";
import type { AuditFilter } from "../domain/audit/index.ts";
import type { LiveSession } from "./parts.ts";
import type { Visible } from "./visible.ts";
import { notThere } from "./visit.ts";

const dayMs = 86_400_000;
const isDay = (text: string): boolean => text.length === 10;
const instant = z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })]);

/** A day or an instant; without a zone it is UTC. */
function timeOf(text: string): Date {
  return new Date(isDay(text) || /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

const whole = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number);

/** What narrows the audit, as an address carries it. */
export const auditFields = z.strictObject({
  /** A login, `countersign` or `runner`. */
  actor: z
    .string()
    .regex(/^@?[\w-]{1,100}(?:\[bot\])?$/)
    .transform((text) => text.replace(/^@/, ""))
    .optional(),
  /** An event's name or the beginning of one: `token.` */
  what: z
    .string()
    .regex(/^[a-z][a-z.-]{0,60}$/)
    .optional(),
  /** GitHub's id of a repository. */
  repository: whole.optional(),
  /** Our id of a release. */
  release: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  /** From this day or instant on, in UTC. */
  from: instant.transform(timeOf).optional(),
  /** To the end of this day, or before this instant, in UTC. */
  to: instant.transform((text) => (isDay(text) ? new Date(timeOf(text).getTime() + dayMs) : timeOf(text))).optional(),
  /** Only what comes before the event of this number. */
  before: whole.optional(),
});

/** Names of the fields, in the order of the form. */
export const auditFieldNames = ["actor", "what", "repository", "release", "from", "to", "before"] as const;

/** What the address says, field by field; "" where it says nothing. */
export type AuditTexts = Record<(typeof auditFieldNames)[number], string>;

/** The fields as they stand in the address. */
export function auditTexts(query: URLSearchParams): AuditTexts {
  const entries = auditFieldNames.map((name) => [name, (query.get(name) ?? "").trim()] as const);
  return Object.fromEntries(entries) as AuditTexts;
}

const sentences: Record<(typeof auditFieldNames)[number], string> = {
  actor: "“Who” is a login at GitHub, `countersign` or `runner`.",
  what: "“What” is the name of an event or its beginning, such as `token.`",
  repository: "Choose the repository from the list.",
  release: "A release is named by the id in its page's address.",
  from: "“From” is a day, such as `2026-11-23`, or an instant, such as `2026-11-23T10:00`.",
  to: "“To” is a day, such as `2026-11-23`, or an instant, such as `2026-11-23T10:00`.",
  before: "The address of an older page isn't whole: begin with the newest.",
};

/** @throws Refusal that says which field was wrong, and how it has to be */
export function readAuditTexts(texts: AuditTexts): { filter: AuditFilter; before: number | null } {
  const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
  const read = auditFields.safeParse(given);
  if (read.success) return auditFilter(read.data);
  const name = auditFieldNames.find((one) => one === read.error.issues[0]?.path[0]) ?? "before";
  throw new Refusal("bad-input", sentences[name]);
}

/** The fields as the desk wants them. */
export function auditFilter(fields: z.output<typeof auditFields>): { filter: AuditFilter; before: number | null } {
  const { actor, what, repository, release, from, to, before } = fields;
  const filter = { actor, what, repositoryId: repository, releaseId: release, from, to };
  const set = Object.entries(filter).filter(([, value]) => value !== undefined);
  return { filter: Object.fromEntries(set) as AuditFilter, before: before ?? null };
}

/**
 * Repositories whose audit this person may read: those that GitHub shows them with write access.
 * @throws Refusal where the filter names another: in the words for what isn't there, where they don't see it at all
 */
export async function auditedRepositories(
  visit: { visible: Visible; session: LiveSession },
  filter: AuditFilter,
): Promise<number[]> {
  const writable = await visit.visible.writable(visit.session);
  const { repositoryId } = filter;
  if (repositoryId === undefined || writable.has(repositoryId)) return [...writable];
  if (!(await visit.visible.of(visit.session)).has(repositoryId)) throw notThere();
  throw new Refusal("not-allowed", "Only people with write access to the repository read its audit.");
}
