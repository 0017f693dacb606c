import { html } from "hono/html";
import type { ReleaseView } from "../../desk/types.ts";
import { heldWords } from "../../domain/bytes.ts";
import { releaseTitle } from "../../domain/release.ts";
import { stageCommand, stageEnds } from "../../domain/staged.ts";
import type { Html } from "../responses.ts";
import { countdown, icon, linkTo } from "./pieces.ts";

/** What is to be done at npm while a version is staged there; nothing in any other state. */
export function stageBox({ release }: ReleaseView, now: Date): Html | null {
  const ends = stageEnds(release);
  if (ends === null) return null;
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
      <p class="muted small">After that time Countersign stops looking; npm may still have it.</p>
    </div>
  </section>`;
}
