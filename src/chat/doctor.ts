import { Refusal } from "../domain/errors.ts";
import type { Judged, Unchecked } from "../domain/doctor/report.ts";
import { ruleOf } from "../domain/doctor/rules.ts";
import type { RuleId } from "../domain/doctor/rules.ts";
import { forReaders, sorted, summary } from "../domain/doctor/seen.ts";
import { plainWords } from "../domain/doctor/words.ts";
import { fileAddress } from "../domain/github-address.ts";
import { code, lines, markdown, plain } from "../domain/markdown.ts";
import { oneLine } from "../domain/one-line.ts";
import { shortSha } from "../domain/release.ts";
import type { Person, Repository } from "../domain/release-types.ts";
import type { Examination } from "../desk/doctor/types.ts";
import { examine } from "../desk/doctor/examine.ts";
import type { DeskParts } from "../desk/types.ts";
import type { GitHubRepository } from "../github/types.ts";

/** GitHub takes no comment above 65,536 characters; what else is said needs room as well. */
const longest = 60_000;
/** Characters of one sentence of a finding; files can make it long. */
const longestSentence = 400;

/** What a finding's line is made from. */
interface Place {
  publicUrl: string;
  webUrl: string;
  repository: Repository;
  sha: string;
}

/**
 * The answer to `/doctor`: what blocks, what warns and what couldn't be looked at, one line each. A thread may be public, so what
 * concerns secrets and people is counted only, whoever asks.
 * @throws Refusal for people without write access: it costs many calls of GitHub's, which are not for strangers to spend
 */
export async function doctorAnswer(parts: DeskParts, github: GitHubRepository, person: Person): Promise<string> {
  if (!["admin", "maintain", "write"].includes(await github.permission(person.login)))
    throw new Refusal(
      "not-allowed",
      "Only people with write access have the doctor look. Whoever sees the repository finds it on the repository's page.",
    );
  const { repository } = github;
  const place = { repository, publicUrl: parts.publicUrl, webUrl: parts.github.webUrl };
  return doctorWords(await examine(parts, repository.id), place);
}

/** The same of a repository that was looked at. */
export function doctorWords(examination: Examination, { repository, publicUrl, webUrl }: Omit<Place, "sha">): string {
  if (examination.state === "no-policy") return lines(examination.why, publicUrl);
  const page = `${publicUrl}/repositories/${repository.id}/doctor`;
  const { withheld, ...seen } = forReaders(examination);
  const { blocks, warns, waived } = sorted(seen.report);
  const place = { publicUrl, webUrl, repository, sha: examination.sha };
  const finding = (mark: string) => (one: Judged) => findingLine(place, mark, one);
  const groups = [
    ["Blocks releases", blocks.map(finding("⛔"))],
    ["Warnings", warns.map(finding("⚠️"))],
    ["Couldn't be looked at", seen.report.unchecked.map((one) => uncheckedLine(publicUrl, one))],
    ["Waived", waived.map(finding("⏸️"))],
  ] as const;
  const said = [
    withheld > 0 && seen.report.findings.length === 0 ? null : summary(seen),
    withheldWords(withheld),
    `Looked at ${code(shortSha(examination.sha))} of ${code(repository.defaultBranch)}: [the whole report](${page}).`,
  ];
  return [said.filter((sentence) => sentence !== null).join(" "), ...listed(groups, page)].join("\n");
}

function withheldWords(count: number): string | null {
  if (count === 0) return null;
  return count === 1
    ? "1 finding about secrets or people stands on the page only."
    : `${count} findings about secrets and people stand on the page only.`;
}

/** As many lines as a comment takes, the gravest first. */
function listed(groups: ReadonlyArray<readonly [string, string[]]>, page: string): string[] {
  const said: string[] = [];
  let [size, left] = [0, 0];
  for (const [title, all] of groups) {
    const fit = all.filter((line) => {
      if (left > 0 || size + line.length > longest) return void (left += 1);
      size += line.length + 1;
      return true;
    });
    if (fit.length > 0) said.push("", `**${title}**`, "", ...fit);
  }
  return left === 0
    ? said
    : [...said, "", `And ${left} more, which a comment has no room for: [on the page](${page}).`];
}

function findingLine(place: Place, mark: string, finding: Judged): string {
  const { text, mend, waived, ended } = finding;
  const { publicUrl } = place;
  const word = waived ?? ended;
  const until =
    word === null
      ? ""
      : ` ${waived === null ? "It was waived" : "Waived"} by ${plain(word.by)} until ${word.until}: ${plain(cut(word.reason))}`;
  const mended = waived === null ? ` ${inside(plainWords(mend.text), publicUrl)}` : "";
  return `- ${mark} ${where(place, finding)}${inside(text, publicUrl)}${mended}${until} (${ruleLink(publicUrl, finding.rule)})`;
}

function where({ webUrl, repository, sha }: Place, { where: at }: Judged): string {
  if (at === null) return "";
  // What ends a link in Markdown doesn't end an address.
  const href = fileAddress(webUrl, repository, sha, at).replace(/[()]/g, (sign) => (sign === "(" ? "%28" : "%29"));
  return `[${code(`${at.path}:${at.line}`)}](${href}): `;
}

function uncheckedLine(publicUrl: string, { rule, why }: Unchecked): string {
  return `- ❔ ${markdown(ruleOf(rule).title)}: ${inside(why, publicUrl)} (${ruleLink(publicUrl, rule)})`;
}

function ruleLink(publicUrl: string, rule: RuleId): string {
  return `[${rule}](${publicUrl}/doctor/rules/${rule})`;
}

function inside(sentence: string, own: string): string {
  return markdown(cut(sentence), own);
}

function cut(text: string): string {
  return oneLine(text, longestSentence);
}
