import { readArgs, wantsJson } from "./args.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";
import { createOutput, printable } from "./output.ts";

/** Runs one command; returns the exit status: 0 done, 1 refused, 2 not understood, 130 interrupted. */
export async function run(io: Io): Promise<number> {
  try {
    const { command, values, positionals } = readArgs(io.args);
    const output = createOutput(io, values["json"] === true);
    await command.run({ io, output, values, positionals });
    return 0;
  } catch (error) {
    const failure = error instanceof Failure ? error : unforeseen(error);
    const { code, message } = failure;
    const text = wantsJson(io.args) ? JSON.stringify({ code, message }) : `countersign: ${printable(message)}`;
    io.stderr.write(`${text}\n`);
    return failure.exit;
  }
}

/** The error's name alone: its words may hold what was being handled. */
function unforeseen(error: unknown): Failure {
  const name = error instanceof Error ? error.name : typeof error;
  return new Failure("unexpected", `Something went wrong that nobody foresaw (${name}). Nothing more was done.`);
}
