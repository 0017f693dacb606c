import { html } from "hono/html";
import type { ReleaseView } from "../../desk/types.ts";
import { releaseTitle, shortSha } from "../../domain/release.ts";
import type { Release, Repository } from "../../domain/release-types.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import type { WaitingItem } from "../waiting.ts";
import { layout } from "./layout.ts";
import type { Frame } from "./layout.ts";
import { ago, blank, countdown, icon, stateLabel, stateOf } from "./pieces.ts";
import { awaited } from "./reason-tree.ts";

/** What the queue shows. */
export interface QueueContent {
  mine: WaitingItem[];
  others: ReleaseView[];
  past: Array<{ release: Release; repository: Repository | null }>;
}

/** The page a release team keeps open: what waits for me first, then the rest, then what ended. */
export function queuePage(visit: Visit, content: QueueContent, frame: Pick<Frame, "live" | "flash">): Html {
  const { mine, others, past } = content;
  return layout(
    visit,
    { title: mine.length > 0 ? `(${mine.length}) Queue` : "Queue", current: "queue", ...frame },
    html`<h1>Queue</h1>
      ${section(
        "Waits for you",
        mine.map((item) => ownRow(item, visit.now)),
        blank("inbox", "Nothing waits for you", "Approvals, npm's questions and runs to confirm appear here."),
      )}
      ${section(
        "Under way",
        others.map((view) => row(view, visit.now, null)),
        blank(
          "package",
          "No other release is under way",
          html`Comment <code>/release 1.2.0</code> on an issue or pull request to ask for one.`,
        ),
      )}
      ${
        past.length === 0
          ? null
          : section(
              "Ended",
              past.map((one) => pastRow(one, visit.now)),
              html``,
            )
      }`,
  );
}

/** For a stranger: what this is, and the way in. */
export function welcomePage(visit: Visit, frame: Pick<Frame, "flash">): Html {
  return layout(
    visit,
    { title: "Welcome", ...frame },
    html`<div class="narrow stack">
      <h1>Nobody publishes alone</h1>
      <p>
        Countersign lets a team release npm packages together: one person asks for a release, another countersigns it,
        the releaser's own token is in place for seconds, and npm's second factor is answered by the person it belongs
        to.
      </p>
      <p><a class="button primary big" href="/sign-in">Sign in with GitHub</a></p>
      <p class="muted small">You see the repositories that GitHub shows you, and nothing else.</p>
    </div>`,
  );
}

function section(title: string, rows: Html[], empty: Html): Html {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return html`<section class="box" aria-labelledby="${id}">
    <header>
      <h2 id="${id}">${title}</h2>
      <span class="count">${rows.length}<span class="sr"> ${rows.length === 1 ? "release" : "releases"}</span></span>
    </header>
    ${
      rows.length === 0
        ? empty
        : html`<ul class="rows">
            ${rows}
          </ul>`
    }
  </section>`;
}

function ownRow(item: WaitingItem, now: Date): Html {
  const { view } = item;
  const { release, challenge } = view;
  const page = `/releases/${release.id}`;
  if (item.kind === "challenge" && challenge !== null)
    return row(
      view,
      now,
      html`<a class="button primary" href="/challenges/${challenge.id}">${icon("shield-lock")} Answer npm</a>`,
      html`<strong>npm asks you for the second factor</strong> · ${countdown(challenge.expiresAt, now)} left`,
    );
  if (item.kind === "confirm")
    return row(
      view,
      now,
      html`<a class="button primary" href="${page}#decide">Look and confirm</a>`,
      html`<strong>You started this run on GitHub: is it a release?</strong>`,
    );
  return row(
    view,
    now,
    html`<form method="post" action="${page}/approve">
        <input type="hidden" name="sha" value="${release.sha}" />
        <button class="button primary" type="submit">
          ${icon("check")}
          <span>Approve<span class="sr"> ${releaseTitle(release)} from commit ${shortSha(release.sha)}</span></span>
        </button>
      </form>
      <a class="button danger" href="${page}#decide"
        ><span>Reject…<span class="sr"> ${releaseTitle(release)}</span></span></a
      >`,
  );
}

function row(view: ReleaseView, now: Date, actions: Html | null, said?: Html): Html {
  const { release, repository } = view;
  const shown = stateOf(release.state);
  return html`<li>
    <span class="mark">${icon(shown.icon, shown.tone)}</span>
    <div class="what stack-small">
      <div class="heading">
        <span class="title"><a href="/releases/${release.id}">${releaseTitle(release)}</a></span>
        ${stateLabel(release.state, "word")}
      </div>
      <p class="muted small">
        ${repository.owner}/${repository.name} · <span class="mono">${shortSha(release.sha)}</span> on ${release.branch}
        · asked for by ${release.releaserLogin} ${ago(release.requestedAt, now)}
      </p>
      <p>${said ?? missing(view, now)}</p>
    </div>
    ${actions === null ? null : html`<div class="act">${actions}</div>`}
  </li>`;
}

/** What is still missing, in one line. */
function missing(view: ReleaseView, now: Date): Html {
  const { release, challenge, decision } = view;
  if (challenge?.state === "open")
    return html`npm asks ${release.releaserLogin} for the second factor · ${countdown(challenge.expiresAt, now)} left`;
  if (release.state === "unconfirmed") return html`Waits for ${release.releaserLogin} to confirm the run.`;
  if (release.state !== "waiting") return html`<span class="muted">Nothing to do: it goes on by itself.</span>`;
  const names = awaited(decision);
  return names.length > 0 ? html`Waits for ${names.join(", ")}.` : html`<span class="muted">Waits for GitHub.</span>`;
}

function pastRow(one: { release: Release; repository: Repository | null }, now: Date): Html {
  const { release, repository } = one;
  const shown = stateOf(release.state);
  return html`<li>
    <span class="mark">${icon(shown.icon, shown.tone)}</span>
    <div class="what">
      <div class="heading">
        <span class="title"><a href="/releases/${release.id}">${releaseTitle(release)}</a></span>
        ${stateLabel(release.state, "word")}
      </div>
      <p class="muted small">
        ${repository === null ? null : html`${repository.owner}/${repository.name} · `}asked for by
        ${release.releaserLogin} · ended ${ago(release.endedAt ?? release.requestedAt, now)}
      </p>
    </div>
  </li>`;
}
