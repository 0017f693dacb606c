import { html } from "hono/html";
import type { Examination } from "../../desk/doctor/types.ts";
import { areaNames, byArea } from "../../domain/doctor/pages.ts";
import type { Unchecked } from "../../domain/doctor/report.ts";
import { ruleOf } from "../../domain/doctor/rules.ts";
import type { RuleId } from "../../domain/doctor/rules.ts";
import { sorted, summary } from "../../domain/doctor/seen.ts";
import { shortSha } from "../../domain/release.ts";
import type { Repository } from "../../domain/release-types.ts";
import type { SeenExamination } from "../doctor.ts";
import { commitAt, repositoryAt } from "../github-links.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { findingsPart } from "./doctor-findings.ts";
import { layout } from "./layout.ts";
import { at, blank, flash, icon, linkTo, prose } from "./pieces.ts";

type Examined = Extract<Examination, { state: "examined" }>;

/** What the doctor says of a repository, as it was looked at for this page. */
export function doctorPage(visit: Visit, { repository, examination, whole }: SeenExamination): Html {
  const name = `${repository.owner}/${repository.name}`;
  return layout(
    visit,
    { title: `Doctor of ${name}`, current: "repositories" },
    html`<div>
        <h1>Doctor of ${name}</h1>
        <p class="muted">
          Whether the set-up deserves a release: environment, workflow, package and people.
          <a href="/repositories/${repository.id}">The repository</a> ·
          ${linkTo(repositoryAt(visit.parts, repository), "On GitHub")} · <a href="/doctor/rules">All rules</a>
        </p>
      </div>
      ${
        examination.state === "no-policy"
          ? withoutPolicy(repository, examination.why)
          : examined(visit, repository, examination, whole)
      }`,
  );
}

/** Nobody knows what to look at. */
function withoutPolicy({ id }: Repository, why: string): Html {
  return html`<section class="box" aria-labelledby="no-policy">
    <header>
      <h2 id="no-policy">Nothing to look at yet</h2>
    </header>
    <div class="pad stack-small">
      <p>${prose(why)}</p>
      <p>
        The policy names the packages, their environment and their workflow; the doctor looks at those.
        <a href="/repositories/${id}">The repository's page</a> shows the policy's problems line by line.
      </p>
      <p>If you stay with publishing from your own machine: <a href="/local-publishing">how to do that well</a>.</p>
    </div>
  </section>`;
}

function examined(visit: Visit, repository: Repository, examination: Examined, whole: boolean): Html {
  const { report, kept, sha, packages } = examination;
  const { blocks, warns, waived } = sorted(report);
  const tone = blocks.length > 0 ? "bad" : warns.length + report.unchecked.length > 0 ? "wait" : "good";
  const sign = { bad: "x-circle-fill", wait: "alert", good: "check-circle-fill" } as const;
  const place = { repository, sha };
  return html`${flash(tone, sign[tone], summary(examination))}
    <p class="muted">
      Looked at ${at(examination.at)}, at commit
      ${linkTo(commitAt(visit.parts, repository, sha), html`<span class="mono">${shortSha(sha)}</span>`)} of
      <code>${repository.defaultBranch}</code>, for ${names(packages)}. Load the page again to have it looked at anew; a
      release looks again, at the commit that runs.
      ${whole ? null : "What concerns secrets and people is shown to people with write access only."}
    </p>
    ${findingsPart(visit, place, { id: "blocks", title: "Blocks releases", findings: blocks })}
    ${findingsPart(visit, place, { id: "warns", title: "Warnings", findings: warns })}
    ${findingsPart(visit, place, { id: "waived", title: "Waived", findings: waived })}
    ${uncheckedPart(report.unchecked)}
    ${report.findings.length + report.unchecked.length + kept.length === 0 ? nothingLookedAt : keptPart(kept)}`;
}

const nothingLookedAt = html`<div class="box">
  ${blank("search", "No rule applies here", "So nothing was looked at.")}
</div>`;

/** More than a few packages are a number. */
function names(packages: string[]): string {
  const few = packages.slice(0, 5).join(", ");
  return packages.length > 5 ? `${few} and ${packages.length - 5} more packages` : few;
}

function uncheckedPart(unchecked: Unchecked[]): Html | null {
  if (unchecked.length === 0) return null;
  return html`<section class="box" aria-labelledby="unchecked">
    <header>
      <h2 id="unchecked">Couldn't be looked at</h2>
      <span class="count">${unchecked.length}<span class="sr"> rules</span></span>
    </header>
    <ul class="rows">
      ${unchecked.map(
        ({ rule, why }) =>
          html`<li>
            <div class="mark">${icon("skip", "muted")}</div>
            <div class="what">
              <p class="title">${ruleLink(rule)}</p>
              <p>${prose(why)}</p>
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}

/** Closed: who looks for trouble doesn't look here. */
function keptPart(kept: RuleId[]): Html | null {
  if (kept.length === 0) return null;
  return html`<details class="box part" id="kept">
    <summary>
      <h2>Kept</h2>
      <span class="count">${kept.length}<span class="sr"> rules</span></span>
    </summary>
    <div class="pad stack-small">
      ${byArea(kept, (id) => ruleOf(id).area).map(
        ({ area, all }) =>
          html`<h3>${areaNames[area]}</h3>
            <ul class="stack-small">
              ${all.map((id) => html`<li>${icon("check", "good")} ${ruleLink(id)}</li>`)}
            </ul>`,
      )}
    </div>
  </details>`;
}

function ruleLink(id: RuleId): Html {
  return html`<a href="/doctor/rules/${id}">${ruleOf(id).title}</a>`;
}
