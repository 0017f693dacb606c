import { html } from "hono/html";
import type { TokenPlace } from "../../desk/types.ts";
import type { Repository, SealedToken } from "../../domain/release-types.ts";
import type { Html } from "../responses.ts";
import { dayOf, relative } from "../time-words.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import type { Frame } from "./layout.ts";
import { ago, blank, icon } from "./pieces.ts";

type ListedPlace = Omit<TokenPlace, "keyId" | "key">;

/** One of the person's tokens, and what GitHub shows them of its place (null: nothing any more). */
export interface OwnToken {
  token: SealedToken;
  repository: Repository | null;
  /** Packages that it serves, as far as the policy lets the person release them. */
  places: ListedPlace[];
}

/** A token that ends within so many days is one to renew. */
const soon = 14;

/** The person's sealed tokens, and where one is missing. */
export function tokensPage(visit: Visit, own: OwnToken[], missing: ListedPlace[], frame: Pick<Frame, "flash">): Html {
  return layout(
    visit,
    { title: "Tokens", current: "tokens", ...frame },
    html`<div>
        <h1>Tokens</h1>
        <p class="muted">
          Your npm tokens, each sealed in your browser to one GitHub environment. Countersign stores them and can't read
          them.
        </p>
      </div>
      ${missing.length === 0 ? null : missingBox(missing)}
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

/** The same list without tokens, for choosing where a new one goes. */
export function choosePlacePage(visit: Visit, places: ListedPlace[]): Html {
  return layout(
    visit,
    { title: "Add a token", current: "tokens" },
    html`<h1>Add a token</h1>
      ${
        places.length === 0
          ? html`<div class="box">
              ${blank("key", "There is no place for a token of yours", "No policy that you can see names you among its releasers, or its packages need no token.")}
            </div>`
          : html`<section class="box" aria-labelledby="which">
              <header><h2 id="which">Which package is it for?</h2></header>
              <ul class="rows">
                ${places.map((place) => placeRow(place))}
              </ul>
            </section>`
      }`,
  );
}

/** Where a token is sealed for a package. */
export function newTokenPath(place: Pick<ListedPlace, "repository" | "package">): string {
  return `/tokens/new?repository=${place.repository.id}&package=${encodeURIComponent(place.package)}`;
}

function missingBox(missing: ListedPlace[]): Html {
  return html`<section class="box" aria-labelledby="missing">
    <header>
      <h2 id="missing">You may release these, and have no token on file</h2>
      <span class="count">${missing.length}<span class="sr"> packages</span></span>
    </header>
    <ul class="rows">
      ${missing.map((place) => placeRow(place))}
    </ul>
  </section>`;
}

function placeRow(place: ListedPlace): Html {
  return html`<li>
    <span class="mark">${icon("package", "muted")}</span>
    <div class="what">
      <span class="title">${place.package}</span>
      <p class="muted small">
        ${place.repository.owner}/${place.repository.name} · environment <code>${place.environmentName}</code>
      </p>
    </div>
    <div class="act">
      <a class="button" href="${newTokenPath(place)}">
        <span>
          ${place.current === null ? "Add a token" : "Replace the token"}<span class="sr"> for ${place.package}</span>
        </span>
      </a>
    </div>
  </li>`;
}

function tokenRow({ token, repository, places }: OwnToken, now: Date): Html {
  const where =
    repository === null ? "a repository that GitHub doesn't show you now" : `${repository.owner}/${repository.name}`;
  const name = token.label === "" ? `Token of ${token.npmUser}` : token.label;
  const [place] = places;
  return html`<li>
    <span class="mark">${icon("key", "muted")}</span>
    <div class="what stack-small">
      <div class="heading"><span class="title">${name}</span>${expiryLabel(token, now)}</div>
      <p class="muted small">
        ${where} · environment <code>${token.environmentName}</code> · npm user ${token.npmUser}
        ${places.length === 0 ? null : html`· for ${places.map((one) => one.package).join(", ")}`}
      </p>
      <p class="muted small">
        Sealed ${ago(token.sealedAt, now)} ·
        ${token.lastUsedAt === null ? "not used yet" : html`last used ${ago(token.lastUsedAt, now)}`}
      </p>
      <details>
        <summary>Remove</summary>
        <form method="post" action="/tokens/${token.id}/remove" class="stack-small">
          <p>Countersign forgets it. npm doesn't: revoke it there too, if you don't use it elsewhere.</p>
          <button class="button danger" type="submit">${icon("trash")} Remove ${name}</button>
        </form>
      </details>
    </div>
    ${
      place === undefined
        ? null
        : html`<div class="act">
            <a class="button" href="${newTokenPath(place)}"
              ><span>Replace<span class="sr"> ${name}</span></span></a
            >
          </div>`
    }
  </li>`;
}

function expiryLabel(token: SealedToken, now: Date): Html {
  const left = token.expiresAt.getTime() - now.getTime();
  if (left <= 0) return html`<span class="label bad">${icon("alert")} Expired ${dayOf(token.expiresAt)}</span>`;
  if (left < soon * 86_400_000)
    return html`<span class="label wait">${icon("clock")} Expires ${relative(token.expiresAt, now)}</span>`;
  return html`<span class="label">${icon("clock")} Expires ${dayOf(token.expiresAt)}</span>`;
}
