import { html } from "hono/html";
import { sealedFor, sealPath } from "../../desk/tokens/for-release.ts";
import type { Inside } from "../../desk/inside.ts";
import type { Abilities, ReleaseView } from "../../desk/types.ts";
import { isEnd, isGood, releaseTitle, shortSha } from "../../domain/release.ts";
import type { Release, ReleaseState } from "../../domain/release-types.ts";
import { stageEnds } from "../../domain/staged.ts";
import type { Html } from "../responses.ts";
import { exact } from "../time-words.ts";
import type { Visit } from "../visit.ts";
import { differencePart } from "./build-difference.ts";
import { changesPart } from "./changes.ts";
import { insideBox, insidePart } from "./inside.ts";
import { decideBox } from "./decide-box.ts";
import { layout } from "./layout.ts";
import type { Frame } from "./layout.ts";
import { ago, countdown, facts, flash, lastingSince, linkTo, prose, stateLabel, stateOf } from "./pieces.ts";
import { reasonTree } from "./reason-tree.ts";
import { packagesBox } from "./release-packages.ts";
import { receiptBox } from "./receipt.ts";
import { decidesAbout, decisionsBox, stageBox } from "./stage.ts";
import { stuckSecret } from "./stuck.ts";
import { timeline } from "./timeline.ts";

/** What the page is made of. */
export interface Shown {
  view: ReleaseView;
  abilities: Abilities;
  inside: Inside | null;
  /** What decides, or decided, about its stage. */
  decisions: Release[];
}

/** Why a release waits, what happened, what this person may do about it, and what remains of it. */
export function releasePage(
  visit: Visit,
  { view, abilities, inside, decisions }: Shown,
  frame: Pick<Frame, "live" | "flash">,
): Html {
  const { release, repository } = view;
  // Whoever approves it at npm looks here first.
  const staged = stageEnds(release) !== null;
  return layout(
    visit,
    { title: `${releaseTitle(release)}: ${stateOf(release.state).word.toLowerCase()}`, ...frame },
    html`<div>
        <div class="heading">
          <h1>${releaseTitle(release)}</h1>
          ${stateLabel(release.state)}
        </div>
        <p class="muted">
          #${release.number} in ${repository.owner}/${repository.name}, asked for by ${release.releaserLogin}
          ${ago(release.requestedAt, visit.now)}
        </p>
      </div>
      ${sealing(visit, view)} ${decidesAbout(release)} ${stageBox(view, { abilities, decisions }, visit.now)}
      ${staged && release.packages === null ? insideBox(release.id, inside) : null}
      ${notices(view, abilities, visit.now)} ${packagesBox(release)} ${differencePart(release.runnerReport?.second)}
      <div class="columns">
        <div class="stack">
          ${isEnd(release.state) ? receiptBox(view) : null}
          <section class="box" aria-labelledby="why">
            <header><h2 id="why">${waits(release.state) ? "What it waits for" : "The decision"}</h2></header>
            <div class="pad">${reasonTree(view.decision)}</div>
          </section>
          ${staged || release.packages !== null ? null : insidePart(release.stageOf ?? release.id, inside)}
          ${release.purpose === "publish" ? changesPart(release.id) : null} ${decisionsBox(decisions, visit.now)}
        </div>
        <div class="stack">
          ${isEnd(release.state) ? null : decideBox(view, abilities)}
          <section class="box" aria-labelledby="facts">
            <header><h2 id="facts">About this release</h2></header>
            <div class="pad">${about(view)}</div>
          </section>
        </div>
        <section class="box" aria-labelledby="happened">
          <header><h2 id="happened">What happened</h2></header>
          <div class="pad">${timeline(view)}</div>
        </section>
      </div>
      <p class="paper">${visit.parts.publicUrl}/releases/${release.id}, as it was at ${exact(visit.now)}</p>`,
  );
}

function waits(state: ReleaseState): boolean {
  return ["requested", "dispatching", "unconfirmed", "waiting"].includes(state);
}

/** Where no token is kept the releaser is led to the form for a fresh one. */
function sealing(visit: Visit, { release, repository, decision }: ReleaseView): Html | null {
  const wanted = decision.children?.some((reason) => reason.rule === "token" && reason.verdict === "waiting");
  if (wanted !== true || release.state !== "waiting" || visit.session?.person.id !== release.releaserId) return null;
  const path = sealPath({ repositoryId: repository.id, ...sealedFor(release), releaseId: release.id });
  return flash("wait", "key", html`This release waits for a fresh npm token. <a href="${path}">Seal one for it</a>`);
}

function notices(view: ReleaseView, abilities: Abilities, now: Date): Html {
  const { release, lease, challenge } = view;
  const armed = lease !== null && lease.armedAt !== null && lease.disarmedAt === null;
  return html`${lease === null || lease.lastError === null ? null : stuckSecret(lease, view.repository, now)}${
    challenge?.state === "open"
      ? flash(
          "wait",
          "shield-lock",
          html`npm asks ${abilities.answer === true ? "you" : release.releaserLogin} for the second factor:
          ${countdown(challenge.expiresAt, now)} left.
          ${abilities.answer === true ? html`<a href="/challenges/${challenge.id}">Answer npm</a>` : null}`,
        )
      : null
  }
  ${
    armed && lease.armedAt !== null
      ? flash(
          "wait",
          "key",
          html`The secret <code>${lease.secretName}</code> has been in the environment
            <code>${lease.environmentName}</code> for ${lastingSince(lease.armedAt, now)}; it is removed when the job is
            over, and in ${countdown(lease.expiresAt, now)} in any case.`,
        )
      : null
  }
  ${
    release.endText === null
      ? null
      : flash(isGood(release.state) ? "good" : "bad", stateOf(release.state).icon, prose(release.endText))
  }`;
}

function commitWords({ commitTitle, commitAuthor }: Release): Html {
  return html`${commitTitle === null ? null : html` ${commitTitle}`}${
    commitAuthor === null ? null : html` <span class="muted">by ${commitAuthor}</span>`
  }`;
}

function about({ release, repository }: ReleaseView): Html {
  const second = release.runnerReport?.second;
  const web = release.runUrl?.replace(/\/actions\/runs\/.*$/, "") ?? null;
  const on = (path: string): string | null => (web === null ? null : `${web}/${path}`);
  const commit = html`<span class="mono">${shortSha(release.sha)}</span>`;
  return facts([
    release.packages === null ? ["Package", release.package] : ["Packages", `${release.packages.length}`],
    ["Version", release.version === "" ? "not known yet" : release.version],
    ["Dist-tag", release.distTag],
    ["Commit", html`${linkTo(on(`commit/${release.sha}`), commit)}${commitWords(release)}`],
    ["Branch", release.branch],
    ["Repository", linkTo(web, `${repository.owner}/${repository.name}`)],
    ["Workflow", linkTo(on(`blob/${release.sha}/${release.workflowPath}`), release.workflowPath.replace(/^.*\//, ""))],
    ["Environment", release.environmentName],
    [release.purpose === "publish" ? "Releaser" : "Decided by", release.releaserLogin],
    release.purpose === "publish" ? ["Mode", html`<code>${release.mode}</code>`] : null,
    release.stageOf === null ? null : ["Stage", html`<code>${release.stageId ?? ""}</code>`],
    second === undefined ? null : ["Second build", second.state === "same" ? "the same bytes" : "other bytes"],
    ["Run", release.runId === null ? "not started yet" : linkTo(release.runUrl, `${release.runId}`)],
    release.issueNumber === null
      ? null
      : ["Asked for in", linkTo(on(`issues/${release.issueNumber}`), `#${release.issueNumber}`)],
  ]);
}
