import { html } from "hono/html";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { ago, flash } from "./pieces.ts";

/** A red line on every page, for those who see a repository of the account. */
export function stopBanner(visit: Visit): Html | null {
  if (visit.stops.length === 0) return null;
  return html`<div class="inside stopped stack-small" role="region" aria-label="Stopped">
    ${visit.stops.map(({ stop, secrets }) =>
      flash(
        "bad",
        "stop",
        html`<strong>All releases of ${stop.accountLogin} are stopped</strong>, by ${stop.beganByLogin},
          ${ago(stop.beganAt, visit.now)}: ${stop.reason}.
          ${secrets === 0 ? "No secret is left to be removed." : `${count(secrets, "secret")} still to be removed.`}
          <a href="/panic">See it, or lift it</a>`,
      ),
    )}
  </div>`;
}

/** `1 secret`, `2 secrets`. */
export function count(of: number, what: string): string {
  return `${of} ${what}${of === 1 ? "" : "s"}`;
}
