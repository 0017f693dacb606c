import { html } from "hono/html";
import type { SetUp } from "../../desk/set-up/index.ts";
import { sealPath } from "../../desk/tokens/for-release.ts";
import { pinnedOn } from "../../domain/set-up/pins.ts";
import type { Offer } from "../../domain/set-up/offers.ts";
import type { Draft } from "../../domain/set-up/plan.ts";
import { remedyOf } from "../../domain/set-up/remedies.ts";
import type { Remedy } from "../../domain/set-up/remedies.ts";
import { isSetUp, stepsLeft } from "../../domain/set-up/steps.ts";
import type { SetUpStep } from "../../domain/set-up/steps.ts";
import type { Html } from "../responses.ts";
import { setUpPath } from "../set-up-query.ts";
import type { Visit } from "../visit.ts";
import { layout } from "./layout.ts";
import { command, flash, icon, linkTo, prose } from "./pieces.ts";
import { setUpForm } from "./set-up-form.ts";
import type { Problems } from "./set-up-form.ts";

/** What the page is about. */
export interface SetUpShown {
  found: SetUp;
  /** What was sent; null: nothing was yet. */
  draft: Draft | null;
  problems: Problems;
  /** null: nothing that files could be made of was sent. */
  offers: Offer[] | null;
  /** Workflows that approve stages, by the policy that is there. */
  approving: Offer[];
}

/** A repository's way to its first release: its files to be added, then every step with how it stands and what does it. */
export function setUpPage(visit: Visit, shown: SetUpShown): Html {
  const { found, draft, problems, offers, approving } = shown;
  const { repository, steps, facts } = found;
  const name = `${repository.owner}/${repository.name}`;
  return layout(
    visit,
    { title: `Set-up of ${name}`, current: "repositories" },
    html`<div>
        <h1>Set-up of ${name}</h1>
        <p class="muted">
          <a href="/repositories/${repository.id}">The repository</a> · Countersign changes neither code nor settings:
          what is missing you do, with rights of your own. Load this page again to see what is done.
        </p>
      </div>
      ${isSetUp(steps) ? ready(repository.id, steps) : null} ${stepsBox(visit, shown)}
      ${facts.more === 0 ? null : html`<p>${facts.more} more environments of the policy aren't looked at here.</p>`}
      ${setUpForm(repository.id, draft ?? found.suggestion, problems)}
      ${offers === null ? null : offersPart(visit, shown, offers)}
      ${approving.length === 0 ? null : approvingPart(visit, repository.id, draft, approving)}`,
  );
}

function ready(id: number, steps: readonly SetUpStep[]): Html {
  const unseen = steps.some(({ state }) => state === "unseen");
  return flash(
    "good",
    "check-circle-fill",
    html`${unseen ? "Everything is there, as far as it can be seen from here." : "Everything is there."} Comment
      <code>/release 1.0.0</code> in an issue or pull request of <a href="/repositories/${id}">this repository</a>.`,
  );
}

function stepsBox(visit: Visit, { found }: SetUpShown): Html {
  const { steps } = found;
  const left = stepsLeft(steps);
  return html`<section class="box" aria-labelledby="steps">
    <header>
      <h2 id="steps">Steps</h2>
      <span class="count">${left === 0 ? "none left" : `${left} left`}</span>
    </header>
    <ol class="rows">
      ${steps.map((step) => stepRow(visit, found, step))}
    </ol>
  </section>`;
}

const marks = {
  done: ["check-circle-fill", "good", "Done"],
  missing: ["x-circle-fill", "bad", "Missing"],
  unknown: ["alert", "wait", "Not known"],
  unseen: ["info", "wait", "Can't be seen from here"],
} as const;

function stepRow(visit: Visit, found: SetUp, step: SetUpStep): Html {
  const [name, tone, word] = step.recommended && step.state === "missing" ? recommended : marks[step.state];
  return html`<li>
    <span class="mark">${icon(name, tone)}</span>
    <div class="what stack-small">
      <p>
        <span class="sr">${word}: </span><strong>${step.title}</strong>
        ${step.about === null ? null : html`<code>${step.about}</code>`}
      </p>
      ${step.state === "done" ? null : undone(visit, found, step)}
    </div>
  </li>`;
}

const recommended = ["info", "muted", "Recommended"] as const;

function undone(visit: Visit, found: SetUp, step: SetUpStep): Html {
  const { repository, facts, appId } = found;
  const remedy = remedyOf(step, facts, { githubUrl: visit.parts.about.githubUrl, appId, repository });
  return html`${step.text === "" ? null : html`<p>${prose(step.text)}</p>`} ${here(found, step)}
  ${remedy === null ? null : remedyPart(remedy)}`;
}

/** Where this site does it. */
function here({ repository, facts }: SetUp, { id, about, recommended: approves }: SetUpStep): Html | null {
  if (id === "policy" || id === "workflow")
    return html`<p><a href="#files">Policy and workflow</a> makes the file; GitHub adds it.</p>`;
  if (id !== "tokens" || about === null) return null;
  const tokens = Array.isArray(facts.tokens) ? facts.tokens : [];
  const place = tokens.find((one) => one.package === about && one.approvesStages === true);
  // What approves stages lies in an environment of its own.
  const way = approves && place !== undefined ? { environment: place.environment } : {};
  return html`<p>
    ${approves ? "An approver" : "A releaser"}
    <a href="${sealPath({ repositoryId: repository.id, package: about, ...way })}">seals a token</a>: only GitHub's
    runner can read it.
  </p>`;
}

function remedyPart({ at, click, url, commands }: Remedy): Html {
  return html`<p>${prose(click)} ${url === null ? null : linkTo(url, `Open the page at ${at}`)}</p>
    ${
      commands.length === 0
        ? null
        : at === "npm"
          ? command(commands.join("\n"))
          : html`<details>
              <summary>Or with GitHub's command line</summary>
              ${command(commands.join("\n"))}
            </details>`
    }`;
}

function offersPart(visit: Visit, { found, draft }: SetUpShown, offers: Offer[]): Html {
  const { repository } = found;
  return html`<section class="stack" aria-labelledby="offers">
    <h2 id="offers">The files</h2>
    <p class="prose">
      Add them to <code>${repository.defaultBranch}</code>, with one click each or with the script, which opens one pull
      request. Actions of others are pinned to the commits that their releases were on ${pinnedOn}.
    </p>
    ${visit.parts.about.action === null ? unnamedAction : null}
    ${offers.map((offer, index) => offerBox(repository.id, draft, offer, `${index}`))}
    <p>
      <a class="button" href="${setUpPath(repository.id, draft, "/set-up.sh")}" download
        >Download the script that opens the pull request</a
      >
      <span class="hint">Run it with <code>bash set-up.sh</code>. It needs GitHub's <code>gh</code>, signed in.</span>
    </p>
  </section>`;
}

function approvingPart(visit: Visit, repositoryId: number, draft: Draft | null, approving: Offer[]): Html {
  return html`<section class="stack" aria-labelledby="approving">
    <h2 id="approving">The workflow that approves stages</h2>
    <p class="prose">
      The policy names it (<code>stageApproval</code>). Its environment needs what the publishing one needs; the steps
      above look at both.
    </p>
    ${visit.parts.about.action === null ? unnamedAction : null}
    ${approving.map((offer, index) => offerBox(repositoryId, draft, offer, `approving-${index}`))}
  </section>`;
}

/** An honest blank: a guessed owner's step would be somebody else's code beside the token. */
const unnamedAction = flash(
  "bad",
  "alert",
  html`Nobody has told this server where runners get Countersign's step from, so the workflow has a blank for it: push
    this repository to your GitHub, and put its <code>owner/name</code> and the full commit there, or set
    <code>COUNTERSIGN_ACTION</code> and start again.`,
);

function offerBox(repositoryId: number, draft: Draft | null, { path, text, link }: Offer, index: string): Html {
  return html`<section class="box" aria-labelledby="file-${index}">
    <header><h3 id="file-${index}" class="mono">${path}</h3></header>
    <div class="pad stack-small">
      <div class="act">
        ${
          link === null
            ? html`<p>It is too long for a link that fills in GitHub's page: save it and add it yourself.</p>`
            : html`<a class="button primary" href="${link}" rel="noreferrer"
                >${icon("link-external")} Add it at GitHub</a
              >`
        }
        <a class="button" href="${setUpPath(repositoryId, draft, "/file", { path })}" download
          >Save ${path.split("/").at(-1) ?? ""}</a
        >
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="Text of ${path}">
        <pre class="file"><code>${text}</code></pre>
      </div>
    </div>
  </section>`;
}
