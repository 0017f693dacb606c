import { html } from "hono/html";
import { longestDays } from "../../domain/token.ts";
import type { TokenPlace } from "../../desk/types.ts";
import type { Html } from "../responses.ts";
import { ago, command, flash, icon } from "./pieces.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";

/** What the person filled in before, where the form comes back. */
export interface TokenDraft {
  npmUser: string;
  label: string;
  /** `2026-12-23` */
  expires: string;
}

/** The command asks npm for a token of so many days, and the form is filled in alike. */
export const usualDays = 30;

/**
 * The page where a token is sealed. The token's own field has no name, so that no browser can send it; its script seals the
 * token to the environment's key and sends what came of it.
 */
export function tokenFormPage(visit: Visit, place: TokenPlace, draft: TokenDraft, problem: Html | string | null): Html {
  const { repository, current } = place;
  return layout(
    visit,
    {
      title: `Seal a token for ${place.package}`,
      current: "tokens",
      script: "token",
      flash: problem === null ? null : flash("bad", "alert", problem),
    },
    html`<div class="narrow stack">
      <div>
        <h1>Seal a token for ${place.package}</h1>
        <p class="muted">
          It is sealed in this browser to the environment <code>${place.environmentName}</code> of
          ${repository.owner}/${repository.name}. Only GitHub can open it.
        </p>
      </div>
      ${
        current === null
          ? null
          : flash(
              "busy",
              "info",
              html`You have a token on file here, sealed ${ago(current.sealedAt, visit.now)}. This one replaces it.`,
            )
      }
      <noscript>
        ${flash("bad", "alert", "Sealing needs JavaScript: without it the token would leave your browser readable, so this form stays closed.")}
      </noscript>
      <form id="token-form" method="post" action="/tokens" autocomplete="off" data-key="${place.key}" novalidate>
        <input type="hidden" name="repository" value="${repository.id}" />
        <input type="hidden" name="package" value="${place.package}" />
        <input type="hidden" name="key_id" value="${place.keyId}" />
        <input type="hidden" name="ciphertext" value="" />
        <ol class="steps">
          <li>${makeStep(place)}</li>
          <li>${pasteStep()}</li>
          <li>${aboutStep(visit.now, draft)}</li>
        </ol>
      </form>
    </div>`,
  );
}

function makeStep(place: TokenPlace): Html {
  return html`<div class="stack-small">
    <h2>Make a token at npm</h2>
    <p>It may publish this package and nothing else, and npm still asks you for the second factor.</p>
    ${command(createCommand(place))}
    <p class="hint">Or make a granular access token on npm's site, with “Bypass 2FA” off.</p>
  </div>`;
}

function pasteStep(): Html {
  return html`<div class="field">
    <h2><label for="token">Paste it here</label></h2>
    <input
      id="token"
      type="password"
      autocomplete="off"
      spellcheck="false"
      autocapitalize="off"
      maxlength="20000"
      aria-describedby="token-hint token-problem"
    />
    <p class="hint" id="token-hint">It starts with <code>npm_</code>. A whole <code>.npmrc</code> line is fine too.</p>
    <p class="good" id="token-good" role="status" hidden></p>
    <p class="problem" id="token-problem" role="alert" hidden></p>
    <p id="token-past" hidden>
      <label class="check"
        ><input type="checkbox" id="token-sure" /> I am sure that it is right: seal it as it is</label
      >
    </p>
  </div>`;
}

function aboutStep(now: Date, draft: TokenDraft): Html {
  const day = (days: number): string => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  return html`<h2>Say what it is</h2>
    <div class="field-row">
      <div class="field">
        <label for="npm-user">npm user name</label>
        <input
          id="npm-user"
          name="npm_user"
          required
          value="${draft.npmUser}"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          maxlength="214"
          aria-describedby="npm-user-hint"
        />
        <p class="hint" id="npm-user-hint">As <code>npm whoami</code> says it.</p>
      </div>
      <div class="field">
        <label for="expires">Expires on</label>
        <input
          id="expires"
          name="expires"
          type="date"
          required
          value="${draft.expires}"
          min="${day(0)}"
          max="${day(longestDays)}"
          aria-describedby="expires-hint"
        />
        <p class="hint" id="expires-hint">As npm shows it; ${longestDays} days ahead at most.</p>
      </div>
    </div>
    <div class="field">
      <label for="label">Its name at npm <span class="muted">(optional)</span></label>
      <input
        id="label"
        name="label"
        value="${draft.label}"
        autocomplete="off"
        maxlength="100"
        aria-describedby="label-hint"
      />
      <p class="hint" id="label-hint">So that you find it again when you want to revoke it.</p>
    </div>
    <div class="act">
      <button class="button primary" type="submit" id="seal" disabled>${icon("lock")} Seal and store</button>
      <a class="button" href="/tokens">Back</a>
    </div>`;
}

/** npm's command for a token that fits: this package only, as far as the mode needs it, second factor kept. */
export function createCommand(place: Pick<TokenPlace, "package" | "mode" | "registry">): string {
  const permission = place.mode === "stage" ? "read-write-stage-only" : "read-write";
  return [
    "npm token create",
    `--name ${quoted(tokenName(place))}`,
    `--packages ${quoted(place.package)}`,
    `--packages-and-scopes-permission ${permission}`,
    `--expires ${usualDays}`,
    ...(place.registry === null ? [] : [`--registry ${quoted(place.registry)}`]),
  ].join(" ");
}

/** A name that the person finds again in npm's list. */
export function tokenName(place: Pick<TokenPlace, "package">): string {
  return `countersign-${place.package.replace(/[^A-Za-z0-9-]+/g, "-").replace(/^-+/, "")}`;
}

function quoted(text: string): string {
  return /^[\w@./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
