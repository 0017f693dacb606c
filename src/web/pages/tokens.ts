import { html } from "hono/html";
import type { ListedPlace } from "../../desk/tokens/places.ts";
import type { Repository, SealedToken, Todo } from "../../domain/release-types.ts";
import { isUsable, tokenState } from "../../domain/token.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import type { Frame } from "./layout.ts";
import { ago, blank, icon } from "./pieces.ts";
import { byEnvironment, newTokenPath } from "./token-places.ts";
import { seenLine, stateLabelOf } from "./token-state.ts";
import { todoBox } from "./todos.ts";

/** One of the person's tokens in one place; null: what GitHub doesn't show them, or the policy doesn't name them for, any more. */
export interface OwnToken {
  token: SealedToken;
  repository: Repository | null;
  place: ListedPlace | null;
}

/** The ledger of one person: tokens with their states, what is to be done at npm, where a token is missing. */
export function tokensPage(
  visit: Visit,
  { own, todos, places }: { own: OwnToken[]; todos: Todo[]; places: ListedPlace[] },
  frame: Pick<Frame, "flash">,
): Html {
  const missing = byEnvironment(places.filter((place) => lacks(place, visit.now)));
  return layout(
    visit,
    { title: "Tokens", current: "tokens", ...frame },
    html`<div class="heading">
        <h1>Tokens</h1>
        ${places.length === 0 ? null : html`<a class="button primary" href="/tokens/new">${icon("key")} Add a token</a>`}
      </div>
      <p class="muted">
        Your npm tokens, each sealed in your browser to one GitHub environment. Countersign stores them and can't read
        them.
      </p>
      ${todos.length === 0 ? null : todoBox(todos, visit.now)} ${missing.length === 0 ? null : missingBox(missing)}
      <section class="box" aria-labelledby="own">
        <header>
          <h2 id="own">Your tokens</h2>
          <span class="count">${own.length}<span class="sr"> tokens</span></span>
        </header>
        ${
          own.length === 0
            ? blank(
                "key",
                "No token on file",
                missing.length === 0
                  ? "Where a policy names you among its releasers, a place for your token appears here."
                  : "Add one above before you ask for a release.",
              )
            : html`<ul class="rows">
                ${own.map((one) => tokenRow(one, visit.now))}
              </ul>`
        }
      </section>`,
  );
}

/** Where no token is kept, none is missing. */
function lacks({ current, rules, currentKeyId }: ListedPlace, now: Date): boolean {
  if (rules.keep === "never") return false;
  return current === null || !isUsable(tokenState(current, now, currentKeyId));
}

function missingBox(missing: ListedPlace[]): Html {
  return html`<section class="box" aria-labelledby="missing">
    <header>
      <h2 id="missing">You may release these, and have no token on file that works</h2>
      <span class="count">${missing.length}<span class="sr"> environments</span></span>
    </header>
    <ul class="rows">
      ${missing.map((place) => placeRow(place))}
    </ul>
  </section>`;
}

function placeRow(place: ListedPlace): Html {
  const names = place.packages.join(", ");
  return html`<li>
    <span class="mark">${icon("package", "muted")}</span>
    <div class="what">
      <span class="title">${names}</span>
      <p class="muted small">
        ${place.repository.owner}/${place.repository.name} · environment
        <code>${place.environmentName}</code>${place.approvesStages ? ", to approve stages" : null}
      </p>
    </div>
    <div class="act">
      <a class="button" href="${newTokenPath(place)}">
        <span
          >${place.current === null ? "Add a token" : "Replace the token"}<span class="sr"> for ${names}</span></span
        >
      </a>
    </div>
  </li>`;
}

function tokenRow({ token, repository, place }: OwnToken, now: Date): Html {
  const where =
    repository === null ? "a repository that GitHub doesn't show you now" : `${repository.owner}/${repository.name}`;
  const name = token.label === "" ? `Token of ${token.npmUser}` : token.label;
  const state = tokenState(token, now, place?.currentKeyId ?? null);
  return html`<li>
    <span class="mark">${icon("key", "muted")}</span>
    <div class="what stack-small">
      <div class="heading"><span class="title">${name}</span>${stateLabelOf(token, state, now)}</div>
      <p class="muted small">
        ${repository === null ? where : html`<a href="/repositories/${repository.id}/tokens">${where}</a>`} ·
        environment <code>${token.environmentName}</code>${token.approvesStages ? ", to approve stages" : null} · npm
        user ${token.npmUser} ${repository === null ? null : html`· for ${token.packages.join(", ")}`}
        ${token.forReleaseId === null ? null : html`· for <a href="/releases/${token.forReleaseId}">one release</a> only`}
      </p>
      <p class="muted small">
        Sealed ${ago(token.sealedAt, now)} ·
        ${token.lastUsedAt === null ? "not used yet" : html`last used ${ago(token.lastUsedAt, now)}`}
      </p>
      ${seenLine(token)} ${token.refusedWhy === null ? null : html`<p class="problem">${token.refusedWhy}</p>`}
      ${place === null && repository !== null ? html`<p class="hint">The policy doesn't name you among the releasers here.</p>` : null}
      <details>
        <summary>Remove</summary>
        <form method="post" action="/tokens/${token.id}/remove" class="stack-small">
          <p>Countersign forgets it. npm doesn't: you are asked to revoke it there.</p>
          <button class="button danger" type="submit">${icon("trash")} Remove ${name}</button>
        </form>
      </details>
    </div>
    ${
      place === null || place.rules.keep === "never"
        ? null
        : html`<div class="act">
            <a class="button" href="${newTokenPath(place)}"
              ><span>Replace<span class="sr"> ${name}</span></span></a
            >
          </div>`
    }
  </li>`;
}
