import { commands } from "./table.ts";

const rules = "A command begins a new comment and stands on its first line; comments that were edited are ignored.";

/** The answer to `/help`. */
export function helpText(): string {
  return [...table(), "", rules].join("\n");
}

/** The text of docs/commands.md; a test keeps the file the same. */
export function commandsPage(): string {
  const sections = commands.flatMap(({ name, usage, who, what, examples }) => [
    "",
    `## /${name}`,
    "",
    "```",
    usage,
    "```",
    "",
    what,
    "",
    `For ${who}.`,
    ...(examples.length === 0 ? [] : ["", "| for example | to |", "| --- | --- |"]),
    ...examples.map(({ line, meaning }) => `| \`${line}\` | ${meaning} |`),
  ]);
  return [...introduction, ...sections, ""].join("\n");
}

const introduction = [
  "<!-- Made from src/domain/command/table.ts: change it there, then run the tests with -u. -->",
  "",
  "# Commands",
  "",
  "Written as comments in issues and pull requests.",
  "",
  "- A command begins the comment, in any case of letters; only blank lines may come before it. What follows on the lines after",
  "  the first is part of the reason after `/reject`, `/cancel`, `/panic` and `/lift`, and ignored otherwise.",
  "- Quoted lines and code are not commands, nor are other bots' commands. A mistyped command is answered with what it may have",
  "  meant, and does nothing.",
  "- Every command may be written with our name before it, `/countersign release 1.2.0`: where another bot has the same command, and for",
  "  who doesn't know them yet. `/countersign` alone is `/help`.",
  "- Only new comments by people count: not edited ones, and not what apps write.",
  "- A reaction says what came of it: 👍 when it was done, 👎 when it was refused, with the reason in words; 👀 while GitHub keeps us waiting. One that can't be given at once is given later.",
];

function table(): string[] {
  const rows = commands.map(({ usage, who, what }) => `| \`${usage.replaceAll("|", "\\|")}\` | ${who} | ${what} |`);
  return ["| command | who | what it does |", "| --- | --- | --- |", ...rows];
}
