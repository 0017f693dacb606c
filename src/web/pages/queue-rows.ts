import { html } from "hono/html";
import type { ReleaseView } from "../../desk/types.ts";
import { releaseTitle, shortSha } from "../../domain/release.ts";
import type { Release, Repository, Todo } from "../../domain/release-types.ts";
import { placeText, renewedFor, sealedFor, sealPath } from "../../desk/tokens/for-release.ts";
import { stageWaitsText } from "../../domain/stage-waits.ts";
import { stageEnds } from "../../domain/staged.ts";
import { stillMissing, waitEnds } from "../../domain/waiting.ts";
import type { WaitingKind } from "../../domain/waiting.ts";
import type { Renewal } from "../own-queue.ts";
import type { Html } from "../responses.ts";
import { ago, countdown, icon, stateLabel, stateOf } from "./pieces.ts";
import { stateLabelOf } from "./token-state.ts";
import { todoReason } from "./todos.ts";

/** GitHub's end of a waiting run is shown in so many of its last milliseconds. */
const lastDays = 7 * 86_400_000;

/** A release that waits for whoever looks, with what they can do about it. */
export function ownRow(kind: WaitingKind, view: ReleaseView, now: Date): Html {
  const { release, repository, challenge } = view;
  const page = `/releases/${release.id}`;
  const title = releaseTitle(release);
  switch (kind) {
    case "challenge":
      if (challenge === null) return otherRow(view, now);
      return row(
        view,
        now,
        html`<strong>npm asks you for the second factor</strong> · ${countdown(challenge.expiresAt, now)} left`,
        html`<a class="button primary" href="/challenges/${challenge.id}">${icon("shield-lock")} Answer npm</a>`,
      );
    case "confirm":
      return row(
        view,
        now,
        html`<strong>You started this run on GitHub: is it a release?</strong>`,
        html`<a class="button primary" href="${page}#decide">Look and confirm</a>`,
      );
    case "seal":
      return row(
        view,
        now,
        html`<strong>It waits for a fresh npm token of yours.</strong>`,
        html`<a
          class="button primary"
          href="${sealPath({ repositoryId: repository.id, ...sealedFor(release), releaseId: release.id })}"
          >${icon("key")} <span>Seal a token<span class="sr"> for ${title}</span></span></a
        >`,
      );
    case "approve":
      return row(view, now, missing(view, now), approveOrReject(release));
    case "stage":
      return row(
        view,
        now,
        html`<strong>${stageCall(release)}</strong>${stageLeft(release, now)}`,
        html`<a class="button primary" href="${page}#stage"
          >${icon("shield-lock")} <span>Compare, then approve<span class="sr"> ${title}</span></span></a
        >`,
      );
  }
}

/** A release that waits for others, or goes on by itself. */
export function otherRow(view: ReleaseView, now: Date): Html {
  return row(view, now, missing(view, now), null);
}

/** A release that is over, or in a list of what was. */
export function endedRow(release: Release, repository: Repository | null, now: Date): Html {
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
        ${release.releaserLogin} ·
        ${release.endedAt === null ? null : "ended "}${ago(release.endedAt ?? release.requestedAt, now)}
      </p>
    </div>
  </li>`;
}

/** An npm token of the reader's that can't be used, or not much longer. */
export function renewalRow({ tokens, state }: Renewal, seen: Map<number, Repository>, now: Date): Html {
  const [token] = tokens;
  if (token === undefined) return html``;
  const name = token.label === "" ? `the npm token of ${token.npmUser}` : token.label;
  const places = tokens.filter(({ repositoryId }) => seen.has(repositoryId));
  const query = new URLSearchParams(places.map((one) => ["for", placeText(renewedFor(one))]));
  return html`<li>
    <span class="mark">${icon("key", state === "expiring" ? "wait" : "bad")}</span>
    <div class="what stack-small">
      <div class="heading">
        <span class="title"><a href="/tokens">Renew ${name}</a></span>
        ${stateLabelOf(token, state, now)}
      </div>
      <p class="muted small">
        ${
          places.length === 0
            ? "in a repository that GitHub doesn't show you now"
            : [...new Set(places.flatMap(({ packages }) => packages))].join(", ")
        }
        · npm user ${token.npmUser}
      </p>
      ${token.refusedWhy === null ? null : html`<p>${token.refusedWhy}</p>`}
    </div>
    ${
      places.length === 0
        ? null
        : html`<div class="act">
            <a class="button" href="/tokens/new?${query.toString()}"
              >${icon("key")} <span>Seal a new one<span class="sr"> for ${name}</span></span></a
            >
          </div>`
    }
  </li>`;
}

/** Something that only the reader can do at npm; how stands on the page of tokens. */
export function todoRow(todo: Todo, now: Date): Html {
  const name = todo.label === "" ? `the token of ${todo.npmUser}` : todo.label;
  return html`<li>
    <span class="mark">${icon("alert", "wait")}</span>
    <div class="what stack-small">
      <span class="title"><a href="/tokens#todo">Revoke ${name} at npm</a></span>
      <p>${todoReason(todo.why)} npm still accepts it.</p>
      <p class="muted small">npm user ${todo.npmUser} · since ${ago(todo.createdAt, now)}</p>
    </div>
    <div class="act">
      <a class="button" href="/tokens#todo"
        ><span>See how<span class="sr"> to revoke ${name}</span></span></a
      >
    </div>
  </li>`;
}

/** What is staged waits for the reader: where they approve it. */
function stageCall({ runnerReport }: Release): string {
  const { at, npmUsers } = runnerReport?.stageWaitsFor ?? { at: "npm" };
  if (at === "here") return "It is staged at npm, and waits for you to compare and approve it.";
  const whose =
    npmUsers === undefined ? "your second factor, or that of whoever else may publish it" : npmUsers.join(", ");
  return `It is staged, and waits at npm for ${whose}.`;
}

function stageLeft(release: Release, now: Date): Html | null {
  const ends = stageEnds(release);
  return ends === null ? null : html` · ${countdown(ends, now)} left`;
}

function approveOrReject(release: Release): Html {
  const page = `/releases/${release.id}`;
  return html`<form method="post" action="${page}/approve">
      <input type="hidden" name="sha" value="${release.sha}" />
      <button class="button primary" type="submit">
        ${icon("check")}
        <span>Approve<span class="sr"> ${releaseTitle(release)} from commit ${shortSha(release.sha)}</span></span>
      </button>
    </form>
    <a class="button danger" href="${page}#decide"
      ><span>Reject…<span class="sr"> ${releaseTitle(release)}</span></span></a
    >`;
}

function row(view: ReleaseView, now: Date, said: Html, actions: Html | null): Html {
  const { release, repository } = view;
  const shown = stateOf(release.state);
  return html`<li>
    <span class="mark">${icon(shown.icon, shown.tone)}</span>
    <div class="what stack-small">
      <div class="heading">
        <span class="title"><a href="/releases/${release.id}">${releaseTitle(release)}</a></span>
        ${stateLabel(release.state, "word")}
      </div>
      <p>${said}${endsSoon(release, now)}</p>
      <p class="muted small">
        ${repository.owner}/${repository.name} · asked for by ${release.releaserLogin} ${ago(release.requestedAt, now)}
      </p>
      ${commitLine(release)}
    </div>
    ${actions === null ? null : html`<div class="act">${actions}</div>`}
  </li>`;
}

/** The commit with what it says of itself. */
export function commitLine(release: Release): Html {
  return html`<p class="muted small commit">
    ${icon("git-commit")}
    <span
      ><span class="mono">${shortSha(release.sha)}</span> on
      ${release.branch}${
        release.commitTitle === null ? null : html` · ${release.commitTitle}`
      }${release.commitAuthor === null ? null : html` · by ${release.commitAuthor}`}</span
    >
  </p>`;
}

function endsSoon(release: Release, now: Date): Html | null {
  const end = waitEnds(release);
  if (end === null || end.getTime() - now.getTime() > lastDays) return null;
  return html` <span class="bad">GitHub ends the run ${ago(end, now)}.</span>`;
}

/** What is still missing, in one line. */
function missing({ release, challenge, decision }: ReleaseView, now: Date): Html {
  if (challenge?.state === "open")
    return html`npm asks ${release.releaserLogin} for the second factor · ${countdown(challenge.expiresAt, now)} left`;
  if (release.state === "unconfirmed") return html`Waits for ${release.releaserLogin} to confirm the run.`;
  if (release.state === "staged") {
    const waitsFor = release.runnerReport?.stageWaitsFor;
    const text = waitsFor === undefined ? "Waits at npm for somebody's second factor." : stageWaitsText(waitsFor);
    return html`${text}${stageLeft(release, now)}`;
  }
  if (release.state !== "waiting") return html`<span class="muted">Nothing to do: it goes on by itself.</span>`;
  const names = stillMissing(release, decision);
  return names.length > 0 ? html`Waits for ${names.join(", ")}.` : html`<span class="muted">Waits for GitHub.</span>`;
}
