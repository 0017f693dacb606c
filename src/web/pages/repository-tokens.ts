import { html } from "hono/html";
import { workingTokens } from "../../desk/tokens/of-repository.ts";
import type { KnownToken, PackageTokens } from "../../desk/tokens/of-repository.ts";
import type { Repository } from "../../domain/release-types.ts";
import { seenText } from "../../domain/token-seen.ts";
import type { Html } from "../responses.ts";
import { dayOf } from "../time-words.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import { blank, flash } from "./pieces.ts";
import { stateLabelOf, usedWords } from "./token-state.ts";

/** The ledger of a repository: whose tokens could release what, until when, and what the runner saw of them. */
export function repositoryTokensPage(visit: Visit, repository: Repository, packages: PackageTokens[]): Html {
  const name = `${repository.owner}/${repository.name}`;
  return layout(
    visit,
    { title: `Tokens of ${name}`, current: "tokens" },
    html`<div>
        <h1>Tokens of ${name}</h1>
        <p class="muted">
          Whose npm tokens are on file, package by package, by the policy as it is now. Nobody can read them here. What
          their owners call them stands on each owner's own page.
        </p>
      </div>
      ${
        packages.length === 0
          ? html`<div class="box">
              ${blank("key", "No package here needs a token", "The policy publishes by trusted publishing alone.")}
            </div>`
          : packages.map((one, index) => packageBox(one, index, visit.now))
      }`,
  );
}

function packageBox(one: PackageTokens, index: number, now: Date): Html {
  const id = `package-${index}`;
  return html`<section class="box" aria-labelledby="${id}">
    <header>
      <h2 id="${id}">${one.package}</h2>
      <span class="muted small"
        >${one.approvesStages ? "to approve stages, " : null}environment <code>${one.environmentName}</code></span
      >
    </header>
    <div class="pad stack-small">
      ${outlook(one)} ${one.tokens === null || one.tokens.length === 0 ? null : table(one.package, one.tokens, now)}
    </div>
  </section>`;
}

/** Whether somebody can release it, and until when. */
function outlook(one: PackageTokens): Html {
  if (one.tokens === null)
    return flash("bad", "alert", html`The environment <code>${one.environmentName}</code> doesn't exist.`);
  if (one.keep === "never") return html`<p>No token is kept: its releaser seals a fresh one at each release.</p>`;
  const { count, until } = workingTokens(one);
  const does = one.approvesStages ? "approve its stages" : "release it";
  if (count === 0 || until === null) return flash("bad", "alert", `Nobody can ${does}: no token on file works.`);
  const only = count === 1 ? one.tokens.find(({ token }) => token.expiresAt.getTime() === until.getTime()) : undefined;
  const text = `From ${dayOf(until)} nobody can ${does}, unless somebody seals a new token.`;
  return only === undefined
    ? html`<p>${text}</p>`
    : flash("wait", "alert", `Only ${only.token.personLogin} can ${does}. ${text}`);
}

function table(name: string, tokens: KnownToken[], now: Date): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Tokens for ${name}">
    <table>
      <caption class="sr">
        Tokens for ${name}
      </caption>
      <thead>
        <tr>
          <th scope="col">Releaser</th>
          <th scope="col">npm user</th>
          <th scope="col">State</th>
          <th scope="col">Use</th>
          <th scope="col">As the runner saw it</th>
        </tr>
      </thead>
      <tbody>
        ${tokens.map((known) => tokenRow(known, now))}
      </tbody>
    </table>
  </div>`;
}

function tokenRow({ token, state }: KnownToken, now: Date): Html {
  return html`<tr>
    <th scope="row">${token.personLogin}</th>
    <td>${token.npmUser}</td>
    <td>${stateLabelOf(token, state, now)}</td>
    <td>${usedWords(token, now)}${token.forReleaseId === null ? null : html`, for one release`}</td>
    <td>
      ${token.seen === null ? "nothing yet" : seenText(token.seen)}${token.bypass2fa ? ", said to bypass 2FA" : null}
    </td>
  </tr>`;
}
