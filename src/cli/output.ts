import type { Io } from "./io.ts";

/** Where a command's words go. */
export interface Output {
  json: boolean;
  /** Colours for standard output; plain text where it is no terminal, or NO_COLOR is set. */
  paint: Paint;
  /** What came of it, for people. Left out with --json. */
  say(line?: string): void;
  /** On the way there, for people, on standard error. Left out with --json. */
  note(line?: string): void;
  /** Something to be looked at. With --json it is among the result's `warnings`. */
  warn(line: string): void;
  /** What came of it, for programs: written with --json alone. */
  result(value: Record<string, unknown>): void;
}

export type Paint = Record<"good" | "bad" | "busy" | "dim" | "bold", (text: string) => string>;

const codes = { good: 32, bad: 31, busy: 33, dim: 2, bold: 1 } as const;

/** Words for people, or one JSON text for programs. */
export function createOutput({ stdout, stderr, env }: Io, json: boolean): Output {
  const warnings: string[] = [];
  const colourful = stdout.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const paint = (code: number) => (text: string) => (colourful ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    json,
    paint: {
      good: paint(codes.good),
      bad: paint(codes.bad),
      busy: paint(codes.busy),
      dim: paint(codes.dim),
      bold: paint(codes.bold),
    },
    say: (line = "") => void (json || stdout.write(`${line}\n`)),
    note: (line = "") => void (json || stderr.write(`${line}\n`)),
    warn: (line) => void (json ? warnings.push(line) : stderr.write(`Warning: ${printable(line)}\n`)),
    result: (value) => void (json && stdout.write(`${JSON.stringify({ ...value, warnings }, null, 2)}\n`)),
  };
}

/** A text from elsewhere on one line, without anything that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
