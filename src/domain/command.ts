import { nearest } from "./edit-distance.ts";

/** What a person can say in a comment. */
export type Command =
  | { name: "release"; version: string; package: string | undefined; tag: string | undefined; dryRun: boolean }
  | { name: "approve"; sha: string | undefined }
  | { name: "reject"; why: string | undefined }
  | { name: "cancel"; why: string | undefined }
  | { name: "status" }
  | { name: "why" }
  | { name: "help" };

export type Parsed = { kind: "none" } | { kind: "command"; command: Command } | { kind: "bad"; sentence: string };

/** One line of the grammar: the parser, `/help` and docs/commands.md are made from it. */
export interface CommandEntry {
  name: Command["name"];
  usage: string;
  /** Who may use it. */
  who: string;
  what: string;
  example: string;
  read(words: string[]): Command | string;
}

const versionUsage = "/release <version|patch|minor|major> [package] [--tag <tag>] [--dry-run]";

export const commands: readonly CommandEntry[] = [
  {
    name: "release",
    usage: versionUsage,
    who: "releasers named by the policy",
    what: "Ask for a release of the default branch. `--dry-run` checks everything and starts nothing.",
    example: "/release 1.2.0",
    read: readRelease,
  },
  {
    name: "approve",
    usage: "/approve [commit]",
    who: "approvers named by the policy",
    what: "Countersign the release of this thread. Name the commit where more than one release was announced here.",
    example: "/approve 1a2b3c4",
    read: readApprove,
  },
  {
    name: "reject",
    usage: "/reject [why]",
    who: "approvers, and whoever asked",
    what: "Stop the release of this thread before it runs.",
    example: "/reject the changelog is missing",
    read: (words) => ({ name: "reject", why: rest(words) }),
  },
  {
    name: "cancel",
    usage: "/cancel [why]",
    who: "whoever asked, and people with write access",
    what: "Stop the release of this thread at any time: its run is cancelled, its secret removed.",
    example: "/cancel",
    read: (words) => ({ name: "cancel", why: rest(words) }),
  },
  {
    name: "status",
    usage: "/status",
    who: "everybody",
    what: "Say where the release of this thread stands.",
    example: "/status",
    read: alone("status"),
  },
  {
    name: "why",
    usage: "/why",
    who: "everybody",
    what: "Say what the release waits for, rule by rule.",
    example: "/why",
    read: alone("why"),
  },
  {
    name: "help",
    usage: "/help",
    who: "everybody",
    what: "Show these commands.",
    example: "/help",
    read: alone("help"),
  },
];

/**
 * Reads a comment. A command is the first line that isn't blank, and begins it; quoted lines, code and other bots' commands are
 * none. A word that looks like a mistyped command of ours is answered with a suggestion, never guessed.
 */
export function parseCommand(comment: string): Parsed {
  const line = comment.split(/\r\n|\r|\n/).find((one) => one.trim() !== "");
  if (line === undefined || line.length > 500 || !line.startsWith("/")) return { kind: "none" };
  const words = line
    .replace(/[\u2010-\u2015]{1,2}(?=[a-z])/giu, "--")
    .trim()
    .split(/\s+/);
  const word = (words[0] ?? "").slice(1);
  if (!/^[\p{L}\p{N}-]+$/u.test(word)) return { kind: "none" };
  const entry = commands.find((one) => one.name === word.toLowerCase());
  if (entry === undefined) {
    const meant = nearest(
      word,
      commands.map((one) => one.name),
    );
    return meant === null
      ? { kind: "none" }
      : { kind: "bad", sentence: `There is no command \`/${word}\`: did you mean \`/${meant}\`? \`/help\` shows all.` };
  }
  const read = entry.read(words.slice(1));
  return typeof read === "string"
    ? { kind: "bad", sentence: `${read} It is used like this: \`${entry.usage}\`.` }
    : { kind: "command", command: read };
}

/** The answer to `/help`. */
export function helpText(): string {
  return [
    "| command | who | what it does |",
    "| --- | --- | --- |",
    ...commands.map((one) => `| \`${one.usage.replaceAll("|", "\\|")}\` | ${one.who} | ${one.what} |`),
    "",
    "A command stands alone at the beginning of a new comment; edited comments are ignored.",
  ].join("\n");
}

function readRelease(words: string[]): Command | string {
  const plain: string[] = [];
  let tag: string | undefined;
  let dryRun = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--dry-run") dryRun = true;
    else if (word === "--tag" || word.startsWith("--tag=")) {
      tag = word === "--tag" ? words[(index += 1)] : word.slice("--tag=".length);
      if (tag === undefined || tag === "" || tag.startsWith("--")) return "`--tag` needs the dist-tag after it.";
    } else if (word.startsWith("-")) return unknownFlag(word);
    else plain.push(word);
  }
  const [version, name, surplus] = plain;
  if (version === undefined) return "Which version? Name it, or say `patch`, `minor` or `major`.";
  if (surplus !== undefined) return `“${shown(surplus)}” is one word too many.`;
  return { name: "release", version: version.replace(/^v(?=\d)/i, ""), package: name, tag, dryRun };
}

function unknownFlag(word: string): string {
  const meant = nearest(word, ["--tag", "--dry-run"]);
  return `There is no option “${shown(word)}”${meant === null ? "" : `: did you mean \`${meant}\`?`}${meant === null ? "." : ""}`;
}

function readApprove(words: string[]): Command | string {
  const [sha, surplus] = words;
  if (surplus !== undefined) return `“${shown(surplus)}” is one word too many.`;
  if (sha !== undefined && !/^[0-9a-f]{7,40}$/i.test(sha))
    return `“${shown(sha)}” is not a commit: it takes 7 to 40 hexadecimal digits.`;
  return { name: "approve", sha: sha?.toLowerCase() };
}

function alone(name: "status" | "why" | "help"): (words: string[]) => Command | string {
  return (words) => (words[0] === undefined ? { name } : `“${shown(words[0])}” is one word too many.`);
}

function rest(words: string[]): string | undefined {
  const text = words.join(" ").slice(0, 300);
  return text === "" ? undefined : text;
}

/** What a person typed, safe to say back: short, without markup, and notifying nobody. */
function shown(text: string): string {
  return text
    .slice(0, 40)
    .replace(/[\\`*_[\]<>#|~]/g, "")
    .replace(/@/g, "@\u200b");
}
