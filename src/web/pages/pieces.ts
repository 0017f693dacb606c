import { html } from "hono/html";
import type { ReleaseState } from "../../domain/release-types.ts";
import type { IconName } from "../assets/icon-paths.ts";
import type { Html } from "../responses.ts";
import { iconAddress } from "../sprite.ts";
import { exact, lasting, relative, timeLeft } from "../time-words.ts";

/** Small pieces that several pages are made of. Everything interpolated is escaped by `html`. */

/** The colour of a verdict; words and icons say the same. */
export type Tone = "good" | "bad" | "wait" | "busy" | "muted";

/** A decoration beside words that say the same. */
export function icon(name: IconName, tone = "", size: 16 | 24 = 16): Html {
  return html`<svg class="icon ${tone}" width="${size}" height="${size}" aria-hidden="true">
    <use href="${iconAddress(name)}" />
  </svg>`;
}

/** Text whose `backticked` parts are code, as comments on GitHub have them; lines stay lines. */
export function prose(text: string): Html {
  const lines = text.split("\n");
  return html`${lines.map((line, index) => html`${index > 0 ? html`<br />` : null}${proseLine(line)}`)}`;
}

function proseLine(text: string): Html {
  const parts = text.split("`");
  // An odd number of backticks: they mean nothing, show them.
  if (parts.length % 2 === 0) return html`${text}`;
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** `3 minutes ago`, exact time on hover and for machines; the page's script keeps it current. */
export function ago(at: Date, now: Date): Html {
  return html`<time datetime="${at.toISOString()}" title="${exact(at)}" data-ago>${relative(at, now)}</time>`;
}

/** The exact time. */
export function at(instant: Date): Html {
  return html`<time datetime="${instant.toISOString()}">${exact(instant)}</time>`;
}

/** A countdown; ticks where there is script, and is right at the moment of loading where there is none. */
export function countdown(until: Date, now: Date): Html {
  return html`<time class="left nowrap" datetime="${until.toISOString()}" title="until ${exact(until)}" data-left
    >${timeLeft(until, now)}</time
  >`;
}

/** How long something has lasted; ticks. */
export function lastingSince(since: Date, now: Date): Html {
  const seconds = Math.max(0, (now.getTime() - since.getTime()) / 1000);
  return html`<time class="left nowrap" datetime="${since.toISOString()}" title="since ${exact(since)}" data-since
    >${lasting(seconds)}</time
  >`;
}

const states: Record<ReleaseState, { word: string; tone: Tone; icon: IconName }> = {
  requested: { word: "Being started", tone: "busy", icon: "play" },
  dispatching: { word: "Being started", tone: "busy", icon: "play" },
  unconfirmed: { word: "To be confirmed", tone: "wait", icon: "hourglass" },
  waiting: { word: "Waiting", tone: "wait", icon: "hourglass" },
  arming: { word: "Being armed", tone: "busy", icon: "key" },
  running: { word: "Running", tone: "busy", icon: "rocket" },
  verifying: { word: "Being verified", tone: "busy", icon: "search" },
  staged: { word: "Staged at npm", tone: "wait", icon: "package" },
  published: { word: "Published", tone: "good", icon: "check-circle-fill" },
  done: { word: "Done", tone: "good", icon: "check-circle-fill" },
  failed: { word: "Failed", tone: "bad", icon: "x-circle-fill" },
  rejected: { word: "Rejected", tone: "bad", icon: "no-entry" },
  cancelled: { word: "Cancelled", tone: "muted", icon: "stop" },
  refused: { word: "Refused", tone: "bad", icon: "no-entry" },
  expired: { word: "Expired", tone: "muted", icon: "clock" },
};

/** How a state is shown. */
export function stateOf(state: ReleaseState): { word: string; tone: Tone; icon: IconName } {
  return states[state];
}

/** A release's state as a label; without its icon where that stands beside it already. */
export function stateLabel(state: ReleaseState, icons: "icon" | "word" = "icon"): Html {
  const shown = states[state];
  return html`<span class="label ${shown.tone}">${icons === "icon" ? icon(shown.icon) : null} ${shown.word}</span>`;
}

/** A boxed sentence above a page's content; problems are read out at once. */
export function flash(tone: Tone, name: IconName, content: Html | string): Html {
  const role = tone === "bad" ? html`role="alert"` : html``;
  return html`<div class="flash ${tone}" ${role}>
    ${icon(name, tone)}
    <p>${content}</p>
  </div>`;
}

/** Where nothing is: what would be here. */
export function blank(name: IconName, title: string, text: Html | string): Html {
  return html`<div class="blank">
    ${icon(name, "", 24)}
    <h3>${title}</h3>
    <p>${text}</p>
  </div>`;
}

/** A command to run elsewhere, with a button that copies it (shown by the page's script). */
export function command(text: string): Html {
  // Lines break between options, not within one.
  const whole = text.split(/ (?=--)/).map((part) => html`<span class="option">${part}</span> `);
  return html`<div class="command">
    <pre><code>${whole}</code></pre>
    <button class="button" type="button" data-copy="${text}" hidden>${icon("copy")} <span>Copy</span></button>
  </div>`;
}

/** Rows of names and values. */
export function facts(rows: ReadonlyArray<readonly [string, Html | string] | null>): Html {
  return html`<dl class="facts">
    ${rows
      .filter((row) => row !== null)
      .map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
  </dl>`;
}

/** An address that GitHub or a registry gave, as a link only where it is one for browsers. */
export function linkTo(address: string | null, text: Html | string): Html {
  if (address === null || !/^https?:\/\//i.test(address)) return html`${text}`;
  return html`<a href="${address}" rel="noreferrer">${text}</a>`;
}
