import type { AuditEvent } from "../release-types.ts";

/** An event as its sentence needs it. */
export type Told = Pick<AuditEvent, "what" | "actor" | "detail">;

/** One event in words. */
export type Words = (event: Told) => string;

/**
 * A value of an event's detail as code in a sentence: one line, without backticks and characters that nobody sees; "" where it
 * isn't there. Details come from versions of this program that may be older, so nothing is taken for granted.
 */
export function value({ detail }: Told, name: string): string {
  const plain = text({ detail }, name);
  return plain === "" ? "" : `\`${plain}\``;
}

/** The same without the marks of code, for names of people. */
export function text({ detail }: Pick<Told, "detail">, name: string): string {
  const given = Object.hasOwn(detail, name) ? detail[name] : undefined;
  if (typeof given !== "string" && typeof given !== "number") return "";
  const line = String(given)
    .replace(/[\p{C}\p{Z}\s]+/gu, " ")
    .replaceAll("`", "'")
    .trim();
  const letters = [...line];
  return letters.length > 100 ? `${letters.slice(0, 99).join("")}…` : line;
}

/** A value with words around it, or nothing: `withWords(event, "run", " as run ")`. */
export function withWords(event: Told, name: string, before: string, after = ""): string {
  const shown = value(event, name);
  return shown === "" ? "" : `${before}${shown}${after}`;
}

/** A commit's short form. */
export function commit(event: Told, before: string): string {
  const sha = text(event, "sha");
  return sha === "" ? "" : `${before}\`${sha.slice(0, 7)}\``;
}

/** The day of an instant: `2026-12-23`. */
export function day(event: Told, name: string, before: string): string {
  const at = text(event, name);
  return /^\d{4}-\d\d-\d\d/.test(at) ? `${before}${at.slice(0, 10)}` : "";
}

/** The words that a code stands for; the code itself where there are none. */
export function meaning(event: Told, name: string, words: Readonly<Record<string, string>>): string {
  const code = text(event, name);
  return Object.hasOwn(words, code) ? (words[code] ?? "") : value(event, name);
}

/** Who did it: the app and the workflow step by their names, people by their logins. */
export function who({ actor }: Pick<Told, "actor">): string {
  if (actor === "countersign") return "Countersign";
  return actor === "runner" ? "The workflow step" : actor;
}

/** Where a secret is or a token belongs. */
export function environment(event: Told): string {
  const name = value(event, "environment");
  return name === "" ? "its environment" : `the environment ${name}`;
}
