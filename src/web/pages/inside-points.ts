import { html } from "hono/html";
import type { Point, Weight } from "../../domain/inside/points.ts";
import { visible } from "../../domain/one-line.ts";
import type { IconName } from "../assets/icon-paths.ts";
import type { Html } from "../responses.ts";
import { icon } from "./pieces.ts";
import type { Tone } from "./pieces.ts";

const looks: Record<Weight, { word: string; tone: Tone; icon: IconName }> = {
  danger: { word: "Danger", tone: "bad", icon: "alert" },
  look: { word: "Look", tone: "wait", icon: "search" },
  note: { word: "Note", tone: "muted", icon: "info" },
};

/** What is worth knowing of a tarball, the most dangerous first: our sentence, and what it is about as it stands in the package. */
export function pointList(points: readonly Point[]): Html {
  return html`<ul class="rows notable">
    ${points.map(
      ({ weight, sentence, about, more }) =>
        html`<li>
          <span class="label ${looks[weight].tone}">${icon(looks[weight].icon)} ${looks[weight].word}</span>
          <div class="what">
            <p>${sentence}</p>
            ${
              about.length === 0
                ? null
                : html`<ul>
                    ${about.map((one) => html`<li><code>${short(one)}</code></li>`)}
                    ${more > 0 ? html`<li class="muted">and ${more} more</li>` : null}
                  </ul>`
            }
          </div>
        </li>`,
    )}
  </ul>`;
}

/** How many there are to look at, for a heading; null: nothing that anybody has to. */
export function pointCount(points: readonly Point[]): Html | null {
  const count = (weight: Weight): number => points.filter((one) => one.weight === weight).length;
  const [dangers, others] = [count("danger"), count("look")];
  if (dangers > 0)
    return html`<span class="label bad">${icon("alert")} ${dangers} ${dangers === 1 ? "danger" : "dangers"}</span>`;
  return others > 0 ? html`<span class="label wait">${icon("search")} ${others} to look at</span>` : null;
}

/** What a stranger wrote, on one line. */
export function short(text: string, most = 500): string {
  const letters = visible(text);
  return letters.length > most ? `${letters.slice(0, most - 1)}…` : letters;
}
