import { shown } from "../../../shown.ts";
import { parserFaults } from "../github-parser.ts";
import { finding } from "../look.ts";
import type { Check } from "../look.ts";

const most = 20;

/** GitHub's own parser finds nothing wrong with the file. */
export const validWorkflow: Check = ({ workflow }) =>
  parserFaults(workflow.path, workflow.text)
    .slice(0, most)
    .map(({ line, message }) => {
      const [text, mend] = inWords(message);
      return finding(workflow, "valid-workflow", line, text, { text: mend });
    });

/** The parser's messages, as it words them, each with what to do. */
const phrases: ReadonlyArray<[RegExp, (found: string[]) => [string, string]]> = [
  [
    /^Unexpected value '(.*)'$/s,
    ([what = ""]) => [
      `GitHub doesn't know ${shown(what, 60)} here.`,
      "Take it out, or correct it: what GitHub doesn't know it ignores, or it refuses the whole file.",
    ],
  ],
  [
    /^Unrecognized (named-value|function): '(.*)'$/s,
    ([kind = "", what = ""]) => [
      `An expression uses ${shown(what)}, and there is no such ${kind === "function" ? "function" : "value"} in this place.`,
      "Correct the name, or use a value that exists there.",
    ],
  ],
  [/^Required property is missing: (.*)$/s, ([what = ""]) => [`${shown(what)} is missing here.`, "Add it."]],
  [
    /^The expression is not closed/s,
    () => ["An expression that begins with `${{` isn't closed.", "Close it with `}}`."],
  ],
  [
    /^There's not enough info to determine what you meant\. Add one of these properties: (.*)$/s,
    ([what = ""]) => [
      "GitHub can't tell what this is.",
      `Add one of ${what
        .split(", ")
        .map((one) => shown(one))
        .join(", ")}.`,
    ],
  ],
  [
    /^Unexpected type '(\w+)' encountered while reading '(.*)'\. The type '(\w+)' was expected\.$/s,
    ([given = "", , wanted = ""]) => [
      `GitHub expects ${kindOf(wanted)} here, and finds ${kindOf(given)}.`,
      "Write it in that form.",
    ],
  ],
  [
    /^Job '(.*)' depends on unknown job '(.*)'\.$/s,
    ([job = "", other = ""]) => [
      `The job ${shown(job)} needs ${shown(other)}, and there is no such job.`,
      "Correct the name below `needs:`.",
    ],
  ],
  [
    /^Job '(.*)' depends on job '(.*)' which creates a cycle/s,
    ([job = "", other = ""]) => [
      `The jobs ${shown(job)} and ${shown(other)} wait for each other.`,
      "Take one of the two `needs:` out.",
    ],
  ],
  [
    /^The identifier '(.*)' may not be used more than once/s,
    ([what = ""]) => [`The id ${shown(what)} is given twice in one job.`, "Give one of the steps another `id`."],
  ],
  [
    /^The identifier '(.*)' is invalid/s,
    ([what = ""]) => [
      `${shown(what)} can't be an id.`,
      "Use letters, digits, `-` and `_`, beginning with a letter or `_`.",
    ],
  ],
  [
    /^Unexpected (?:symbol|end of expression): '(.*)'/s,
    ([what = ""]) => [
      `An expression can't be read at ${shown(what === "EOF" ? "its end" : what)}.`,
      "Correct the expression: look for a bracket, quote or operator that is missing.",
    ],
  ],
  [
    /^Invalid cron expression/s,
    () => [
      "The times of `schedule` aren't a cron expression.",
      "Write five fields: minute, hour, day, month, weekday.",
    ],
  ],
  [
    /^The workflow must contain at least one job with no dependencies\.$/s,
    () => ["No job can begin: there is none, or each waits for another one.", "Let at least one job have no `needs:`."],
  ],
];

function inWords(message: string): [string, string] {
  for (const [phrase, words] of phrases) {
    const found = phrase.exec(message);
    if (found !== null) return words(found.slice(1));
  }
  return [`GitHub's parser says: ${shown(message, 160)}.`, "Mend what it says at that line."];
}

function kindOf(token: string): string {
  const kinds: Record<string, string> = {
    StringToken: "a text",
    NumberToken: "a number",
    BooleanToken: "`true` or `false`",
    MappingToken: "a table of keys",
    SequenceToken: "a list",
    NullToken: "nothing",
  };
  return kinds[token] ?? "something else";
}
