import { html } from "hono/html";
import { assetPath } from "../assets.ts";
import type { Html } from "../responses.ts";
import { returnPath, stopsMark } from "../visit.ts";
import type { Visit } from "../visit.ts";
import { icon } from "./pieces.ts";
import { stopBanner } from "./stop-banner.ts";

/** What a page says of itself. */
export interface Frame {
  title: string;
  /** The entry of the navigation that it belongs to. */
  current?: "queue" | "repositories" | "tokens" | "audit" | "account";
  /** How much waits for whoever looks, where the page knows: the title says it. Elsewhere the script asks. */
  waiting?: number;
  /** Its own script beside the common one. */
  script?: "token" | "challenge";
  /**
   * The page listens for news about this release (about any, where it is empty) and takes a new one where the digest differs. It
   * asks by itself every so many seconds where it can't listen.
   */
  live?: { seconds: number; digest: string; about: string };
  /** A boxed sentence on top. */
  flash?: Html | null;
}

/** A whole page: head, skip link, landmarks, navigation, content. */
export function layout(visit: Visit, frame: Frame, content: Html): Html {
  const { assets } = visit.parts;
  const { live, waiting = 0 } = frame;
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>${waiting > 0 ? `(${waiting}) ` : null}${frame.title} · Countersign</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <link rel="stylesheet" href="${assetPath(assets, "page.css")}" />
      <link rel="icon" href="${assetPath(assets, "icon.svg")}" type="image/svg+xml" />
      <script src="${assetPath(assets, "page.js")}" defer></script>
      ${frame.script === undefined ? null : html`<script src="${assetPath(assets, `${frame.script}.js`)}" defer></script>`}
    </head>
    <body data-now="${visit.now.toISOString()}" ${signedBody(visit, frame)}>
      <a class="skip" href="#main">Skip to content</a>
      ${header(visit, frame)}
      <main
        id="main"
        tabindex="-1"
        ${live === undefined ? null : html`data-live="${live.seconds}" data-digest="${live.digest}${stopsMark(visit)}" data-about="${live.about}"`}
      >
        ${stopBanner(visit)}
        <div class="inside"><p id="line" class="line" hidden></p></div>
        ${live === undefined ? null : stale}
        <div class="inside stack">${frame.flash} ${content}</div>
      </main>
      <p class="sr" role="status" id="said"></p>
      <footer>
        <div class="inside">
          Countersign: nobody publishes alone. Times are UTC unless they say otherwise.
          ${visit.session === null ? null : html`<a href="/panic">Stop everything</a>`}
        </div>
      </footer>
    </body>
  </html>`;
}

/** What the script has to know where somebody is signed in. */
function signedBody({ session }: Visit, { waiting }: Frame): Html | null {
  if (session === null) return null;
  return html`data-person="${session.person.login}" ${waiting === undefined ? null : html`data-waiting="${waiting}"`}`;
}

/** On pages that change. */
const stale = html`<noscript>
  <p class="inside muted small">Without JavaScript this page doesn't renew itself: load it again to see what is new.</p>
</noscript>`;

function header(visit: Visit, frame: Frame): Html {
  const { session } = visit;
  const link = (path: string, name: string, id: Frame["current"]): Html =>
    html`<li><a href="${path}" ${frame.current === id ? html`aria-current="page"` : null}>${name}</a></li>`;
  return html`<header class="top">
    <div class="inside">
      <a class="brand" href="/">${icon("shield-check", "", 24)} Countersign</a>
      ${
        session === null
          ? html`<div class="who">
              <a class="button" href="/sign-in?return_to=${encodeURIComponent(returnPath(visit))}">Sign in</a>
            </div>`
          : html`<nav aria-label="Main">
                <ul>
                  ${link("/", "Queue", "queue")} ${link("/repositories", "Repositories", "repositories")}
                  ${link("/tokens", "Tokens", "tokens")} ${link("/audit", "Audit", "audit")}
                </ul>
              </nav>
              <form class="who" method="post" action="/sign-out">
                <span>
                  Signed in as <strong>${session.person.login}</strong> ·
                  <a href="/account" ${frame.current === "account" ? html`aria-current="page"` : null}>Account</a>
                </span>
                <button class="button" type="submit">Sign out</button>
              </form>`
      }
    </div>
  </header>`;
}
