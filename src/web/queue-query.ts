import { z } from "zod";
import { Refusal } from "../domain/errors.ts";
import { activeStates, endStates } from "../domain/release-types.ts";
import type { ReleaseState } from "../domain/release-types.ts";

const states = [...activeStates, ...endStates] as const;

/** What narrows the queue, as an address carries it. */
export const queueFields = z.strictObject({
  /** GitHub's id of a repository. */
  repository: z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .transform(Number)
    .optional(),
  /** The login of whoever asked. */
  person: z
    .string()
    .regex(/^@?[\w-]{1,100}$/)
    .transform((text) => text.replace(/^@/, ""))
    .optional(),
  state: z.enum(states).optional(),
  /** From 1 on. */
  page: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .default("1")
    .transform(Number),
});

export type QueueFields = z.output<typeof queueFields>;

const names = ["repository", "person", "state", "page"] as const;

/** What the address says, field by field; "" where it says nothing. */
export type QueueTexts = Record<(typeof names)[number], string>;

/** The fields as they stand in the address. */
export function queueTexts(query: URLSearchParams): QueueTexts {
  return Object.fromEntries(names.map((name) => [name, (query.get(name) ?? "").trim()])) as QueueTexts;
}

/** The address of the queue with these fields. */
export function queuePath(texts: QueueTexts): string {
  const set = names.filter((name) => texts[name] !== "" && !(name === "page" && texts.page === "1"));
  const query = new URLSearchParams(set.map((name) => [name, texts[name]])).toString();
  return query === "" ? "/" : `/?${query}`;
}

/** Whether the address narrows the queue. */
export function isNarrowed({ repository, person, state }: QueueTexts): boolean {
  return [repository, person, state].some((text) => text !== "");
}

const sentences: Record<(typeof names)[number], string> = {
  repository: "Choose the repository from the list.",
  person: "“Asked for by” is a login at GitHub.",
  state: "Choose the state from the list.",
  page: "There is no such page: begin with the first.",
};

/** @throws Refusal that says which field was wrong, and how it has to be */
export function readQueueTexts(texts: QueueTexts): QueueFields {
  const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
  const read = queueFields.safeParse(given);
  if (read.success) return read.data;
  const name = names.find((one) => one === read.error.issues[0]?.path[0]) ?? "page";
  throw new Refusal("bad-input", sentences[name]);
}

/** Two states look the same to people: a release that is being started. */
export function sameState(state: ReleaseState): ReleaseState[] {
  return state === "requested" || state === "dispatching" ? ["requested", "dispatching"] : [state];
}
