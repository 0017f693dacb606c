import { commands } from "./command/table.ts";
import type { BadWords, Command, CommandEntry } from "./command/types.ts";
import { editDistance } from "./edit-distance.ts";
import { shown } from "./shown.ts";

export { commandsPage, helpText } from "./command/help.ts";
export { commands } from "./command/table.ts";
export type { Command, CommandEntry, ReleaseScope } from "./command/types.ts";

/** `suggestion` is a whole command that would be read; only ever shown, never run. */
export type Parsed =
  { kind: "none" } | { kind: "command"; command: Command } | { kind: "bad"; sentence: string; suggestion?: string };

/** Characters of a line that are looked at. */
const longestLine = 500;

/** Beside the 40 characters that a sentence repeats, 80 in all. */
const longestSuggestion = 48;

/** Other bots' commands that look like a typing error of ours. */
const foreign: readonly string[] = ["improve", "rebase", "relabel", "reset", "retest", "unapprove"];

/**
 * Reads a comment. A command is the first line that isn't blank, and begins it; quoted lines, code and other bots' commands are
 * none. A word that looks like a mistyped command of ours is answered with a suggestion, never guessed. Never throws; what it
 * repeats is at most 80 characters long, without markup, and notifies nobody.
 */
export function parseCommand(comment: string): Parsed {
  const lines = comment.split(/\r\n|\r|\n/);
  const at = lines.findIndex((line) => line.trim() !== "");
  // Four spaces or a tab make code of a line.
  const line = /^ {0,3}(\/.*)$/s.exec(lines[at] ?? "")?.[1];
  if (line === undefined) return { kind: "none" };
  const after = lines.slice(at + 1);
  const named = ourName.exec(line);
  if (named === null) return parseLine(line, after);
  const rest = line.slice(named[0].length).trim();
  if (rest === "") return { kind: "command", command: { name: "help" } };
  const parsed = parseLine(`/${rest}`, after);
  return parsed.kind === "none" ? unknownAfterName(rest) : parsed;
}

/** Every command may be written behind our name: `/countersign release 1.2.0`. Alone it asks for help. */
const ourName = /^\/countersign(?:[ \t]+\/?|$)/i;

function parseLine(line: string, after: string[]): Parsed {
  const [head, ...words] = line
    .slice(0, longestLine + 1)
    .trim()
    .split(/\s+/);
  const entry = entryFor(head ?? "", words);
  if (entry === null) return { kind: "none" };
  if ("kind" in entry) return entry;
  if (entry.prose) {
    const whole = [line.slice((head ?? "").length), ...after].join(" ").slice(0, 10_000);
    return answer(
      entry,
      whole.split(/[\p{Cc}\p{Cf}\p{Cs}\s]+/u).filter((word) => word !== ""),
    );
  }
  if (line.length > longestLine) return bad(entry, { sentence: `A command has at most ${longestLine} characters.` });
  return answer(entry, words);
}

/** Whoever writes our name means us, whatever follows. */
function unknownAfterName(rest: string): Parsed {
  const word = rest.split(/\s+/)[0] ?? "";
  return { kind: "bad", sentence: `There is no command ${shown(`/${word}`)}. \`/help\` shows all commands.` };
}

/** The command as a person would write it; `parseCommand` reads it as the same command. */
export function formatCommand(command: Command): string {
  const words: Array<string | undefined> = [`/${command.name}`];
  if (command.name === "release") {
    words.push(command.version, ...command.packages);
    if (command.scope !== "named") words.push(`--${command.scope}`);
    if (command.tag !== undefined) words.push("--tag", command.tag);
    if (command.dryRun) words.push("--dry-run");
  }
  if (command.name === "expected") words.push(command.version, command.package);
  if (command.name === "approve") words.push(command.sha);
  if (command.name === "approve-stage" || command.name === "reject-stage") words.push(command.version);
  if ("why" in command) words.push(command.why);
  return words.filter((word) => word !== undefined).join(" ");
}

function answer(entry: CommandEntry, words: string[]): Parsed {
  const read = readWords(entry, words);
  return "sentence" in read ? bad(entry, read) : { kind: "command", command: read };
}

function readWords(entry: CommandEntry, words: string[]): Command | BadWords {
  return (entry.prose ? null : oddWord(words)) ?? entry.read(words);
}

function bad(entry: CommandEntry, { sentence, meant }: BadWords): Extract<Parsed, { kind: "bad" }> {
  const suggestion = meant === undefined ? null : suggest(entry, meant);
  if (suggestion !== null) return { kind: "bad", sentence: `${sentence} Did you mean \`${suggestion}\`?`, suggestion };
  return { kind: "bad", sentence: `${sentence} It is written like this: \`${entry.usage}\`.` };
}

/** A suggestion is made only where it is short and would be read as a command; nobody's reason is repeated. */
function suggest(entry: CommandEntry, words: string[]): string | null {
  const whole = [`/${entry.name}`, ...(entry.prose ? [] : words)].join(" ");
  return whole.length <= longestSuggestion && !("sentence" in readWords(entry, words)) ? whole : null;
}

/** The command that a first word names; null: none of ours. */
function entryFor(head: string, words: string[]): CommandEntry | Extract<Parsed, { kind: "bad" }> | null {
  // A slash that stands alone, as autocorrection leaves it.
  if (head === "/") {
    const name = (words[0] ?? "").toLowerCase();
    const meant = commands.find((one) => one.name === name);
    return meant === undefined ? null : mistyped("There is a space after the slash.", meant, words.slice(1));
  }
  const [, word = "", rest = ""] = /^\/([a-z-]+)(.*)$/is.exec(head) ?? [];
  const exact = commands.find((one) => one.name === word.toLowerCase());
  if (exact !== undefined && rest === "") return exact;
  if (exact !== undefined && /^(?:[.,;:!?…]+$|[:=@]|[\d"'“‘«\p{Cf}])/u.test(rest)) {
    const more = rest.replace(/^[^\p{L}\p{N}]+/u, "");
    const kept = more === "" ? words : [more, ...words];
    return mistyped(`${shown(head)} has something attached to the command.`, exact, kept);
  }
  const meant = rest === "" || /^[.,;:!?]+$/.test(rest) ? nearestCommand(word.toLowerCase()) : null;
  return meant === null ? null : mistyped(`There is no command ${shown(`/${word}`)}.`, meant, words);
}

function mistyped(sentence: string, entry: CommandEntry, words: string[]): Extract<Parsed, { kind: "bad" }> {
  const suggestion = suggest(entry, words) ?? suggest(entry, []);
  const said = `${sentence} Did you mean \`${suggestion ?? `/${entry.name}`}\`? \`/help\` shows all commands.`;
  return { kind: "bad", sentence: said, ...(suggestion === null ? {} : { suggestion }) };
}

/** One typing error, or two in a long word with the right first letter; `/why` has no near ones. */
function nearestCommand(word: string): CommandEntry | null {
  if (foreign.includes(word) || word.length > 14) return null;
  const near = commands.filter(({ name }) => {
    const distance = editDistance(word, name);
    return name.length > 3 && (distance <= 1 || (distance === 2 && name.length > 5 && word[0] === name[0]));
  });
  return near.sort((a, b) => editDistance(word, a.name) - editDistance(word, b.name))[0] ?? null;
}

const dashes = /^[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+/;
const quotes = /["'`“”„‘’‚«»]/g;

/** Words as a phone's keyboard leaves them: long dashes, quotes, letters and digits that only look like ASCII. */
function oddWord(words: string[]): BadWords | null {
  const dashed = words.find((word) => dashes.test(word) && !/^--?[a-z]/i.test(word));
  const straight = (word: string): string => word.replace(dashes, (found) => (found === "-" ? found : "--"));
  const mended = words.map((word) => straight(word).replace(quotes, "").normalize("NFKC").replace(/\p{C}/gu, ""));
  const meant = mended.filter((word) => word !== "");
  if (dashed !== undefined)
    return { sentence: `${shown(dashed)} doesn't begin with two plain hyphens, as an option does (\`--\`).`, meant };
  const quoted = words.find((word) => word.search(quotes) !== -1);
  if (quoted !== undefined) return { sentence: `${shown(quoted)} has quotes around it: leave them out.`, meant };
  const odd = words.find((word) => /[^\x21-\x7e]/.test(word));
  if (odd === undefined) return null;
  const sentence = `${shown(odd)} holds characters that only look like plain letters, digits or signs: type it again.`;
  return { sentence, meant };
}
