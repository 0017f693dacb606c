import { html } from "hono/html";
import { activeStates, endStates } from "../../domain/release-types.ts";
import type { ReleaseState, Repository } from "../../domain/release-types.ts";
import { isNarrowed, queuePath } from "../queue-query.ts";
import type { QueueTexts } from "../queue-query.ts";
import type { Html } from "../responses.ts";
import { stateOf } from "./pieces.ts";

/** The filter: an ordinary form whose fields end up in the address; open where it narrows. */
export function queueForm(texts: QueueTexts, repositories: Iterable<Repository>): Html {
  const sorted = [...repositories].toSorted((one, other) => fullName(one).localeCompare(fullName(other)));
  return html`<details class="box filters" id="filter" ${isNarrowed(texts) ? html`open` : null}>
    <summary>Filter</summary>
    <form method="get" action="/" class="pad" aria-label="Filter">
      <div class="filter">
        <div class="field">
          <label for="repository">Repository</label>
          <select id="repository" name="repository">
            <option value="">All</option>
            ${sorted.map((one) => option(String(one.id), fullName(one), texts.repository))}
          </select>
        </div>
        <div class="field">
          <label for="person">Asked for by</label>
          <input
            id="person"
            name="person"
            value="${texts.person}"
            autocapitalize="none"
            autocomplete="off"
            spellcheck="false"
          />
        </div>
        <div class="field">
          <label for="state">State</label>
          <select id="state" name="state">
            <option value="">All</option>
            <optgroup label="Under way">${stateOptions(activeStates, texts.state)}</optgroup>
            <optgroup label="Ended">${stateOptions(endStates, texts.state)}</optgroup>
          </select>
        </div>
      </div>
      <div class="act below">
        <button class="button" type="submit">Filter</button>
        ${isNarrowed(texts) ? html`<a class="button" href="/">Clear</a>` : null}
      </div>
    </form>
  </details>`;
}

/** Pages of the queue, where there are several. */
export function queueTurning(texts: QueueTexts, page: number, pages: number): Html | null {
  if (pages === 1) return null;
  const to = (number: number): string => queuePath({ ...texts, page: String(number) });
  return html`<nav class="act turning" aria-label="Pages of the queue">
    ${page === 1 ? null : html`<a class="button" href="${to(page - 1)}" rel="prev">Before</a>`}
    <span class="muted">Page ${page} of ${pages}</span>
    ${page === pages ? null : html`<a class="button" href="${to(page + 1)}" rel="next">Next</a>`}
  </nav>`;
}

function stateOptions(states: readonly ReleaseState[], chosen: string): Html[] {
  // Of two states with one word, one stands for both.
  return states
    .filter((state) => state !== "dispatching" || chosen === "dispatching")
    .map((state) => option(state, stateOf(state).word, chosen));
}

function option(value: string, name: string, chosen: string): Html {
  return html`<option value="${value}" ${value === chosen ? html`selected` : null}>${name}</option>`;
}

function fullName({ owner, name }: Repository): string {
  return `${owner}/${name}`;
}
