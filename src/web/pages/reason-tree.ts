import { html } from "hono/html";
import type { Reason } from "../../domain/reason.ts";
import type { IconName } from "../assets/icon-paths.ts";
import type { Html } from "../responses.ts";
import { icon, prose } from "./pieces.ts";
import type { Tone } from "./pieces.ts";

const verdicts: Record<Reason["verdict"], { icon: IconName; tone: Tone; word: string }> = {
  satisfied: { icon: "check-circle-fill", tone: "good", word: "satisfied" },
  waiting: { icon: "hourglass", tone: "wait", word: "waiting" },
  refused: { icon: "x-circle-fill", tone: "bad", word: "refused" },
};

/** The decision as a tree: each rule, its verdict, whom it waits for. */
export function reasonTree(decision: Reason): Html {
  return html`<div class="tree">${branch(decision)}</div>`;
}

function branch(reason: Reason): Html {
  const shown = verdicts[reason.verdict];
  const children = reason.children ?? [];
  return html`<div class="reason">
      ${icon(shown.icon, shown.tone)}
      <span><span class="sr">${shown.word}:</span> ${prose(reason.text)}${waitsFor(reason)}</span>
    </div>
    ${
      children.length === 0
        ? null
        : html`<ul>
            ${children.map((child) => html`<li>${branch(child)}</li>`)}
          </ul>`
    }`;
}

function waitsFor(reason: Reason): Html | null {
  const names = reason.waitsFor ?? [];
  // The sentence may name them already.
  if (names.every((name) => reason.text.includes(name))) return null;
  return html` <span class="muted">Waits for ${names.join(", ")}.</span>`;
}
