import { html } from "hono/html";
import { coach } from "../../domain/coach/index.ts";
import type { Coaching } from "../../domain/coach/index.ts";
import type { PackagePolicy } from "../../domain/policy-types.ts";
import type { Repository } from "../../domain/release-types.ts";
import { coachPath } from "../advice.ts";
import type { Html } from "../responses.ts";
import { prose } from "./pieces.ts";

/** How a package is published, what npm changes about that, and the way to a safer mode; to those who write there with its files. */
export function coachPart(policy: PackagePolicy, { id, owner, name }: Repository, now: Date, writes: boolean): Html {
  const coaching = coach(policy, `${owner}/${name}`, now);
  return html`<div class="stack-small">
    <h4>How it is published</h4>
    <p>${prose(`\`${coaching.mode}\`: ${coaching.words}. ${coaching.leaves}`)}</p>
    ${coachDates(coaching, 4)} ${next(coaching)}
    ${
      writes && coaching.next !== null
        ? html`<p>
            <a href="${coachPath(id, policy.name, coaching.next.mode)}"
              >The files that change, and the script that opens the pull request</a
            >
          </p>`
        : null
    }
  </div>`;
}

/** What npm changes about a mode, and when, under the heading that fits where it stands. */
export function coachDates({ dates: all }: Coaching, level: 3 | 4): Html | null {
  if (all.length === 0) return null;
  const title = "What npm changes about that";
  return html`${level === 3 ? html`<h3>${title}</h3>` : html`<h4>${title}</h4>`}
    <ul class="points">
      ${all.map(
        ({ when, over, what, means, unsure }) =>
          html`<li>
            <strong class="nowrap">${when}</strong>${over ? "" : ", to come"}${unsure ? ", not sure yet" : ""}: ${what}
            ${prose(means)}
          </li>`,
      )}
    </ul>`;
}

function next({ next: goal }: Coaching): Html | null {
  if (goal === null) return html`<p class="muted small">npm has no safer way to publish from CI at the moment.</p>`;
  return html`<details>
    <summary>The way to <code>${goal.mode}</code></summary>
    <div class="stack-small">
      <p>${goal.why}</p>
      <ol class="points">
        ${goal.steps.map(
          ({ text, command }) =>
            html`<li>${prose(text)}${command === undefined ? null : html` <code class="wrap">${command}</code>`}</li>`,
        )}
      </ol>
    </div>
  </details>`;
}
