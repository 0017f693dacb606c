import type { Command } from "./call.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { helpFor, helpForAll } from "./commands/help.ts";
import { signInCommand } from "./commands/sign-in.ts";
import { signOutCommand } from "./commands/sign-out.ts";
import { tokenAdd } from "./commands/token-add.ts";
import { tokenList } from "./commands/token-list.ts";
import { tokenRemove } from "./commands/token-remove.ts";
import { tokenRotate } from "./commands/token-rotate.ts";
import { usage } from "./failure.ts";
import { ownVersion } from "./version.ts";

/** `countersign help`, with or without a command's name. */
export const help: Command = {
  name: "help",
  usage: "[COMMAND]",
  what: "This list, or more about one command.",
  help: {},
  options: {},
  words: 2,
  run({ output, positionals }) {
    const name = positionals.join(" ");
    const one = commands.find((command) => command.name === name);
    if (name !== "" && name !== "token" && one === undefined) throw usage(`There is no command “${name}”.`);
    for (const line of one === undefined ? helpForAll(commands) : helpFor(one)) output.say(line);
    output.result({ commands: commands.map((command) => ({ name: command.name, what: command.what })) });
    return Promise.resolve();
  },
};

/** `countersign --version` */
export const version: Command = {
  name: "version",
  usage: "",
  what: "The version of this command line.",
  help: {},
  options: {},
  words: 0,
  run({ output }) {
    output.say(ownVersion());
    output.result({ version: ownVersion() });
    return Promise.resolve();
  },
};

/** Every command, in the order of the list. */
export const commands: readonly Command[] = [
  tokenList,
  tokenAdd,
  tokenRotate,
  tokenRemove,
  doctorCommand,
  signInCommand,
  signOutCommand,
  help,
];
