import { html } from "hono/html";
import { differenceWords } from "../../domain/inside/build.ts";
import type { BuildDifference } from "../../domain/inside/build.ts";
import type { SecondBuildFound } from "../../domain/release-types.ts";
import type { Html } from "../responses.ts";
import { short } from "./inside-points.ts";

/** In which files two builds of a release's commit differ; nothing where they don't, or where there was one only. */
export function differencePart(second: SecondBuildFound | undefined): Html | null {
  if (second === undefined || second.state === "same") return null;
  const { difference } = second;
  return html`<section class="box" aria-labelledby="builds">
    <header>
      <h2 id="builds">Two builds, and what differs</h2>
      <span class="label bad">Do not approve</span>
    </header>
    <div class="pad stack-small">
      <p>
        The publishing job has <code>${second.first}</code>, the second build of the same commit
        <code>${second.second}</code>.
      </p>
      ${groups.map(([heading, key]) => group(heading, difference[key]))}
      ${difference.more > 0 ? html`<p class="muted small">${difference.more} more files differ.</p>` : null}
      ${named(difference) === 0 ? html`<p>${differenceWords(difference)}</p>` : null}
    </div>
  </section>`;
}

const groups = [
  ["They differ in", "changed"],
  ["Only the publishing job has", "onlyFirst"],
  ["Only the second build has", "onlySecond"],
] as const;

function group(heading: string, paths: string[]): Html | null {
  if (paths.length === 0) return null;
  return html`<h3>${heading}</h3>
    <ul class="points">
      ${paths.map((path) => html`<li class="mono wrap">${short(path, 300)}</li>`)}
    </ul>`;
}

const named = ({ changed, onlyFirst, onlySecond }: BuildDifference): number =>
  changed.length + onlyFirst.length + onlySecond.length;
