import { html } from "hono/html";
import type { ReleaseChanges, WorkflowChange } from "../../desk/changes.ts";
import type { ReleaseView } from "../../desk/types.ts";
import { releaseTitle, shortSha, versionTitle } from "../../domain/release.ts";
import type { Release } from "../../domain/release-types.ts";
import { toPublish } from "../../domain/several.ts";
import type { Comparison } from "../../github/types.ts";
import { commitAt, fileAt } from "../github-links.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { diffTable } from "./diff.ts";
import { layout } from "./layout.ts";
import { icon, linkTo } from "./pieces.ts";

/** On a release's page: closed, a link inside; opened by script it takes the page of its own in. */
export function changesPart(releaseId: string): Html {
  const path = `/releases/${releaseId}/changes`;
  return html`<details class="box part" id="changes" data-part="${path}">
    <summary><h2>What changed</h2></summary>
    <div class="pad">
      <p><a href="${path}">The workflow file beside the default branch's, and the commits since the last release</a></p>
    </div>
  </details>`;
}

/** What a release would publish that the one before didn't, and how the workflow that runs differs. */
export function changesPage(visit: Visit, view: ReleaseView, changes: ReleaseChanges): Html {
  const { release } = view;
  return layout(
    visit,
    { title: `What changed in ${releaseTitle(release)}` },
    html`<div>
        <h1>What changed in ${releaseTitle(release)}</h1>
        <p class="muted"><a href="/releases/${release.id}">Back to the release</a></p>
      </div>
      <div class="box">
        <div class="pad stack" data-content>
          <section class="stack-small" aria-labelledby="workflow">
            <h2 id="workflow">The workflow file</h2>
            ${workflow(visit, view, changes.workflow)}
          </section>
          <section class="stack-small" aria-labelledby="commits">
            <h2 id="commits">Commits since the last release</h2>
            ${commits(visit, view, changes)}
          </section>
        </div>
      </div>`,
  );
}

function commits(visit: Visit, view: ReleaseView, changes: ReleaseChanges): Html {
  const { last, unreleased } = changes;
  if (last === null)
    return html`<p>Countersign has published no release of ${namesOf(unreleased)} before this one.</p>`;
  return html`${
    unreleased.length === 0
      ? null
      : html`<p>
          ${icon("alert", "wait")} Countersign has published no release of ${namesOf(unreleased)} before this one: what
          is new in there may be older than these commits.
        </p>`
  }
  ${since(visit, view, changes, last)}`;
}

function namesOf(names: readonly string[]): string {
  const more = names.length - 5;
  return `${names.slice(0, 5).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function since(
  visit: Visit,
  { release, repository }: ReleaseView,
  { of, commits: since }: ReleaseChanges,
  last: Release,
): Html {
  const several = toPublish(release).length > 1;
  const title = several ? versionTitle({ package: of, version: last.version }) : releaseTitle(last);
  const oldest = several ? ", the oldest of these packages' last releases" : "";
  const before = html`<a href="/releases/${last.id}">${title}</a> (${linkTo(
      commitAt(visit.parts, repository, last.sha),
      html`<span class="mono">${shortSha(last.sha)}</span>`,
    )}${oldest})`;
  if (last.sha === release.sha) return html`<p>None: ${before} was published from the same commit.</p>`;
  if (since === null)
    return html`<p>GitHub doesn't know the commit of ${before} any more, so nothing can be compared.</p>`;
  const count = `${since.total} ${since.total === 1 ? "commit" : "commits"}`;
  return html`<p>${count} since ${before}. ${linkTo(since.url, "Compare on GitHub")}</p>
    ${
      since.behind === 0
        ? null
        : html`<p>
            ${icon("alert", "wait")} This release doesn't follow from that one: ${since.behind}
            ${since.behind === 1 ? "commit" : "commits"} of it ${since.behind === 1 ? "is" : "are"} not in this one.
          </p>`
    }
    ${since.commits.length === 0 ? null : commitList(since)}
    ${
      since.total > since.commits.length
        ? html`<p class="muted small">These are the first ${since.commits.length}; GitHub shows all of them.</p>`
        : null
    }`;
}

function commitList({ commits: all }: Comparison): Html {
  return html`<ol class="commits">
    ${all.map(
      ({ sha, url, title, author }) =>
        html`<li>
          ${linkTo(url, html`<span class="mono">${shortSha(sha)}</span>`)}
          <span
            >${title ?? html`<span class="muted">without a message</span>`}${
              author === null ? null : html` <span class="muted">by ${author}</span>`
            }</span
          >
        </li>`,
    )}
  </ol>`;
}

function workflow(visit: Visit, { release, repository }: ReleaseView, change: WorkflowChange): Html {
  const { path, branch, head } = change;
  const here = linkTo(fileAt(visit.parts, repository, release.sha, path), html`<code>${path}</code>`);
  const there =
    head === null
      ? html`<code>${branch}</code>`
      : html`${linkTo(fileAt(visit.parts, repository, head, path), html`<code>${branch}</code>`)} (${shortSha(head)})`;
  switch (change.state) {
    case "same":
      return html`<p>${icon("check", "good")} ${here} is unchanged: the release runs what ${there} has now.</p>`;
    case "only-here":
      return html`<p>${icon("alert", "bad")} ${here} isn't on ${there} any more.</p>`;
    case "only-there":
      return html`<p>${icon("alert", "bad")} ${here} isn't in the release's commit; ${there} has it.</p>`;
    case "unreadable":
      return html`<p>${icon("alert", "wait")} ${here} can't be compared with that of ${there}.</p>`;
    case "changed":
      return html`<p>
          ${icon("alert", "wait")} ${here} is not what ${there} has now. <span class="mono">+</span> is what this
          release runs, <span class="mono">-</span> is on <code>${branch}</code> only.
        </p>
        ${
          change.parts.length === 0
            ? html`<p>They differ only in the line break at the end.</p>`
            : diffTable(change.parts, `${path}, on ${branch} and in this release`)
        }`;
  }
}
