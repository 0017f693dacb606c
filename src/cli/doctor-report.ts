import type { Doctor } from "./answers.ts";
import { printable } from "./output.ts";
import type { Paint } from "./output.ts";
import { wrapped } from "./wrap.ts";

type Finding = Doctor["findings"][number];

interface Look {
  /** Columns of a line; commands, addresses and diffs may be wider, since they are copied. */
  width: number;
  paint: Paint;
}

/** A report as lines for a terminal. */
export function reportLines(doctor: Doctor, look: Look): string[] {
  const { width, paint } = look;
  const { owner, name } = doctor.repository;
  const open = doctor.findings.filter(({ waived }) => waived === null);
  const ofLevel = (level: string): Finding[] => open.filter((finding) => finding.level === level);
  return [
    paint.bold(printable(`${owner}/${name}${doctor.sha === null ? "" : ` at ${doctor.sha.slice(0, 7)}`}`)),
    ...wrapped(printable(doctor.summary), width),
    // Several lines where several things are wrong with the policy.
    ...(doctor.why ?? "").split("\n").flatMap((line) => (line === "" ? [] : wrapped(printable(line), width, "  "))),
    ...part("Blocks releases", "bad", ofLevel("block"), look),
    ...part("Warnings", "busy", ofLevel("warn"), look),
    ...part(
      "Waived",
      "dim",
      doctor.findings.filter(({ waived }) => waived !== null),
      look,
    ),
    ...unchecked(doctor, look),
    ...(doctor.whole
      ? []
      : ["", ...wrapped("What concerns secrets and people is for people with write access.", width)]),
  ];
}

/** Rule by rule: what is the same for all findings of one is said once. */
function part(title: string, colour: keyof Paint, findings: Finding[], look: Look): string[] {
  const { width, paint } = look;
  const lines = grouped(findings).flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    return [
      ...wrapped(printable(`${first.rule}: ${first.title}`), width).map((line) => paint[colour](line)),
      ...wrapped(printable(first.why), width, "  ", "  ").map((line) => paint.dim(line)),
      ...some.flatMap((finding) => findingLines(finding, look)),
      paint.dim(`  ${printable(first.page)}`),
    ];
  });
  return lines.length === 0 ? [] : ["", paint.bold(title), ...lines];
}

function findingLines(finding: Finding, { width, paint }: Look): string[] {
  const { where, subject, text, mend, waived, ended } = finding;
  const place = where === null ? subject : `${where.path}:${where.line}`;
  const named = place === null || text.includes(place) ? text : `${place}: ${text}`;
  const word = waived ?? ended;
  const more =
    word === null
      ? []
      : [`${waived === null ? "It was waived" : "Waived"} by ${word.by} until ${word.until}: ${word.reason}`];
  const said = wrapped(printable(named), width, "    ", "  - ");
  const below = (lines: string[]): string[] => lines.flatMap((line) => wrapped(printable(line), width, "    ", "    "));
  if (waived !== null) return [...said, ...below(more)];
  return [
    ...said,
    ...below([...more, `To mend it: ${mend.text}`]),
    ...(mend.command === null ? [] : [`    $ ${printable(mend.command)}`]),
    ...(mend.diff === null ? [] : diffLines(mend.diff, paint)),
  ];
}

/** Spaces at the beginning of a line mean something. */
function diffLines(diff: string, paint: Paint): string[] {
  return diff
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => printable(`|${line}`).slice(1))
    .map((line) =>
      line.startsWith("+")
        ? paint.good(`    ${line}`)
        : line.startsWith("-")
          ? paint.bad(`    ${line}`)
          : `    ${line}`,
    );
}

function unchecked({ unchecked: rules }: Doctor, { width, paint }: Look): string[] {
  if (rules.length === 0) return [];
  const lines = rules.flatMap(({ title, why }) => wrapped(printable(`${title}: ${why}`), width, "    ", "  - "));
  return ["", paint.bold("Couldn't be looked at"), ...lines];
}

function grouped(findings: Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.rule, [...(groups.get(finding.rule) ?? []), finding]);
  return [...groups.values()];
}
