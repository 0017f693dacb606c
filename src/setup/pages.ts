import { html } from "hono/html";
import type { Assets } from "../web/assets.ts";
import { assetPath } from "../web/assets.ts";
import { facts, icon } from "../web/pages/pieces.ts";
import type { Html } from "../web/responses.ts";
import type { Answers, Draft, Keep } from "./answers.ts";
import type { Registered } from "./convert.ts";
import { linesOf } from "./keep.ts";
import type { AppFile } from "./manifest.ts";

/** What every page here is made with. */
export interface Frame {
  assets: Assets;
  /** Where `data` and `env` keep the credentials, as the operator knows those places. */
  places: Record<"data" | "env", string>;
}

function frame({ assets }: Frame, title: string, content: Html): Html {
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>${title} · Countersign</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <link rel="stylesheet" href="${assetPath(assets, "page.css")}" />
      <link rel="icon" href="${assetPath(assets, "icon.svg")}" type="image/svg+xml" />
    </head>
    <body>
      <a class="skip" href="#main">Skip to content</a>
      <header class="top">
        <div class="inside"><span class="brand">${icon("shield-check", "", 24)} Countersign</span></div>
      </header>
      <main id="main" tabindex="-1">
        <div class="inside stack narrow">${content}</div>
      </main>
      <footer><div class="inside">Countersign: nobody publishes alone.</div></footer>
    </body>
  </html>`;
}

/** A page for whoever can't go on: what is the matter and what to do. */
export function stopPage(parts: Frame, title: string, text: string, again: boolean): Html {
  return frame(
    parts,
    title,
    html`<div class="heading">
        ${icon("alert", "wait", 24)}
        <h1>${title}</h1>
      </div>
      <p class="prose">${text}</p>
      ${again ? html`<p><a class="button" href="/setup">Begin again</a></p>` : null}`,
  );
}

/** The first page: four questions. */
export function askPage(parts: Frame, draft: Draft, problems: Partial<Record<keyof Draft, string>>): Html {
  const wrong = Object.keys(problems).length > 0;
  return frame(
    parts,
    wrong ? "Problem: Set up" : "Set up",
    html`<h1>Set up Countersign</h1>
      <p class="prose">
        Countersign is a GitHub App of your own. Three steps: say where it is, let GitHub register it, install it on
        your repositories. Nothing is registered before you agree on GitHub's page.
      </p>
      ${wrong ? html`<p class="flash bad" role="alert">Nothing was changed: see below what is to be corrected.</p>` : null}
      <form class="box" method="post" action="/setup" autocomplete="off" novalidate>
        <div class="pad">
          ${textField("publicUrl", "Address of this server", draft.publicUrl, problems.publicUrl, "Where people's browsers, workflow jobs and GitHub's webhooks reach it: https, and a host name of its own.")}
          ${loopback(draft.publicUrl)} ${ownerFields(draft, problems)}
          ${textField("githubUrl", "GitHub", draft.githubUrl, problems.githubUrl, "Another address only for a GitHub Enterprise Server, or an enterprise with data residency.")}
          ${keepField(parts, draft.keep)}
          <div class="field"><button class="button primary" type="submit">Show what will be registered</button></div>
        </div>
      </form>`,
  );
}

function loopback(publicUrl: string): Html | null {
  if (!/^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|$)/.test(publicUrl)) return null;
  return html`<p class="hint">
    That is an address of this machine alone: GitHub's webhooks won't arrive there. It is good for a GitHub on the same
    machine; for any other, give an address that GitHub can reach.
  </p>`;
}

function textField(name: keyof Draft, label: string, value: string, problem: string | undefined, hint: string): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      value="${value}"
      maxlength="300"
      spellcheck="false"
      autocapitalize="off"
      aria-describedby="${name}-hint ${name}-problem"
      ${problem === undefined ? null : html`aria-invalid="true"`}
    />
    <p class="hint" id="${name}-hint">${hint}</p>
    ${problem === undefined ? null : html`<p class="problem" id="${name}-problem">${problem}</p>`}
  </div>`;
}

function ownerFields(draft: Draft, problems: Partial<Record<keyof Draft, string>>): Html {
  const option = (value: Draft["owner"], words: string): Html =>
    html`<option value="${value}" ${draft.owner === value ? html`selected` : null}>${words}</option>`;
  return html`<div class="field">
      <label for="owner">Who owns the app</label>
      <select id="owner" name="owner" aria-describedby="owner-hint">
        ${option("organisation", "An organisation")} ${option("person", "My own account")}
      </select>
      <p class="hint" id="owner-hint">It is private: only its owner's repositories can have it.</p>
    </div>
    ${textField("organisation", "Organisation", draft.organisation, problems.organisation, "Its name as in its address on GitHub; leave it empty for your own account. You need to be an owner of it, or a manager of its apps.")}`;
}

function keepField({ places }: Frame, keep: Keep): Html {
  const option = (value: Keep, words: string): Html =>
    html`<option value="${value}" ${keep === value ? html`selected` : null}>${words}</option>`;
  return html`<div class="field">
    <label for="keep">Keep the app's credentials</label>
    <select id="keep" name="keep" aria-describedby="keep-hint">
      ${option("data", `in ${places.data}, beside the database`)} ${option("env", `in ${places.env}`)}
      ${option("show", "nowhere here: show them to me once")}
    </select>
    <p class="hint" id="keep-hint">
      A file is readable by this server's user alone, and is read at each start. Shown once, they go into your own
      secret manager; the server keeps them in memory until it ends.
    </p>
  </div>`;
}

const reasons: Record<string, string> = {
  actions: "starts and cancels runs of your release workflow; reads environments, runs and jobs",
  checks: "checks the policy file on pull requests",
  contents: "reads the policy and the workflow at a commit",
  deployments: "opens the gate, or keeps it shut",
  environments: "puts the sealed token into the environment, and deletes it",
  issues: "reads commands, writes the status comment",
  members: "knows who is in a team that approves",
  metadata: "knows who may do what in a repository",
  pull_requests: "the same as issues, in pull requests",
  secrets: "reads the names of repository and organisation secrets, never their values",
};

/** The second page: what GitHub will be asked for, and the button that takes it there. */
export function agreePage(
  parts: Frame,
  app: AppFile,
  answers: Answers,
  target: { url: string; manifest: string },
): Html {
  const permissions = Object.entries(app.default_permissions);
  return frame(
    parts,
    "What will be registered",
    html`<h1>What will be registered</h1>
      <p class="prose">
        GitHub shows this once more, lets you change the name, and registers the app when you agree. The app asks for no
        right to change code, workflows or settings: whoever stole its key couldn't change what runs.
      </p>
      ${facts(permissions.map(([name, access]) => [`${name.replaceAll("_", " ")}: ${access}`, html`${reasons[name] ?? ""}`]))}
      <p class="muted">
        Webhooks to <code>${answers.publicUrl}/api/github/webhooks</code>: ${app.default_events.join(", ")}.
      </p>
      <form class="stack-small" method="post" action="${target.url}">
        <input type="hidden" name="manifest" value="${target.manifest}" />
        <div class="act">
          <button class="button primary" type="submit">
            ${icon("link-external")} Go on at ${new URL(answers.githubUrl).host}
          </button>
          <a class="button" href="/setup">Back</a>
        </div>
      </form>`,
  );
}

/** The last page: where the credentials are, and what to do on GitHub now. */
export function donePage(parts: Frame, app: Registered, answers: Answers, variables: Record<string, string>): Html {
  const settings = app.ownerIsOrganisation
    ? `${answers.githubUrl}/organizations/${app.ownerLogin}/settings/apps/${app.slug}`
    : `${answers.githubUrl}/settings/apps/${app.slug}`;
  return frame(
    parts,
    "Registered",
    html`<div class="heading">
        ${icon("check-circle-fill", "good", 24)}
        <h1>${app.name} is registered</h1>
      </div>
      ${answers.keep === "show" ? shownOnce(variables) : html`<p class="prose">Its credentials are in <code>${parts.places[answers.keep]}</code>, which is read at each start. This server is going on as Countersign now.</p>`}
      <h2>What is left</h2>
      <ol class="stack-small">
        <li>
          <a href="${app.page}/installations/new">Install it</a> on the repositories that publish. GitHub brings you
          back to their list here.
        </li>
        <li>
          For <code>countersign token add</code> on your people's own machines, tick <em>Enable Device Flow</em> in
          <a href="${settings}">the app's settings</a>: a manifest can't say it.
        </li>
        <li><a href="${answers.publicUrl}/">Open the dashboard</a> and sign in.</li>
      </ol>`,
  );
}

function shownOnce(variables: Record<string, string>): Html {
  return html`<div class="field">
    <label for="shown">Its credentials, shown this once</label>
    <textarea id="shown" class="mono" rows="9" readonly spellcheck="false" aria-describedby="shown-hint">
${linesOf(variables)}</textarea>
    <p class="hint" id="shown-hint">
      Lines of an environment file. Put them into your secret manager now: the server has them in memory only, and its
      next start needs them. GitHub can make a new key and secrets in the app's settings, should they be lost.
    </p>
  </div>`;
}
