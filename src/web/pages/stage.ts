import { html } from "hono/html";
import type { ReleaseView } from "../../desk/types.ts";
import type { Release, ReleasePart } from "../../domain/release-types.ts";
import { releaseTitle } from "../../domain/release.ts";
import { isLive, stagePageOf } from "../../domain/several.ts";
import { stageCommand, stageEnds } from "../../domain/staged.ts";
import type { Html } from "../responses.ts";
import { countdown, icon, linkTo } from "./pieces.ts";

/** What is to be done at npm while a version is staged there; nothing in any other state. */
export function stageBox({ release }: ReleaseView, now: Date): Html | null {
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
      <ol class="points">
        <li>
          Compare: <code>${stageCommand("view", release)}</code> has to show the shasum
          <code>${release.shasum ?? "unknown"}</code>. Another one: reject it, and find out why.
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
      <ul class="points">
        ${waiting.map((part) => {
          const id = part.stageId ?? "<stage-id>";
          return html`<li>
            <strong>${part.name}</strong>: <code>npm stage view ${id}</code> has to show
            <code>${part.shasum ?? "unknown"}</code>; approve it by <code>npm stage approve ${id}</code> or on
            ${linkTo(stagePageOf(release, part.name) ?? null, "npm's page of it")}, or take it away for good:
            <code>npm stage reject ${id}</code>.
          </li>`;
        })}
      </ul>
      <p class="muted small">
        npm doesn't tell others of a rejection: cancel the release here then. After that time Countersign stops looking.
      </p>
    </div>
  </section>`;
}
