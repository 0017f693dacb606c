import { html } from "hono/html";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import { icon, prose } from "./pieces.ts";

/** What happened, in words for whom it happened to. */
export interface Trouble {
  status: 400 | 401 | 403 | 404 | 409 | 500 | 503;
  title: string;
  text: string;
  /** What to do now, where the text doesn't say it. */
  next: string | null;
}

/** A page for what went wrong: what happened, what to do; no stack, nothing of what was sent. */
export function errorPage(visit: Visit, trouble: Trouble): Html {
  const back = visit.session === null ? html`` : html`<p><a class="button" href="/">Go to the queue</a></p>`;
  // An answer that is no changes nothing; of what nobody foresaw that isn't known.
  const changed = visit.request.method === "POST" && trouble.status < 500 ? "Nothing was changed." : null;
  return layout(
    visit,
    { title: trouble.title },
    html`<div class="narrow stack-small">
      <div class="heading">
        ${icon("alert", trouble.status >= 500 ? "bad" : "wait", 24)}
        <h1>${trouble.title}</h1>
      </div>
      <p class="prose">${prose(trouble.text)}</p>
      ${[changed, trouble.next].filter((sentence) => sentence !== null).map((sentence) => html`<p class="muted">${sentence}</p>`)}
      ${back}
    </div>`,
  );
}
