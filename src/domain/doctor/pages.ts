import type { Area, Rule } from "./rule.ts";
import { rules } from "./rules.ts";

/** The parts of the doctor's list, as headings. */
export const areaNames: Readonly<Record<Area, string>> = {
  environment: "Environment",
  workflow: "Workflow",
  package: "Package",
  people: "People",
};

/** Areas in the order in which people read them, each with its rules. */
export function byArea<Of>(all: readonly Of[], areaOf: (one: Of) => Area): Array<{ area: Area; all: Of[] }> {
  const areas = Object.keys(areaNames) as Area[];
  return areas
    .map((area) => ({ area, all: all.filter((one) => areaOf(one) === area) }))
    .filter((group) => group.all.length > 0);
}

/** What a broken rule does to a release, as one sentence. */
export function levelWords({ level, fixed }: Pick<Rule, "level" | "fixed">): string {
  if (fixed) return "Blocks releases; it is a part of every decision, so no policy lowers it and nobody waives it.";
  return level === "block"
    ? "Blocks releases, unless the policy says `warn` or somebody waives it."
    : "Warns; a policy can have it block.";
}

const made = "<!-- Made from src/domain/doctor/rules/: change it there, then run scripts/rules-doc.ts. -->";

/** The text of docs/rules/<id>.md; a test keeps the files the same. */
export function rulePage(rule: Rule): string {
  const { id, area, title, why, mend, guide, zizmor, example } = rule;
  const blocks = [
    made,
    `# ${title}`,
    `\`${id}\` · ${areaNames[area]} · ${levelWords(rule)}`,
    "## Why",
    why,
    "## How to mend it",
    mend,
    ...(example === undefined ? [] : ["Broken:", fenced(example.bad), "Kept:", fenced(example.good)]),
    ...(guide === null && zizmor === null ? [] : ["## Elsewhere"]),
    ...(guide === null ? [] : [`The [guide](../guide.md) says: “${guide}”.`]),
    ...(zizmor === null ? [] : [`[zizmor](https://docs.zizmor.sh/audits/#${zizmor}) calls it \`${zizmor}\`.`]),
    "---",
    "[All rules](README.md) · [The doctor](../doctor.md)",
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** The text of docs/rules/README.md. */
export function rulesPage(): string {
  const blocks = [
    made,
    "# The doctor's rules",
    "What [the doctor](../doctor.md) looks at, and what a broken rule does to a release where the policy doesn't say otherwise.",
    ...byArea(rules, ({ area }) => area).flatMap(({ area, all }) => [
      `## ${areaNames[area]}`,
      ["| rule | level | what holds |", "| --- | --- | --- |", ...all.map(row)].join("\n"),
    ]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function row({ id, level, fixed, title }: Rule): string {
  return `| [\`${id}\`](${id}.md) | ${level}${fixed ? ", always" : ""} | ${title.replaceAll("|", "\\|")} |`;
}

/** Parts of workflows and commands: both are YAML as far as colours go. */
function fenced(text: string): string {
  return ["```yaml", text, "```"].join("\n");
}
