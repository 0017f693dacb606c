import type { Reading } from "./programs.ts";
import { readCommand } from "./programs.ts";
import type { Command, Dialect } from "./shell.ts";
import { readScript } from "./shell.ts";

/** One thing that a script does. */
export interface Act extends Reading {
  /** The words from the program's name on, without what was put before it (`env`, `sudo`). */
  words: readonly string[];
  /** Line in the script, from 0; offset in it. */
  line: number;
  offset: number;
  /** Whether the script goes on, and ends well, where the command fails: `|| true`. */
  swallowed: boolean;
  /** Variables taken away from it, by `env -u` or by an `unset` before it. */
  unset: ReadonlySet<string>;
  /** Variables given to it in the script. */
  given: ReadonlyMap<string, string>;
}

/** Scripts in scripts: `bash -c "bash -c …"`. */
const deepest = 5;
/** Programs that only start another one, with the options that take a word along. */
const starters: ReadonlyMap<string, readonly string[]> = new Map([
  ["sudo", ["-u", "-g", "--user", "--group"]],
  ["command", []],
  ["exec", ["-a"]],
  ["builtin", []],
  ["nohup", []],
  ["nice", ["-n"]],
  ["ionice", ["-c", "-n"]],
  ["stdbuf", ["-i", "-o", "-e"]],
  ["xargs", ["-n", "-I", "-P", "-L", "-d", "-a", "-s"]],
  ["corepack", []],
  ["dotenv", ["-e"]],
  ["cross-env", []],
]);
const shells = new Set(["bash", "sh", "zsh", "dash", "/bin/bash", "/bin/sh"]);
/** What may stand behind `||` without hiding that the command failed. */
const failing = new Set(["exit", "return", "false", "kill"]);

/** What a script does that matters to a release, in its order. */
export function readActs(script: string, dialect: Dialect): Act[] {
  return actsOf(readScript(script, dialect), 0);
}

function actsOf(commands: readonly Command[], depth: number): Act[] {
  const unset = new Set<string>();
  const exported = new Map<string, string>();
  const acts: Act[] = [];
  let tolerant = false;
  const lastFailing = commands.findLastIndex(fails);
  for (const [index, command] of commands.entries()) {
    const started = start(command, unset, exported);
    const [name = "", ...rest] = started.words;
    if (name === "unset") for (const word of rest) unset.add(word);
    if (name === "export" || name === "")
      for (const [key, value] of assigned(name, rest, command)) exported.set(key, value);
    if (name === "set") tolerant = rest[0] === "+e" || (tolerant && rest[0] !== "-e");
    const inner = depth < deepest ? scriptIn(name, rest) : null;
    const place = { line: command.line, offset: command.offset };
    const swallowed = isSwallowed(commands, index, tolerant, lastFailing);
    if (inner !== null) {
      const outer = { unset: started.unset, given: started.given };
      for (const act of actsOf(readScript(inner), depth + 1))
        acts.push({ ...act, ...place, swallowed: act.swallowed || swallowed, ...joined(act, outer) });
      continue;
    }
    if (isFetchedScript(commands, index)) {
      acts.push({
        deed: "install",
        said: `${name} … | ${runBehind(commands, index)}`,
        ...started,
        ...place,
        swallowed,
      });
      continue;
    }
    const reading = readCommand(started.words);
    if (reading !== null) acts.push({ ...reading, ...started, ...place, swallowed });
  }
  return acts;
}

function joined(act: Act, outer: Pick<Act, "unset" | "given">): Pick<Act, "unset" | "given"> {
  return { unset: new Set([...act.unset, ...outer.unset]), given: new Map([...outer.given, ...act.given]) };
}

function assigned(name: string, rest: readonly string[], command: Command): Array<[string, string]> {
  const words = name === "export" ? rest : command.assignments.map((one) => `${one.name}=${one.value}`);
  return words.flatMap((word): Array<[string, string]> => {
    const at = word.indexOf("=");
    return at < 1 ? [] : [[word.slice(0, at), word.slice(at + 1)]];
  });
}

/** The program that a command starts in the end, and the variables that it has or hasn't. */
function start(
  command: Command,
  before: ReadonlySet<string>,
  exported: ReadonlyMap<string, string>,
): Pick<Act, "words" | "unset" | "given"> {
  const unset = new Set(before);
  const given = new Map([...exported, ...command.assignments.map((one): [string, string] => [one.name, one.value])]);
  let words: readonly string[] = command.words;
  for (let round = 0; round < 10; round += 1) {
    const [name = ""] = words;
    const options = starters.get(name);
    let next: readonly string[];
    if (name === "env") next = afterEnv(words.slice(1), unset, given);
    else if (name === "timeout") next = skipOptions(words.slice(1), ["-s", "-k"]).slice(1);
    else if (options !== undefined) next = skipOptions(words.slice(1), options);
    else break;
    // `corepack enable` starts nothing.
    if (name === "corepack" && !/^(?:npm|npx|pnpm|pnpx|yarn|yarnpkg)(?:@|$)/.test(next[0] ?? "")) break;
    words = name === "corepack" ? [(next[0] ?? "").split("@")[0] ?? "", ...next.slice(1)] : next;
  }
  return { words, unset, given };
}

function skipOptions(words: readonly string[], valued: readonly string[]): readonly string[] {
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? "";
    if (/^[A-Za-z_]\w*=/.test(word)) index += 1;
    else if (!word.startsWith("-")) break;
    else index += valued.includes(word) ? 2 : 1;
  }
  return words.slice(index);
}

function afterEnv(words: readonly string[], unset: Set<string>, given: Map<string, string>): readonly string[] {
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? "";
    const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
    const taken = /^(?:-u|--unset=)(.+)$/.exec(word)?.[1];
    if (assignment !== null) given.set(assignment[1] ?? "", assignment[2] ?? "");
    else if (taken !== undefined) unset.add(taken);
    else if (word === "-u" || word === "--unset") unset.add(words[(index += 1)] ?? "");
    else if (word === "-C" || word === "--chdir" || word === "-S") index += 1;
    // Nothing is handed on: neither are GitHub's variables.
    else if (word === "-i" || word === "-" || word === "--ignore-environment") unset.add("*");
    else if (!word.startsWith("-")) break;
    index += 1;
  }
  return words.slice(index);
}

/** The script that a command is given as a word; null: none. */
function scriptIn(name: string, rest: readonly string[]): string | null {
  if (name === "eval") return rest.join(" ");
  if (!shells.has(name)) return null;
  const at = rest.findIndex((word) => /^-[a-z]*c[a-z]*$/.test(word));
  return at === -1 ? null : (rest.slice(at + 1).find((word) => !/^[-+]/.test(word)) ?? null);
}

/** `curl … | sh` runs what it has fetched. */
function isFetchedScript(commands: readonly Command[], index: number): boolean {
  const { words, after } = commands[index] ?? { words: [], after: "" };
  const next = runBehind(commands, index);
  return after === "|" && ["curl", "wget"].includes(words[0] ?? "") && (shells.has(next) || next === "node");
}

/** The program behind the next pipe. */
function runBehind(commands: readonly Command[], index: number): string {
  return (
    skipOptions(
      (commands[index + 1]?.words ?? []).filter((word) => word !== "sudo"),
      ["-u"],
    )[0] ?? ""
  );
}

/** Whether a command's failure is hidden: by what stands behind `||`, or since the script goes on after errors and ends well. */
function isSwallowed(commands: readonly Command[], index: number, tolerant: boolean, lastFailing: number): boolean {
  if (tolerant) return index < commands.length - 1 && lastFailing <= index;
  const next = commands[index + 1];
  if (commands[index]?.after !== "||" || next?.before !== "||" || fails(next)) return false;
  // `|| { echo …; exit 1; }`; `|| echo … && exit 1`
  const ahead = commands.slice(index + 1, index + 5);
  const chained = ahead.findIndex(({ after }) => after !== "&&");
  return !ahead.slice(0, next.grouped ? 4 : chained + 1).some(fails);
}

function fails({ words }: Command): boolean {
  return failing.has(words[0] ?? "");
}
