import { html } from "hono/html";
import type { Abilities, ReleaseView } from "../../desk/types.ts";
import { heldWords } from "../../domain/bytes.ts";
import { isActive, releaseTitle, versionTitle } from "../../domain/release.ts";
import type { Release, ReleasePart } from "../../domain/release-types.ts";
import { isLive, stagePageOf } from "../../domain/several.ts";
import { stageWaitsText } from "../../domain/stage-waits.ts";
import { stageCommand, stageEnds } from "../../domain/staged.ts";
import type { Html } from "../responses.ts";
import { ago, countdown, flash, icon, linkTo, prose, stateLabel } from "./pieces.ts";

/** What is to be done while a version is staged at npm, there or from here; nothing in any other state. */
export function stageBox(
  { release }: ReleaseView,
  { abilities, decisions }: { abilities: Abilities; decisions: Release[] },
  now: Date,
): Html | null {
  const ends = stageEnds(release);
  if (ends === null) return null;
  if (release.packages !== null) return stagesBox(release, release.packages, ends, now);
  const { stagePage } = release.runnerReport ?? {};
  return html`<section class="box" aria-labelledby="stage">
    <header>
      <h2 id="stage">To be approved at npm</h2>
      <span class="label wait">${icon("hourglass")} ${countdown(ends, now)} left</span>
    </header>
    <div class="pad stack-small">
      <p>
        npm has <strong>${releaseTitle(release)}</strong> staged. It isn't live yet: whoever may publish it approves it
        there with their second factor, and Countersign sees it when it is.
      </p>
      ${waitsLine(release)}
      <ol class="points">
        <li>
          Compare: <code>${stageCommand("view", release)}</code> has to show the shasum
          <code>${release.shasum ?? "unknown"}</code>. Another one: reject it, and find out why.
          <span class="muted">What npm holds: ${heldWords(release)}.</span>
        </li>
        <li>
          Approve on
          ${stagePage === undefined ? "npm's page of the package" : linkTo(stagePage, "npm's page of the package")}, or
          type <code>${stageCommand("approve", release)}</code>.
        </li>
        <li>
          To take it away for good: <code>${stageCommand("reject", release)}</code>. npm doesn't tell others of that:
          cancel the release here then.
        </li>
      </ol>
      ${fromHere(release, abilities, decisions)}
      <p class="muted small">After that time Countersign stops looking; npm may still have it.</p>
    </div>
  </section>`;
}

/** The same of several packages, each by itself. */
function stagesBox(release: Release, packages: readonly ReleasePart[], ends: Date, now: Date): Html {
  const waiting = packages.filter((part) => part.state === "staged" && !isLive(part));
  return html`<section class="box" aria-labelledby="stage">
    <header>
      <h2 id="stage">To be approved at npm</h2>
      <span class="label wait">${icon("hourglass")} ${countdown(ends, now)} left</span>
    </header>
    <div class="pad stack-small">
      <p>
        npm has these staged. They aren't live yet: whoever may publish them compares and approves each there with their
        second factor, and Countersign sees it when all are.
      </p>
      ${waitsLine(release)}
      <ul class="points">
        ${waiting.map((part) => {
          const id = part.stageId ?? "<stage-id>";
          return html`<li>
            <strong>${part.name}</strong>: <code>npm stage view ${id}</code> has to show
            <code>${part.shasum ?? "unknown"}</code>; approve it by <code>npm stage approve ${id}</code> or on
            ${linkTo(stagePageOf(release, part.name) ?? null, "npm's page of it")}, or take it away for good:
            <code>npm stage reject ${id}</code>.
            <span class="muted">What npm holds: ${heldWords(release, part)}.</span>
          </li>`;
        })}
      </ul>
      <p class="muted small">
        npm doesn't tell others of a rejection: cancel the release here then. After that time Countersign stops looking.
      </p>
    </div>
  </section>`;
}

function waitsLine({ runnerReport }: Release): Html | null {
  const waitsFor = runnerReport?.stageWaitsFor;
  return waitsFor === undefined ? null : html`<p><strong>${stageWaitsText(waitsFor)}</strong></p>`;
}

/** The same by a job of ours with one's own token, where the policy has one; each form carries the bytes that were shown. */
function fromHere(release: Release, { approveStage, rejectStage }: Abilities, decisions: Release[]): Html | null {
  if (approveStage === undefined || rejectStage === undefined) return null;
  const under = decisions.find(({ state }) => isActive(state));
  if (under !== undefined)
    return flash(
      "busy",
      "hourglass",
      html`<a href="/releases/${under.id}">${releaseTitle(under)}</a> is under way, asked for by ${under.releaserLogin}.`,
    );
  const why = [...new Set([approveStage, rejectStage])].filter((answer) => typeof answer === "string");
  return html`<div class="stack-small">
    <h3>Or from here, with your own npm token</h3>
    ${
      approveStage === true || rejectStage === true
        ? html`<p class="hint">
            A job of its own gets your sealed token and compares what npm holds with this shasum; npm then asks you for
            your second factor.
          </p>`
        : null
    }
    <div class="act">
      ${approveStage === true ? stageForm(release, "approve") : null}
      ${rejectStage === true ? stageForm(release, "reject") : null}
    </div>
    ${why.map((sentence) => html`<p class="muted">${icon("info")} ${prose(sentence)}</p>`)}
  </div>`;
}

function stageForm(release: Release, verb: "approve" | "reject"): Html {
  return html`<form method="post" action="/releases/${release.id}/${verb}-stage">
    <input type="hidden" name="shasum" value="${release.shasum ?? ""}" />
    ${
      verb === "approve"
        ? html`<button class="button primary" type="submit">${icon("check")} Approve the stage</button>`
        : html`<button class="button danger" type="submit">Reject the stage</button>`
    }
  </form>`;
}

/** On the page of what decides about a stage: whose. */
export function decidesAbout(release: Release): Html | null {
  if (release.purpose === "publish" || release.stageOf === null) return null;
  return html`<p>
    ${release.purpose === "approve-stage" ? "Makes live" : "Takes away for good"} what
    <a href="/releases/${release.stageOf}">the release of ${versionTitle(release)}</a> has staged at npm, with the
    shasum <code>${release.shasum ?? "unknown"}</code>.
  </p>`;
}

/** What decided about a stage from here, on the page of its release. */
export function decisionsBox(decisions: readonly Release[], now: Date): Html | null {
  if (decisions.length === 0) return null;
  return html`<section class="box" aria-labelledby="decisions">
    <header><h2 id="decisions">Decided from here</h2></header>
    <ul class="rows">
      ${decisions.map(
        (one) =>
          html`<li>
            <div class="what">
              <div class="heading">
                <span class="title"><a href="/releases/${one.id}">${releaseTitle(one)}, #${one.number}</a></span>
                ${stateLabel(one.state)}
              </div>
              <p class="muted small">asked for by ${one.releaserLogin} ${ago(one.requestedAt, now)}</p>
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}
