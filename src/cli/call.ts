import type { ParseArgsOptionsConfig } from "node:util";
import type { Io } from "./io.ts";
import type { Output } from "./output.ts";

/** What was given to options. */
export type Values = Readonly<Record<string, string | boolean | Array<string | boolean> | undefined>>;

/** One run of a command. */
export interface Call {
  io: Io;
  output: Output;
  values: Values;
  /** What stands after the command's words. */
  positionals: readonly string[];
}

/** A command as help and parser know it. */
export interface Command {
  /** The words that name it, e.g. `token add`. */
  name: string;
  /** What may follow its name. */
  usage: string;
  /** One line for the list. */
  what: string;
  /** Option → what it is for; the names of values are in `options`. */
  help: Readonly<Record<string, string>>;
  options: ParseArgsOptionsConfig;
  /** How many words may follow at most. */
  words: number;
  run(call: Call): Promise<void>;
}

/** An option's text; null where it isn't given. */
export function text(values: Values, name: string): string | null {
  const value = values[name];
  return typeof value === "string" ? value : null;
}

/** The texts of an option that may be given more than once. */
export function many(values: Values, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}
