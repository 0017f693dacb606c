import { Refusal } from "../domain/errors.ts";
import { StaleRow } from "../store/types.ts";

/** What may be kept of an error: kind, code, place in our code; its words only where they are ours. */
export interface ErrorDescription {
  name: string;
  code: string | null;
  status: number | null;
  /** First line of our own in the stack, e.g. `desk/arm.ts:30`. */
  at: string | null;
  /** One sentence for the list of failed work. */
  sentence: string;
}

/**
 * Describes an error without its message, unless the message is a sentence of ours: other people's messages may quote a payload,
 * a header or a value.
 */
export function describeError(error: unknown): ErrorDescription {
  const name = error instanceof Error ? error.name : typeof error;
  const code = field(error, "code", "string");
  const status = field(error, "status", "number");
  const at = placeOf(error);
  const ours = error instanceof Refusal || error instanceof StaleRow;
  const about = [code, status === null ? null : `status ${status}`, at === null ? null : `at ${at}`].filter(
    (each) => each !== null,
  );
  const sentence = ours ? error.message : `${name}${about.length === 0 ? "" : ` (${about.join(", ")})`}.`;
  return { name, code, status, at, sentence };
}

function field(error: unknown, key: "code", type: "string"): string | null;
function field(error: unknown, key: "status", type: "number"): number | null;
function field(error: unknown, key: string, type: "string" | "number"): string | number | null {
  if (typeof error !== "object" || error === null) return null;
  const value = (error as Record<string, unknown>)[key];
  if (typeof value === "number" && type === "number") return value;
  return typeof value === "string" && type === "string" && /^[\w.-]{1,64}$/.test(value) ? value : null;
}

function placeOf(error: unknown): string | null {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  // The message comes first and may have several lines; lines of a stack begin with "at".
  const lines = stack.split("\n").filter((line) => /^\s+at /.test(line) && !line.includes("node_modules"));
  return /(?:src|test)\/([\w./-]+\.ts:\d+)/.exec(lines.join("\n"))?.[1] ?? null;
}
