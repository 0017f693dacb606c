import { html } from "hono/html";
import type { ListedPlace } from "../../desk/tokens/places.ts";
import { placeText, sealPath } from "../../desk/tokens/for-release.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import { blank, icon } from "./pieces.ts";

/** Environments, each once, with the packages that share it. */
export function byEnvironment(places: readonly ListedPlace[]): ListedPlace[] {
  const seen = new Map(places.map((place) => [`${place.repository.id}/${place.environmentId}`, place]));
  return places.filter((place) => seen.get(`${place.repository.id}/${place.environmentId}`) === place);
}

/** The choice of environments that one new token is for: works without script. */
export function choosePlacePage(visit: Visit, places: ListedPlace[]): Html {
  const kept = byEnvironment(places.filter((place) => place.rules.keep === "until-expiry"));
  const asked = byEnvironment(places.filter((place) => place.rules.keep === "never"));
  return layout(
    visit,
    { title: "Add a token", current: "tokens" },
    html`<h1>Add a token</h1>
      ${
        places.length === 0
          ? html`<div class="box">
              ${blank("key", "There is no place for a token of yours", "No policy that you can see names you among its releasers or stage approvers, or its packages need no token.")}
            </div>`
          : null
      }
      ${kept.length === 0 ? null : choice(kept)} ${asked.length === 0 ? null : notKept(asked)}`,
  );
}

function choice(places: ListedPlace[]): Html {
  return html`<form class="box" method="get" action="/tokens/new" aria-labelledby="which">
    <header><h2 id="which">What is it for?</h2></header>
    <p class="pad muted">One npm token may serve several environments; it is sealed for each on its own.</p>
    <ul class="rows">
      ${places.map((place, index) => choiceRow(place, index))}
    </ul>
    <div class="pad act">
      <button class="button primary" type="submit">Go on</button>
      <a class="button" href="/tokens">Back</a>
    </div>
  </form>`;
}

function choiceRow(place: ListedPlace, index: number): Html {
  const id = `place-${index}`;
  return html`<li>
    <input type="checkbox" id="${id}" name="for" value="${placeText(asked(place))}" aria-describedby="${id}-where" />
    <div class="what">
      <label class="title" for="${id}">${place.packages.join(", ")}</label>
      <p class="muted small" id="${id}-where">
        ${place.repository.owner}/${place.repository.name} · environment
        <code>${place.environmentName}</code>${place.approvesStages ? ", to approve stages" : null} ·
        ${place.current === null ? "no token on file" : html`token on file until ${place.current.expiresAt.toISOString().slice(0, 10)}`}
      </p>
    </div>
  </li>`;
}

function notKept(places: ListedPlace[]): Html {
  return html`<section class="box" aria-labelledby="fresh">
    <header><h2 id="fresh">A fresh token at each release</h2></header>
    <p class="pad muted">
      No token is kept for these (<code>keep: never</code>). Ask for the release: its comment and page lead to the form.
    </p>
    <ul class="rows">
      ${places.map((place) => html`<li><span class="mark">${icon("package", "muted")}</span><span class="what">${place.packages.join(", ")}</span></li>`)}
    </ul>
  </section>`;
}

/** Where a token is sealed for a package. */
export function newTokenPath(place: ListedPlace): string {
  return sealPath(asked(place));
}

function asked(place: ListedPlace): Parameters<typeof sealPath>[0] {
  const environment = place.approvesStages ? { environment: place.environmentName } : {};
  return { repositoryId: place.repository.id, package: place.package, ...environment };
}
