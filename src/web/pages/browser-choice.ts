import { html } from "hono/html";
import type { State } from "../client/_notify.ts";
import type { IconName } from "../assets/icon-paths.ts";
import type { Html } from "../responses.ts";
import { icon } from "./pieces.ts";
import type { Tone } from "./pieces.ts";

/**
 * Whether this browser may notify the person: one part for each state it can be in. Only the browser knows which, so the page's
 * script shows one; where there is none it is said that it is needed.
 */
export function browserChoice(): Html {
  return html`<section class="box" id="browser-choice" aria-labelledby="in-browser" tabindex="-1">
    <header><h2 id="in-browser">This browser</h2></header>
    <div class="pad stack-small">
      <p>
        A notification when npm asks you for the second factor, and when a release waits for you, while a page of
        Countersign is open, in the background too.
      </p>
      <noscript><p class="muted">It needs JavaScript, which is off.</p></noscript>
      <div class="below" role="status">
        ${part("not-asked", "muted", "bell", "Not asked yet", "Your browser asks you once, when you press the button.", turnOn)}
        ${part(
          "on",
          "good",
          "check",
          "On",
          "Where none appears, your operating system may be keeping them back: look at its settings for notifications. " +
            "They end when you are signed out: after 2 hours without a visit, and after 8 in any case. A channel below goes on.",
          html`${button("sample", "Show one now")} ${button("off", "Turn off")}`,
        )}
        ${part("off", "muted", "bell", "Off", "Your browser allows them.", turnOn)}
        ${part(
          "blocked",
          "bad",
          "no-entry",
          "Blocked by the browser",
          "To undo it, press the sign beside this page's address, allow notifications there, and reload the page.",
          null,
        )}
        ${part(
          "unsupported",
          "muted",
          "no-entry",
          "Not possible here",
          "This browser shows no notifications of open pages. Add a channel below instead.",
          null,
        )}
        ${part(
          "insecure",
          "muted",
          "unlock",
          "Not possible at this address",
          "Browsers show notifications only for addresses that begin with https. Add a channel below instead.",
          null,
        )}
      </div>
    </div>
  </section>`;
}

const turnOn = html`${button("on", "Turn on in this browser")}`;

function part(state: State, tone: Tone, name: IconName, word: string, text: string, actions: Html | null): Html {
  return html`<div class="stack-small" data-state="${state}" hidden>
    <p><span class="label ${tone}">${icon(name)} ${word}</span></p>
    <p class="muted">${text}</p>
    ${actions === null ? null : html`<div class="act">${actions}</div>`}
  </div>`;
}

function button(act: string, words: string): Html {
  return html`<button class="button" type="button" data-do="${act}">${words}</button>`;
}
