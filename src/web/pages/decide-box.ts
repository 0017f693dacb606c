import { html } from "hono/html";
import type { Abilities, ReleaseView } from "../../desk/types.ts";
import { releaseTitle, shortSha } from "../../domain/release.ts";
import type { Release } from "../../domain/release-types.ts";
import type { Html } from "../responses.ts";
import { icon, prose } from "./pieces.ts";

/** What this person may do now, each as a form that carries the commit that was shown; the rest says why not. */
export function decideBox(view: ReleaseView, abilities: Abilities): Html {
  const { release } = view;
  const may = (ability: true | string): boolean => ability === true;
  const some = may(abilities.approve) || may(abilities.reject) || may(abilities.confirm) || may(abilities.cancel);
  return html`<section class="box decide" aria-labelledby="decide">
    <header><h2 id="decide">${some ? "Your decision" : "Nothing for you to do"}</h2></header>
    <div class="pad stack-small">
      ${may(abilities.confirm) ? confirmForm(release) : null} ${may(abilities.approve) ? approveForm(release) : null}
      ${may(abilities.reject) ? rejectForm(release) : null} ${may(abilities.cancel) ? cancelForm(release) : null}
      ${whyNot(view, abilities)}
    </div>
  </section>`;
}

function shown(release: Release): Html {
  return html`<input type="hidden" name="sha" value="${release.sha}" />`;
}

function approveForm(release: Release): Html {
  return html`<form method="post" action="/releases/${release.id}/approve" class="stack-small">
    ${shown(release)}
    <p>
      Approving lets <strong>${releaseTitle(release)}</strong> be published from commit
      <span class="mono">${shortSha(release.sha)}</span> as <code>${release.distTag}</code>.
    </p>
    <p class="hint">
      It counts for this commit and the workflow file in it. If the release is of another one by then, you are asked
      again.
    </p>
    <button class="button primary" type="submit">${icon("check")} Approve</button>
  </form>`;
}

function rejectForm(release: Release): Html {
  return html`<details>
    <summary>Reject</summary>
    <form method="post" action="/releases/${release.id}/reject" class="stack-small">
      ${shown(release)}
      <div class="field">
        <label for="reject-why">Why?</label>
        <textarea id="reject-why" name="why" required maxlength="1000"></textarea>
        <p class="hint">The releaser reads it in the thread.</p>
      </div>
      <button class="button danger" type="submit">Reject this release</button>
    </form>
  </details>`;
}

function cancelForm(release: Release): Html {
  return html`<details>
    <summary>Cancel</summary>
    <form method="post" action="/releases/${release.id}/cancel" class="stack-small">
      ${shown(release)}
      <div class="field">
        <label for="cancel-why">Why? <span class="muted">(you may leave it empty)</span></label>
        <textarea id="cancel-why" name="why" maxlength="1000"></textarea>
      </div>
      <p class="hint">The run is stopped, and a secret that is in place is removed.</p>
      <button class="button danger" type="submit">Cancel this release</button>
    </form>
  </details>`;
}

function confirmForm(release: Release): Html {
  return html`<form method="post" action="/releases/${release.id}/confirm" class="stack-small">
    ${shown(release)}
    <p>
      You started this run on GitHub, at commit <span class="mono">${shortSha(release.sha)}</span>. If it is to publish
      <strong>${release.package}</strong>, say which version; your sealed token is put in place once it is approved.
    </p>
    <div class="field">
      <label for="version">Version</label>
      <input
        id="version"
        name="version"
        required
        value="${release.version}"
        autocomplete="off"
        spellcheck="false"
        maxlength="100"
      />
    </div>
    <button class="button primary" type="submit">Confirm this release</button>
  </form>`;
}

/** Why the main things aren't offered; what nobody could do now needs no words. */
function whyNot(view: ReleaseView, abilities: Abilities): Html {
  const about = view.release.state === "unconfirmed" ? [abilities.confirm] : [abilities.approve, abilities.cancel];
  const sentences = [...new Set(about)].filter((ability) => typeof ability === "string");
  return html`${sentences.map((sentence) => html`<p class="muted">${icon("info")} ${prose(sentence)}</p>`)}`;
}
