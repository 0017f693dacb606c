import type { Command } from "../call.ts";

const always = {
  "--url ADDRESS": "where your Countersign is; else COUNTERSIGN_URL, else the last one",
  "--json": "the result as JSON on standard output, an error as { code, message } on standard error",
};

/** The words for one command. */
export function helpFor({ name, usage, what, help }: Command): string[] {
  const options = Object.entries({ ...help, ...always });
  const width = Math.max(...options.map(([option]) => option.length)) + 2;
  return [
    `countersign ${name} ${usage}`.trim(),
    "",
    what,
    "",
    ...options.map(([option, text]) => `  ${option.padEnd(width)}${text}`),
  ];
}

/** The list of all commands. */
export function helpForAll(commands: readonly Command[]): string[] {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return [
    "countersign <command> [options]",
    "",
    ...commands.map(({ name, what }) => `  ${name.padEnd(width)}${what}`),
    "",
    "A token is never an argument: it goes to the prompt, or to standard input.",
    "`countersign help <command>` says more. Exit status: 0 done, 1 refused, 2 not understood.",
  ];
}
