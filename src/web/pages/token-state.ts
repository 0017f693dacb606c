import { html } from "hono/html";
import type { SealedToken } from "../../domain/release-types.ts";
import type { TokenState } from "../../domain/token.ts";
import { seenText } from "../../domain/token-seen.ts";
import type { Html } from "../responses.ts";
import { dayOf, relative } from "../time-words.ts";
import { ago, icon } from "./pieces.ts";

/** A token's state as a label: words and icon say what the colour says. */
export function stateLabelOf(token: Pick<SealedToken, "expiresAt">, state: TokenState, now: Date): Html {
  const day = dayOf(token.expiresAt);
  switch (state) {
    case "alive":
      return html`<span class="label">${icon("clock")} Expires ${day}</span>`;
    case "expiring":
      return html`<span class="label wait">${icon("clock")} Expires ${relative(token.expiresAt, now)}</span>`;
    case "expired":
      return html`<span class="label bad">${icon("alert")} Expired ${day}</span>`;
    case "key-rotated":
      return html`<span class="label bad">${icon("alert")} Seal it again: GitHub changed the key</span>`;
    case "refused":
      return html`<span class="label bad">${icon("no-entry")} Refused at its last use</span>`;
    case "revoked":
      return html`<span class="label muted">${icon("no-entry")} Revoked</span>`;
    case "gone":
      return html`<span class="label muted">${icon("trash")} Forgotten</span>`;
  }
}

/** What the runner saw at the token's last use; what the registry doesn't tell is unknown, not fine. */
export function seenLine({ seen }: Pick<SealedToken, "seen">): Html | null {
  if (seen === null) return null;
  return html`<p class="muted small">
    The runner saw: ${seenText(seen)} (<a href="/releases/${seen.releaseId}">release</a>).
  </p>`;
}

/** When a token was last used, or that it never was. */
export function usedWords(token: Pick<SealedToken, "lastUsedAt">, now: Date): Html {
  return token.lastUsedAt === null ? html`not used yet` : html`last used ${ago(token.lastUsedAt, now)}`;
}
