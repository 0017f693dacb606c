import { parseArgs } from "node:util";
import type { ParseArgsOptionsConfig } from "node:util";
import { carriesToken } from "../domain/npm-token.ts";
import type { Command, Values } from "./call.ts";
import { commands, help, version } from "./commands.ts";
import { usage } from "./failure.ts";

export interface Parsed {
  command: Command;
  values: Values;
  positionals: string[];
}

/** Options that every command takes. */
const common: ParseArgsOptionsConfig = {
  url: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
};

/**
 * What a command line says. Options may stand anywhere.
 * @throws Failure (`usage`) with a sentence; it repeats no argument that looks like a secret
 */
export function readArgs(args: readonly string[]): Parsed {
  refuseSecrets(args);
  const { values, positionals } = parsed(args);
  if (values["version"] === true) return { command: version, values, positionals: [] };
  const command = commands.find(({ name }) => positionals.slice(0, name.split(" ").length).join(" ") === name);
  if (values["help"] === true || positionals.length === 0)
    return { command: help, values, positionals: command?.name.split(" ") ?? [] };
  if (command === undefined)
    throw usage(`There is no command “${positionals.slice(0, 2).join(" ")}”: \`countersign help\` lists them.`);
  const rest = positionals.slice(command.name.split(" ").length);
  if (rest.length > command.words)
    throw usage(`\`countersign ${command.name}\` doesn't know what to do with “${rest[command.words]}”.`);
  const foreign = Object.keys(values).find((name) => !(name in common) && !(name in command.options));
  if (foreign !== undefined) throw usage(`\`countersign ${command.name}\` has no option --${foreign}.`);
  return { command, values, positionals: rest };
}

/** Asked before anything is parsed, and where parsing fails. */
export function wantsJson(args: readonly string[]): boolean {
  return args.includes("--json");
}

function parsed(args: readonly string[]): { values: Values; positionals: string[] } {
  const options = Object.assign({}, common, ...commands.map((one) => one.options)) as ParseArgsOptionsConfig;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as { values: Values; positionals: string[] };
  } catch (error) {
    if (args.some((arg) => /^--(?:npm-)?token(?:=|$)/.test(arg)))
      throw usage("There is no option for the token itself: it goes to the prompt, or to standard input.");
    const said = error instanceof Error ? (error.message.split(/[.\n]/)[0] ?? "") : "";
    throw usage(`${said}. \`countersign help\` lists what there is.`);
  }
}

/** What stands on a command line is in the shell's history, and other users of the machine can read it while it runs. */
function refuseSecrets(args: readonly string[]): void {
  if (args.some((arg) => carriesToken(arg) || /npm_[A-Za-z0-9]{8}/.test(arg)))
    throw usage(
      "An argument looks like an npm token. It is in your shell's history now, and others on this machine may have seen it: revoke it at npm, make a new one, and give that to the prompt or to standard input.",
    );
  if (args.some((arg) => /(?:gh[pousr]_|github_pat_)[A-Za-z0-9]{8}/.test(arg)))
    throw usage("An argument looks like a GitHub token. It is in your shell's history now: revoke it at GitHub.");
  if (args.some((arg) => /otpauth(?:-migration)?:/i.test(arg)))
    throw usage(
      "An argument looks like the seed of an authenticator app. It is in your shell's history now: set up your second factor anew.",
    );
}
