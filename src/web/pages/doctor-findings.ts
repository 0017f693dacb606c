import { html } from "hono/html";
import { areaNames, byArea } from "../../domain/doctor/pages.ts";
import type { Judged, Waiver } from "../../domain/doctor/report.ts";
import { ruleOf } from "../../domain/doctor/rules.ts";
import type { RuleId } from "../../domain/doctor/rules.ts";
import { readUnified } from "../../domain/doctor/unified.ts";
import type { Repository } from "../../domain/release-types.ts";
import { fileAt } from "../github-links.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { diffTable } from "./diff.ts";
import { command, icon, linkTo, prose } from "./pieces.ts";
import { words } from "./words.ts";

/** Where lines are linked to. */
interface Place {
  repository: Repository;
  sha: string;
}

interface Part {
  id: "blocks" | "warns" | "waived";
  title: string;
  findings: Judged[];
}

/** Findings shown of one rule in one part; of more only the number. */
const mostOfOne = 30;

/** Findings that mean the same for a release, area by area and rule by rule; null where there are none. */
export function findingsPart(visit: Visit, place: Place, { id, title, findings }: Part): Html | null {
  if (findings.length === 0) return null;
  return html`<section class="stack-small" aria-labelledby="${id}">
    <div class="heading">
      <h2 id="${id}">${title}</h2>
      <span class="count">${findings.length}<span class="sr"> findings</span></span>
    </div>
    ${byArea(findings, ({ rule }) => ruleOf(rule).area).map(
      ({ area, all }) =>
        html`<div class="box">
          <header><h3>${areaNames[area]}</h3></header>
          <ul class="rows">
            ${[...Map.groupBy(all, ({ rule }) => rule)].map(([rule, some]) => ruleRow(visit, place, id, rule, some))}
          </ul>
        </div>`,
    )}
  </section>`;
}

const signs = {
  blocks: icon("x-circle-fill", "bad"),
  warns: icon("alert", "wait"),
  waived: icon("skip", "muted"),
} as const;

function ruleRow(visit: Visit, place: Place, part: Part["id"], id: RuleId, findings: Judged[]): Html {
  const { title, why, guide, zizmor } = ruleOf(id);
  const [first] = findings;
  // Said once where it is the same for all.
  const common = first !== undefined && findings.every(({ mend }) => sameMend(mend, first.mend)) ? first.mend : null;
  return html`<li>
    <div class="mark">${signs[part]}</div>
    <div class="what stack-small">
      <h4><span class="sr">Broken: </span><a href="/doctor/rules/${id}">${title}</a></h4>
      <p class="muted">${prose(why)}</p>
      <ul class="findings">
        ${findings
          .slice(0, mostOfOne)
          .map((finding) => html`<li class="stack-small">${findingPart(visit, place, finding, common === null)}</li>`)}
      </ul>
      ${findings.length > mostOfOne ? html`<p class="muted">And ${findings.length - mostOfOne} more like these.</p>` : null}
      ${common === null ? null : mendPart(visit, common, where(first))}
      ${
        guide === null && zizmor === null
          ? null
          : html`<p class="muted small">
              ${guide === null ? null : html`The guide: “${prose(guide)}”`}${guide === null || zizmor === null ? null : " · "}${
                zizmor === null ? null : html`zizmor: <code>${zizmor}</code>`
              }
            </p>`
      }
    </div>
  </li>`;
}

function sameMend(one: Judged["mend"], other: Judged["mend"]): boolean {
  return one.text === other.text && one.command === other.command && one.diff === other.diff;
}

function where(finding: Judged | undefined): string {
  return finding?.where?.path ?? finding?.subject ?? "it";
}

function findingPart(visit: Visit, { repository, sha }: Place, finding: Judged, withMend: boolean): Html {
  const { text, mend } = finding;
  // A sentence that names it says it.
  const subject = finding.subject !== null && text.includes(finding.subject) ? null : finding.subject;
  const address = finding.where;
  return html`<p>${prose(text)}</p>
    ${
      address === null && subject === null
        ? null
        : html`<p class="small">
            ${
              address === null
                ? null
                : linkTo(
                    fileAt(visit.parts, repository, sha, address.path, address.line),
                    html`<span class="mono">${address.path}</span>, line ${address.line}`,
                  )
            }${address === null || subject === null ? null : " · "}${subject === null ? null : html`<code>${subject}</code>`}
          </p>`
    }
    ${waiverLine(finding)} ${withMend ? mendPart(visit, mend, where(finding)) : null}`;
}

function mendPart(visit: Visit, { text, command: typed, diff }: Judged["mend"], what: string): Html {
  return html`<p><strong>To mend it:</strong> ${words(visit, text)}</p>
    ${typed === undefined ? null : command(typed)} ${diff === undefined ? null : diffPart(diff, what)}`;
}

/** The change of the file, closed until somebody wants it. */
function diffPart(diff: string, what: string): Html {
  const parts = readUnified(diff);
  return html`<details>
    <summary>The change, line by line</summary>
    ${
      parts === null
        ? html`<pre class="sample">${diff}</pre>`
        : diffTable(parts, `${what} as it is, and as it would be mended`)
    }
  </details>`;
}

function waiverLine({ waived, ended }: Judged): Html | null {
  if (waived !== null) return html`<p>${icon("skip", "muted")} Waived by ${of(waived)}</p>`;
  if (ended === null) return null;
  return html`<p>${icon("clock", "wait")} It was waived, and that is over: by ${of(ended)}</p>`;
}

function of({ by, until, reason }: Waiver): Html {
  return html`<strong>${by}</strong> until ${until}: ${reason}`;
}
