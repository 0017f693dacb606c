import { html } from "hono/html";
import { localPublishing } from "../../domain/local-publishing.ts";
import type { LocalStep } from "../../domain/local-publishing.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import { command } from "./pieces.ts";
import { words } from "./words.ts";

/** Publishing from one's own machine, step by step, and when to choose it. */
export function localPublishingPage(visit: Visit): Html {
  const { title, introduction, choice, once, each } = localPublishing;
  return layout(
    visit,
    { title },
    html`<div class="narrow">
        <h1>${title}</h1>
        <p class="muted">${words(visit, introduction)}</p>
      </div>
      <section class="narrow stack-small" aria-labelledby="choice">
        <h2 id="choice">When to choose it</h2>
        ${points(visit, choice.local)}
        <p>Publish from CI, with Countersign, where</p>
        ${points(visit, choice.ci)}
      </section>
      <section class="narrow stack" aria-labelledby="once">
        <h2 id="once">Once</h2>
        ${steps(visit, once)}
      </section>
      <section class="narrow stack" aria-labelledby="each">
        <h2 id="each">For each version</h2>
        ${steps(visit, each)}
      </section>`,
  );
}

function points(visit: Visit, all: readonly string[]): Html {
  return html`<ul class="points">
    ${all.map((one) => html`<li>${words(visit, one)}</li>`)}
  </ul>`;
}

function steps(visit: Visit, all: readonly LocalStep[]): Html {
  return html`<ol class="steps">
    ${all.map(
      ({ title, text, commands }) =>
        html`<li class="stack-small">
          <h3>${title}</h3>
          ${text.map((paragraph) => html`<p>${words(visit, paragraph)}</p>`)} ${commands.map((one) => command(one))}
        </li>`,
    )}
  </ol>`;
}
