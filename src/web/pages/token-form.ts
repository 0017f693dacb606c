import { html } from "hono/html";
import type { TokenPlace } from "../../desk/types.ts";
import { longestDays } from "../../domain/token.ts";
import { sealCommand, usualDays } from "../../domain/token-command.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import { ago, command, flash, icon } from "./pieces.ts";
import { makeStep } from "./token-make.ts";

/** What the person filled in before, where the form comes back. */
export interface TokenDraft {
  npmUser: string;
  label: string;
  npmKey: string;
  bypass2fa: boolean;
  /** `2026-12-23` */
  expires: string;
}

/** Where one token is sealed for in one go, and for which release alone (null: until it ends). */
export interface Sealing {
  places: TokenPlace[];
  releaseId: string | null;
}

/** What all the places together ask of one token: the strictest of each. */
export function strictest(places: readonly TokenPlace[]): {
  maxDays: number;
  bypass2fa: string | null;
  limits: string[];
} {
  const reasons = places.map(({ rules }) => rules.bypass2fa);
  return {
    maxDays: Math.min(longestDays, ...places.map(({ rules }) => rules.maxDays)),
    bypass2fa: reasons.includes(null) ? null : [...new Set(reasons)].join("; "),
    limits: [...new Set(places.flatMap(({ rules }) => rules.limits))],
  };
}

/** Days that the form and its command begin with. */
export function firstDays(places: readonly TokenPlace[]): number {
  return Math.min(usualDays, strictest(places).maxDays);
}

/**
 * The page where a token is sealed. The token's own field has no name, so that no browser can send it; its script seals the
 * token to each environment's key and sends what came of it.
 */
export function tokenFormPage(visit: Visit, sealing: Sealing, draft: TokenDraft, problem: Html | string | null): Html {
  const { places, releaseId } = sealing;
  const title = titleOf(sealing);
  return layout(
    visit,
    {
      title,
      current: "tokens",
      script: "token",
      flash: problem === null ? null : flash("bad", "alert", problem),
    },
    html`<div class="narrow stack">
      <div>
        <h1>${title}</h1>
        ${whereText(places)}
      </div>
      ${replacing(visit, sealing)} ${withoutScript(sealing)}
      <form id="token-form" method="post" action="/tokens" autocomplete="off" novalidate>
        ${places.map((place, index) => hidden(place, index))}
        ${releaseId === null ? null : html`<input type="hidden" name="release" value="${releaseId}" />`}
        <ol class="steps">
          <li>${makeStep(sealing, strictest(places), firstDays(places))}</li>
          <li>${pasteStep()}</li>
          <li>${aboutStep(visit.now, sealing, draft)}</li>
        </ol>
      </form>
    </div>`,
  );
}

/** What is closed to whom no script helps, and the other way. */
function withoutScript({ places, releaseId }: Sealing): Html {
  const packages = places.map((place) => place.package);
  return html`<noscript>
    ${flash("bad", "alert", "Sealing needs JavaScript: without it the token would leave your browser readable, so this form stays closed. The command line seals it as well:")}
    ${command(
      sealCommand(
        packages,
        releaseId,
        places.every(({ approvesStages }) => approvesStages),
      ),
    )}
  </noscript>`;
}

function titleOf({ places, releaseId }: Sealing): string {
  const [first] = places;
  const one = first?.approvesStages === true ? `approving stages of ${first.package}` : (first?.package ?? "");
  const what = places.length === 1 ? one : `${places.length} environments`;
  return releaseId === null ? `Seal a token for ${what}` : `Seal a token for this release of ${what}`;
}

function whereText(places: readonly TokenPlace[]): Html {
  const [only] = places;
  if (only !== undefined && places.length === 1)
    return html`<p class="muted">
      It is sealed in this browser to the environment <code>${only.environmentName}</code> of
      ${only.repository.owner}/${only.repository.name}. Only GitHub can open it.
    </p>`;
  return html`<p class="muted">It is sealed in this browser to each of these. Only GitHub can open it.</p>
    <ul>
      ${places.map(
        (place) =>
          html`<li>
            <code>${place.environmentName}</code> of ${place.repository.owner}/${place.repository.name}, for
            ${place.approvesStages ? "approving stages of " : null}${place.packages.join(", ")}
          </li>`,
      )}
    </ul>`;
}

function replacing(visit: Visit, { places, releaseId }: Sealing): Html | null {
  const there = places.flatMap(({ current }) => (current === null ? [] : [current]));
  const [first] = there;
  if (first === undefined || releaseId !== null) return null;
  const text =
    there.length === 1
      ? html`You have a token on file ${places.length === 1 ? "here" : html`in <code>${first.environmentName}</code>`},
        sealed ${ago(first.sealedAt, visit.now)}. This one replaces it.`
      : html`You have tokens on file in ${there.length} of these. This one replaces them.`;
  return flash("busy", "info", text);
}

/** One place's fields; those of further places carry a number. */
function hidden(place: TokenPlace, index: number): Html {
  const name = (field: string): string => fieldName(field, index);
  return html`<input type="hidden" name="${name("repository")}" value="${place.repository.id}" />
    <input type="hidden" name="${name("package")}" value="${place.packages.join(" ")}" />
    ${place.approvesStages ? html`<input type="hidden" name="${name("environment")}" value="${place.environmentName}" />` : null}
    <input type="hidden" name="${name("key_id")}" value="${place.keyId}" />
    <input type="hidden" name="${name("ciphertext")}" value="" data-key="${place.key}" />`;
}

/** A field of the place with this number, counted from 0. */
export function fieldName(field: string, index: number): string {
  return index === 0 ? field : `${field}-${index}`;
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

function aboutStep(now: Date, { places }: Sealing, draft: TokenDraft): Html {
  const { maxDays, bypass2fa } = strictest(places);
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
          max="${day(maxDays)}"
          aria-describedby="expires-hint"
        />
        <p class="hint" id="expires-hint">As npm shows it; ${maxDays} days ahead at most.</p>
        <p class="hint" id="clock" hidden></p>
      </div>
    </div>
    <div class="field-row">
      ${optional("label", "label", "Its name at npm", draft.label, 100, "So that you find it again when you want to revoke it.")}
      ${optional("npm-key", "npm_key", "Its id at npm", draft.npmKey, 64, "npm shows it beside the name; with it the command that revokes it is whole.")}
    </div>
    ${
      bypass2fa === null
        ? null
        : html`<p class="field">
            <label class="check"
              ><input type="checkbox" name="bypass_2fa" value="yes" ${draft.bypass2fa ? "checked" : ""} /> It bypasses
              2FA, which is allowed here because: ${bypass2fa}</label
            >
          </p>`
    }
    <div class="act">
      <button class="button primary" type="submit" id="seal" disabled>${icon("lock")} Seal and store</button>
      <a class="button" href="/tokens">Back</a>
    </div>`;
}

function optional(id: string, name: string, title: string, value: string, most: number, hint: string): Html {
  return html`<div class="field">
    <label for="${id}">${title} <span class="muted">(optional)</span></label>
    <input
      id="${id}"
      name="${name}"
      value="${value}"
      autocomplete="off"
      spellcheck="false"
      maxlength="${most}"
      aria-describedby="${id}-hint"
    />
    <p class="hint" id="${id}-hint">${hint}</p>
  </div>`;
}
