import { html } from "hono/html";
import type { ChangedFile } from "../../domain/coach/change.ts";
import { diffParts, lineDiff } from "../../domain/line-diff.ts";
import { modeWords } from "../../domain/mode.ts";
import type { Mode } from "../../domain/policy-types.ts";
import { policyPath } from "../../domain/policy-path.ts";
import { coachPath } from "../advice.ts";
import type { Advice } from "../advice.ts";
import type { Html } from "../responses.ts";
import type { Visit } from "../visit.ts";
import { coachDates } from "./coach.ts";
import { diffTable } from "./diff.ts";
import { layout } from "./layout.ts";
import { command, flash, icon, prose } from "./pieces.ts";

/** One package's mode now, what npm ends and when, and all that a change to another mode takes. */
export function coachPage(visit: Visit, advice: Advice): Html {
  const { coached, coaching, goal } = advice;
  const { repository } = coached;
  const title = goal === null ? `How ${coaching.package} is published` : `${coaching.package}: the way to ${goal}`;
  return layout(
    visit,
    { title, current: "repositories" },
    html`<div>
        <h1>${title}</h1>
        <p class="muted">
          <a href="/repositories/${repository.id}">${repository.owner}/${repository.name}</a> · Countersign changes
          neither code nor settings: what is to be done you do, with rights of your own.
        </p>
      </div>
      <section class="box" aria-labelledby="now">
        <header><h2 id="now">Now</h2></header>
        <div class="pad stack-small">
          <p>${prose(`\`${coaching.mode}\`: ${coaching.words}. ${coaching.leaves}`)}</p>
          ${coachDates(coaching, 3)}
        </div>
      </section>
      ${others(advice)} ${goal === null ? nothing : change(advice, goal)}`,
  );
}

const nothing = flash("good", "check-circle-fill", "npm has no safer way to publish from CI at the moment.");

/** The other packages of the policy, and the other modes, each a page of its own. */
function others(advice: Advice): Html {
  const { coached, coaching, goal } = advice;
  const link = (name: string, mode: Mode | null, text: Html | string): Html =>
    html`<a href="${coachPath(coached.repository.id, name, mode)}">${text}</a>`;
  const modes = (Object.keys(modeWords) as Mode[]).filter((one) => one !== coaching.mode && one !== goal);
  const packages = coached.packages.filter(({ name }) => name !== coaching.package).slice(0, 30);
  return html`<p class="muted">
    Other modes:
    ${modes.map((mode, at) => html`${at > 0 ? ", " : ""}${link(coaching.package, mode, html`<code>${mode}</code>`)}`)}.
    ${
      packages.length === 0
        ? null
        : html`Other packages: ${packages.map(({ name }, at) => html`${at > 0 ? ", " : ""}${link(name, null, name)}`)}.`
    }
  </p>`;
}

function change(advice: Advice, goal: Mode): Html {
  const { coached, coaching, steps, files } = advice;
  const id = coached.repository.id;
  const known = files.filter((file) => file !== null);
  const why = coaching.next?.mode === goal ? coaching.next.why : `${modeWords[goal]}.`;
  return html`<section class="box" aria-labelledby="steps">
      <header><h2 id="steps">What is to be done</h2></header>
      <div class="pad stack-small">
        <p>${why}</p>
        <ol class="points">
          ${steps.map(
            ({ text, command: typed }) =>
              html`<li class="stack-small">
                <p>${prose(text)}</p>
                ${typed === undefined ? null : command(typed)}
              </li>`,
          )}
        </ol>
      </div>
    </section>
    <section class="stack" aria-labelledby="files">
      <h2 id="files">What changes in the files</h2>
      ${known.length < files.length ? byHand : null}
      ${known.map((file, index) => fileBox(coached.repository.id, advice, file, index))}
      ${
        known.length === 0
          ? null
          : html`<p>
              <a class="button" href="${coachPath(id, coaching.package, goal, "/change.sh")}" download
                >Download the script that opens the pull request</a
              >
              <span class="hint"
                >Run it with <code>bash change.sh</code>. It needs GitHub's <code>gh</code>, signed in.</span
              >
            </p>`
      }
    </section>`;
}

const byHand = flash(
  "wait",
  "alert",
  "One of the files is written in a way that can't be changed line by line from here: change it by hand, as the steps say.",
);

function fileBox(id: number, { coaching, goal }: Advice, file: ChangedFile, index: number): Html {
  const { path, text, before, how, link } = file;
  const parts = diffParts(lineDiff(before ?? "", text));
  const saved = coachPath(id, coaching.package, goal, "/file", path);
  return html`<section class="box" aria-labelledby="file-${index}">
    <header><h3 id="file-${index}" class="mono">${path}</h3></header>
    <div class="pad stack-small">
      ${
        how === "new" && path !== policyPath
          ? html`<p>
              Countersign doesn't know how the present file publishes, so this one is made anew, as the set-up would.
              Take over what yours does besides.
            </p>`
          : null
      }
      <div class="act">
        ${
          link === null
            ? null
            : html`<a class="button primary" href="${link}" rel="noreferrer"
                >${icon("link-external")} ${before === null ? "Add it at GitHub" : "Edit it at GitHub"}</a
              >`
        }
        <a class="button" href="${saved}" download>Save the changed ${path.split("/").at(-1) ?? ""}</a>
      </div>
      ${diffTable(parts, `${path}, as it is and as it would be`, "the saved file has all of them")}
    </div>
  </section>`;
}
